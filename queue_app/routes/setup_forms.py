"""What the forms of the first set-up carry into the draft. Whatever is typed in, none of it is a fault."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from flask import request

from queue_app import opening
from queue_app.configuration import templates
from queue_app.configuration.reading import LARGEST_BYTES
from queue_app.errors import N_, Invalid
from queue_app.event_loop import in_thread
from queue_app.opening_hours import DAYS, read
from queue_app.routes import lever_forms
from queue_app.setup import draft
from queue_app.setup.draft import Draft

TITLES: Mapping[str, str] = {
    "language": N_("Bahasa"),
    "office": N_("Kantor"),
    "template": N_("Contoh"),
    "services": N_("Layanan"),
    "hours": N_("Jam buka"),
    "counters": N_("Loket"),
    "administrator": N_("Administrator"),
    "summary": N_("Ringkasan"),
}
DAY_NAMES = (N_("Senin"), N_("Selasa"), N_("Rabu"), N_("Kamis"), N_("Jumat"), N_("Sabtu"), N_("Minggu"))
_SPEECH = ("id", "id,en")


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the week as the form has it: times like 08:00 in their order, the first opens, the last closes, between
    them breaks and their ends; at least four, empty where there is none.
    """

    code: str
    name: str
    times: Sequence[str] = ("", "", "", "")

    @property
    def labelled(self) -> list[tuple[str, str]]:
        """Each time with what it is called."""
        between = [_BREAK, _RESUME] * (len(self.times) // 2 - 1)
        return list(zip((_OPENS, *between, _CLOSES), self.times, strict=True))


_OPENS, _BREAK, _RESUME, _CLOSES = N_("Buka"), N_("Jeda mulai"), N_("Jeda selesai"), N_("Tutup")
_MOST_TIMES = 12


def week(said: Draft) -> list[Day]:
    """What was typed just now, or what the draft has."""
    hours = read(said.plain.get("hours", [])) if said.plain else {}
    return [_typed(number) or _day(number, hours.get(number, ())) for number in range(7)]


def _day(number: int, spans: Iterable[opening.Interval]) -> Day:
    times = [opening.clock_text(minute) for span in spans for minute in span] or [""] * 4
    if len(times) == 2:
        times[1:1] = ["", ""]
    return Day(DAYS[number], DAY_NAMES[number], times)


def _typed(number: int) -> Day | None:
    times = [time.strip()[:5] for time in request.form.getlist(DAYS[number])[:_MOST_TIMES]]
    if not times:
        return None
    missing = max(4 - len(times), len(times) % 2)
    return Day(DAYS[number], DAY_NAMES[number], [*times, *[""] * missing])


def _line(day: Day) -> str:
    """A day as ``opening_hours`` reads it; empty for one that is closed."""
    if not any(day.times):
        return ""
    opens, *between, closes = day.times
    breaks = [pair for pair in zip(between[::2], between[1::2], strict=True) if any(pair)]
    times = [opens, *chain.from_iterable(breaks), closes]
    return " ".join([day.code, *(f"{start}-{end}" for start, end in zip(times[::2], times[1::2], strict=True))])


def _language(said: Draft) -> bool:
    speech = request.form.get("speech", "")
    said.voice_languages = speech if speech in _SPEECH else _SPEECH[0]
    return False


def _office(said: Draft) -> bool:
    names = ("slug", "name", "address", "timezone")
    draft.set_office(said, **{name: lever_forms.text(name)[:240] for name in names})
    return False


def _template(said: Draft) -> bool:
    file = request.files.get("file")
    if file is not None and file.filename:
        draft.set_configuration(said, file.stream.read(LARGEST_BYTES + 1))
    elif (chosen := request.form.get("template", "")) != said.template or not said.plain:
        draft.set_configuration(said, templates.content(chosen), chosen)
    return False


def _services(said: Draft) -> bool:
    codes = [service["code"] for service in said.plain["services"]]
    changed = {
        code: {
            "name_id": " ".join(lever_forms.text(f"{code}-name_id").split()),
            "name_en": " ".join(lever_forms.text(f"{code}-name_en").split()),
            "standard_minutes": _minutes(lever_forms.text(f"{code}-minutes")),
        }
        for code in codes
    }
    draft.set_services(said, request.form.getlist("take"), changed)
    return False


def _minutes(text: str) -> int | None:
    """Raises Invalid ``bad_minutes``."""
    plain = text.strip()
    if not plain:
        return None
    if not (plain.isascii() and plain.isdigit() and len(plain) <= 4):
        raise Invalid("bad_minutes", N_("Waktu standar: 1 sampai 480 menit."))
    return int(plain)


def _hours(said: Draft) -> bool:
    days = [_typed(number) for number in range(7)]
    draft.set_hours(said, [line for day in days if day is not None and (line := _line(day))])
    return False


def _counters(said: Draft) -> bool:
    """Another number of counters stays on the page, so that each can be looked at."""
    count = lever_forms.number("count")
    if count != len(said.plain.get("counters", [])):
        draft.resize(said, count)
        return True
    offered = {service["code"] for service in said.services}
    numbers = [row["number"] for row in said.plain["counters"]]
    draft.set_counters(said, {n: [c for c in request.form.getlist(f"takes-{n}") if c in offered] for n in numbers})
    return False


def _administrator(said: Draft) -> bool:
    names = ("username", "display_name", "password", "again")
    typed = {name: request.form.get(name, "")[:400] for name in names}
    in_thread(lambda: draft.set_administrator(said, **typed))
    return False


TAKE: Mapping[str, Callable[[Draft], bool]] = {
    "language": _language,
    "office": _office,
    "template": _template,
    "services": _services,
    "hours": _hours,
    "counters": _counters,
    "administrator": _administrator,
}
"""By step: takes the form into the draft; True: the page stays. Raises QueueError saying what is to be mended."""
