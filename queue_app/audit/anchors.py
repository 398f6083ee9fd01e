"""Anchors as files: to be kept where nobody who can change the database can change them."""

import csv
import io
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, fields
from datetime import date
from typing import Any

from queue_app.audit.verify import Anchor, Checked, Known

FORM = "antrean-anchors-1"
_COLUMNS = [each.name for each in fields(Anchor)]


def of(checked: Iterable[Checked]) -> list[Anchor]:
    """All anchors, by day; of a log with a breach those before it."""
    found = [anchor for each in checked for anchor in each.anchors.values()]
    return sorted(found, key=lambda anchor: (anchor.day, anchor.office, anchor.log))


def as_json(anchors: Iterable[Anchor]) -> str:
    rows = [{**asdict(anchor), "day": anchor.day.isoformat()} for anchor in anchors]
    return json.dumps({"form": FORM, "anchors": rows}, indent=1)


def as_csv(anchors: Iterable[Anchor]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(_COLUMNS)
    writer.writerows([getattr(anchor, name) for name in _COLUMNS] for anchor in anchors)
    return text.getvalue().rstrip("\n")


def read(text: str) -> Known:
    """Anchors from a file of either form. Raises ValueError."""
    try:
        rows = json.loads(text)["anchors"] if text.lstrip().startswith("{") else list(csv.DictReader(io.StringIO(text)))
        anchors = [_anchor(row) for row in rows]
    except (KeyError, TypeError, csv.Error) as error:
        raise ValueError("a field is missing") from error
    if not anchors:
        raise ValueError("there is no anchor in it")
    found: dict[tuple[str, str], list[Anchor]] = {}
    for anchor in anchors:
        found.setdefault((anchor.office, anchor.log), []).append(anchor)
    return found


def _anchor(row: Mapping[str, Any]) -> Anchor:
    return Anchor(row["office"], row["log"], date.fromisoformat(row["day"]), int(row["seq"]), row["digest"])
