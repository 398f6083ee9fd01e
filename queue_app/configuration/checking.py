"""Whether a file can be taken: each value by the form, and whether its parts fit one another. All problems at once."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from pydantic import ValidationError

from queue_app import counter_settings, opening, opening_hours, services
from queue_app.configuration import export, form, reading
from queue_app.configuration.reading import BadConfiguration, Path, Problem, Read
from queue_app.errors import N_, Param, QueueError
from queue_app.models import PrinterKind
from queue_app.office_settings import OfficeSettings, ServiceSettings
from queue_app.printing import addresses
from queue_app.signage import colours

Plain = dict[str, Any]

MOST_SHOWN = 30
"""Problems told at once."""

_KINDS: Mapping[str, str] = {
    "missing": N_("Ini harus ada."),
    "extra_forbidden": N_("Nama ini tidak dikenal."),
    "string_type": N_("Ini harus berupa teks; beri tanda kutip bila perlu."),
    "int_type": N_("Ini harus berupa bilangan bulat."),
    "int_from_float": N_("Ini harus berupa bilangan bulat."),
    "bool_type": N_("Ini harus true atau false."),
    "list_type": N_("Ini harus berupa daftar."),
    "model_type": N_("Ini harus berupa nama dan nilai."),
    "date_type": N_("Tulis tanggal seperti 2026-12-31."),
    "date_parsing": N_("Tulis tanggal seperti 2026-12-31."),
    "date_from_datetime_parsing": N_("Tulis tanggal seperti 2026-12-31."),
    "enum": N_("Ini harus salah satu dari: %(expected)s."),
    "literal_error": N_("Ini harus: %(expected)s."),
    "greater_than_equal": N_("Ini paling kecil %(ge)s."),
    "less_than_equal": N_("Ini paling besar %(le)s."),
    "less_than": N_("Ini harus kurang dari %(lt)s."),
    "string_too_short": N_("Ini tidak boleh kosong."),
    "string_too_long": N_("Ini paling panjang %(max_length)s huruf."),
}
_UNREADABLE = N_("Nilai ini tidak dapat dipakai. Yang diharapkan: %(why)s.")
_EXPECTED: Mapping[str, str] = {
    "text_needed": N_("Tulis ini sebagai satu teks, seperti pada perintah `office set`."),
    "a time like 18:00": N_("Tulis jam seperti 18:00."),
    "a time zone like Asia/Jakarta, Asia/Makassar or Asia/Jayapura": N_(
        "Tulis zona waktu seperti Asia/Jakarta, Asia/Makassar atau Asia/Jayapura."
    ),
    "stages like 7@07:00=50,1@12:00=50": N_("Tulis tahap seperti 7@07:00=50,1@12:00=50."),
    "times and places like 08:00=0,10:30=8": N_("Tulis jam dan jumlah tempat seperti 08:00=0,10:30=8."),
    "id first, then up to three others, like id,en or id,min,en": N_("Tulis id dahulu, seperti id,en atau id,min,en."),
    "groups and numbers from 1 to 10 like elderly=2,disabled=2,pregnant=2,infant=2": N_(
        "Tulis kelompok dan angka 1 sampai 10, seperti elderly=2,disabled=2,pregnant=2,infant=2."
    ),
}
"""What the settings' own checks ask for, in words."""


def check(content: bytes) -> tuple[Plain, Read]:
    """The values of a file in the one form in which they are compared. Raises BadConfiguration."""
    read = reading.read(content)
    return check_read(read), read


def check_read(read: Read) -> Plain:
    """The same of values that were read. Raises BadConfiguration."""
    try:
        found = form.Configuration.model_validate_json(json.dumps(read.data))
    except ValidationError as error:
        raise BadConfiguration(*_of_form(error, read)) from error
    return _canonical(found)


def check_parts(wanted: Plain, there: Plain, read: Read) -> None:
    """Whether the parts fit one another; what the file leaves out is as it is ``there``. Raises BadConfiguration."""
    found = list(_fitting(wanted, there))
    if found:
        problems = [Problem(message, reading.shown(path), read.line(path), params) for path, message, params in found]
        raise BadConfiguration(*sorted(problems, key=lambda problem: problem.line or 0)[:MOST_SHOWN])


def _of_form(error: ValidationError, read: Read) -> list[Problem]:
    problems = []
    for one in error.errors(include_url=False):
        path: Path = tuple(one["loc"])
        context = {name: value for name, value in one.get("ctx", {}).items() if isinstance(value, str | int)}
        why = one["msg"].removeprefix("Value error, ")
        message = _KINDS.get(one["type"]) or _EXPECTED.get(why, _UNREADABLE)
        params: dict[str, Param] = {**context, "why": why}
        problems.append(Problem(message, reading.shown(path), read.line(path), params))
    return sorted(problems, key=lambda problem: problem.line or 0)[:MOST_SHOWN]


def _canonical(found: form.Configuration) -> Plain:
    plain: Plain = {name: value for name, value in found.model_dump(mode="json").items() if value is not None}
    if found.office is not None:
        plain["office"] = _given(found.office, OfficeSettings.model_fields)
    if found.services is not None:
        plain["services"] = [_service(part) for part in found.services]
    for visit in plain.get("visits", []):
        visit["name_en"] = visit["name_en"] or visit["name_id"]
    return plain


def _given(part: Any, names: Mapping[str, Any]) -> Plain:
    """The settings that the file names."""
    return {name: export.native(name, getattr(part, name)) for name in names if name in part.model_fields_set}


def _service(part: Any) -> Plain:
    given = part.model_fields_set
    plain: Plain = {"code": part.code} | _given(part, ServiceSettings.model_fields)
    if "prefix" in given:
        plain["prefix"] = part.prefix or part.code.upper()
    if "documents" in given:
        plain["documents"] = [document.model_dump(exclude_defaults=True) for document in part.documents]
    if "hours" in given:
        plain["hours"] = part.hours
    return plain


Found = Iterator[tuple[Path, str, Mapping[str, Param]]]


def _fitting(wanted: Plain, there: Plain) -> Found:
    for section, key in IDENTITIES.items():
        yield from _named_once(section, at(wanted, section) or [], key)
    whole = there | wanted
    offered = [service["code"] for service in whole["services"] if service.get("active", True)]
    yield from _services(wanted.get("services", []))
    yield from _hours(("hours",), wanted, "hours")
    for place, row in enumerate(at(wanted, "calendar.closures") or []):
        yield from _tried(("calendar", "closures", place, "hours"), partial(_tidy_hours, row))
    yield from _counters(wanted.get("counters", []), offered)
    for section, name in (("visits", "steps"), ("officers", "services"), ("displays", "services")):
        for place, row in enumerate(wanted.get(section, [])):
            yield from _known((section, place, name), row[name], offered, N_("Layanan “%(name)s” tidak ada."))
    numbers = [counter["number"] for counter in whole["counters"]]
    for place, row in enumerate(wanted.get("displays", [])):
        yield from _known(("displays", place, "counters"), row["counters"], numbers, N_("Loket %(name)s tidak ada."))
    for place, row in enumerate(wanted.get("printers", [])):
        yield from _tried(("printers", place, "address"), partial(_tidy_address, row))
    if look := wanted.get("look"):
        yield from _look(look)


IDENTITIES: Mapping[str, tuple[str, ...]] = {
    "services": ("code",),
    "visits": ("code",),
    "calendar.closures": ("day",),
    "calendar.holidays": ("day",),
    "counters": ("number",),
    "officers": ("username",),
    "displays": ("name",),
    "running_text": ("text", "from_day", "until_day"),
    "printers": ("name",),
}
"""By what the rows of each list are known."""


def at(plain: Plain, section: str) -> Any:
    """A section by its name, like ``calendar.closures``; None where it is missing."""
    outer, _, inner = section.partition(".")
    found = plain.get(outer)
    return found.get(inner) if inner and found is not None else found


def _named_once(section: str, rows: Sequence[Plain], key: tuple[str, ...]) -> Found:
    seen = set()
    for place, row in enumerate(rows):
        identity = tuple(row[name] for name in key)
        if identity in seen:
            path: Path = (*section.split("."), place, key[0])
            yield path, N_("“%(name)s” disebut dua kali."), {"name": str(identity[0])}
        seen.add(identity)


def _services(rows: Sequence[Plain]) -> Found:
    prefixes: set[str] = set()
    for place, row in enumerate(rows):
        path = ("services", place)
        if not services.CODE.fullmatch(row["code"]):
            yield (*path, "code"), N_("Kode layanan: 1 sampai 40 huruf, angka, - dan _."), {}
        prefix = row.get("prefix")
        if prefix is not None and not services.PREFIX.fullmatch(prefix):
            yield (*path, "prefix"), N_("Awalan nomor: 1 sampai 8 huruf besar atau angka, misalnya A atau KTP."), {}
        if prefix in prefixes:
            yield (*path, "prefix"), N_("Awalan “%(prefix)s” sudah dipakai layanan lain."), {"prefix": prefix}
        prefixes |= {prefix} if prefix else set()
        yield from _hours((*path, "hours"), row, "hours")


def _hours(path: Path, holder: Plain, name: str) -> Found:
    """Read, and put into the one form."""
    if name in holder:
        yield from _tried(path, lambda: holder.update({name: opening_hours.written(opening_hours.read(holder[name]))}))


def _tidy_hours(row: Plain) -> None:
    row["hours"] = opening.text_of(opening_hours.intervals(row["hours"].split()))


def _counters(rows: Sequence[Plain], offered: Sequence[str]) -> Found:
    pools: dict[str, str] = {}
    for place, row in enumerate(rows):
        path: Path = ("counters", place, "services")
        text = ",".join(f"{code}:1" for code in sorted(offered)) if row["services"] == "all" else row["services"]
        parts = [] if text in (counter_settings.NONE, "") else [part.strip() for part in text.split(",")]
        codes = [part.partition(":")[0] for part in parts]
        yield from _known(path, codes, offered, N_("Layanan “%(name)s” tidak ada."))
        preferences = [part.partition(":")[2] or "1" for part in parts]
        if any(len(preference) != 1 or preference not in "123456789" for preference in preferences):
            yield path, N_("Tulis layanan seperti A:1,B:2, dengan urutan 1 sampai 9."), {}
            continue
        ordered = sorted(zip(preferences, codes, strict=True))
        row["services"] = ",".join(f"{code}:{preference}" for preference, code in ordered) or counter_settings.NONE
        pool = row["pool"]
        if pool != counter_settings.NONE and pools.setdefault(pool, row["services"]) != row["services"]:
            yield path, N_("Loket dalam kelompok “%(pool)s” harus melayani hal yang sama."), {"pool": pool}


def _known(path: Path, names: Sequence[Any], known: Sequence[Any], message: str) -> Found:
    for place, name in enumerate(names):
        if name not in known:
            yield path, message, {"name": str(name)}
        elif name in names[:place]:
            yield path, N_("“%(name)s” disebut dua kali."), {"name": str(name)}


def _tidy_address(printer: Plain) -> None:
    printer["address"] = addresses.tidy(PrinterKind(printer["kind"]), printer["address"])


def _look(look: Plain) -> Found:
    for name in ("brand", "accent"):
        look[name] = look[name].lower()
        if not colours.is_colour(look[name]):
            yield ("look", name), N_("Tulis warna seperti #0b5848: tanda pagar dan enam angka heksadesimal."), {}
            return
    if (wrong := colours.judged(look["brand"], look["accent"])) is not None:
        part = "brand" if wrong.part == "brand" else "accent"
        yield (
            ("look", part),
            N_("Warna ini kurang terbaca. Terdekat yang cukup: %(nearest)s."),
            {"nearest": wrong.nearest},
        )


def _tried(path: Path, work: Callable[[], Any]) -> Found:
    try:
        work()
    except QueueError as error:
        yield path, error.message, error.params
