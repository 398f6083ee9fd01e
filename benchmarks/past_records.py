"""What an office collects beside its visits: settings changed, sign-ins, complaints, dialogues, forecasts, and so on.

As much each day as a busy office may have; what the product itself forgets after a time is written for that time.
"""

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

from benchmarks.many_rows import Rows
from queue_app.audit import chain
from queue_app.survey import sample
from queue_app.survey.form import ASKED

SUPERVISOR, ADMIN = 6, 7
_OFFICERS = 5
_SERVICES = 6
_JSON = frozenset({"before", "after", "data", "tickets"})
_LATEST_FORECASTS = timedelta(days=400)


class Records:
    """Day by day; ``of_day`` also makes what comes once a week, month or quarter."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows
        self._ids: dict[str, int] = {}
        self._heads: dict[str, str] = {}
        self._month = (0, 0)
        self._today = datetime.now(UTC).date()

    def of_day(self, day: date, visits: int, last_ticket: int, *, is_over: bool) -> None:
        """``last_ticket``: the id of the day's last. ``is_over``: its complaints are decided."""
        morning = datetime(day.year, day.month, day.day, 1, tzinfo=UTC)
        self._counters(day, visits)
        self._staff(day, morning)
        self._complaint(day, morning, last_ticket, is_over=is_over)
        if day > self._today - _LATEST_FORECASTS:
            self._forecasts(morning, visits, last_ticket)
        self._surveys(morning, visits, last_ticket)
        if day.weekday() == 0:
            seen = {"seen_at": _at(morning), "seen_by_id": SUPERVISOR}
            self._add("indicator_signal", office_id=1, indicator="wait", rule="xmr", day=day.isoformat(),
                      facts=json.dumps({"value": 20.0, "mean": 15.0, "low": 8.0, "high": 19.0}),
                      raised_at=_at(morning), **seen)  # fmt: skip
        if (day.year, day.month) != self._month:
            self._month = (day.year, day.month)
            self._dialogues(day.replace(day=1), morning)
            if day.month % 3 == 1:
                self._intervention(day, morning)

    def _counters(self, day: date, visits: int) -> None:
        each = visits // _SERVICES + 1
        for service in range(1, _SERVICES + 1):
            self._rows.add(
                "daily_sequence",
                ("service_id", "day", "last", "taken", "taken_online", "taken_kiosk", "taken_reception"),
                (service, day.isoformat(), visits, each, 0, each, 0),
            )
            for minute in range(480, 900, 60):
                row = (service, day.isoformat(), minute, 5, 4)
                self._rows.add("slot_usage", ("service_id", "day", "start_minute", "taken", "taken_online"), row)

    def _staff(self, day: date, morning: datetime) -> None:
        for user in range(1, ADMIN + 1):
            for kind, hours in (("signed_in", 0), ("signed_out", 8)):
                self._add("sign_in_event", office_id=1, user_id=user, at=_at(morning + timedelta(hours=hours)),
                          kind=kind, address="192.0.2.0/24", device="Firefox, Linux")  # fmt: skip
        change = {"before": json.dumps({"daily_quota": 100}), "after": json.dumps({"daily_quota": 120})}
        self._chained("configuration_change", office_id=1, at=morning, actor_id=ADMIN, subject="service:A", **change)
        for subject in ("people", "contacts", "complainant", "complaint", "comment"):
            self._chained("privacy_deed", office_id=1, at=morning, deed="retention", subject=subject, rows=3,
                          up_to=(day - timedelta(days=30)).isoformat(), tickets="[]")  # fmt: skip
        self._add("announcement", office_id=1, day=day.isoformat(), text="Pengumuman", key=day.isoformat(),
                  created_at=_at(morning), until=_at(morning + timedelta(hours=2)))  # fmt: skip
        for service in range(1, 4):
            self._add("alert", office_id=1, kind="queue_length", subject_id=service, facts=json.dumps({"waiting": 20}),
                      raised_at=_at(morning), cleared_at=_at(morning + timedelta(hours=1)))  # fmt: skip
        wish = json.dumps({"month": day.isoformat()[:7], "form": "pdf", "language": "id"})
        if day.day <= 3 and day > self._today - timedelta(days=400):
            self._add("report_job", office_id=1, key=day.isoformat(), wish=wish, status="DONE", step=1, steps=1,
                      attempts=1, asked_by_id=SUPERVISOR, asked_at=_at(morning), done_at=_at(morning))  # fmt: skip

    def _complaint(self, day: date, morning: datetime, ticket: int, *, is_over: bool) -> None:
        number = self._ids.get("complaint", 0) + 1
        officer = number % _OFFICERS + 1
        end: dict[str, Any] = {"resolution": None, "finished_at": None}
        if is_over:
            end = {"resolution": "upheld", "finished_at": _at(morning + timedelta(days=3))}
        complaint = self._add(
            "complaint", public_id=f"complaint-{number}", office_id=1, number=number, ticket_id=ticket, key="-",
            service_id=1, officer_id=officer, assignee_id=SUPERVISOR, channel="online", subject="wait",
            severity="ordinary", state="CLOSED" if is_over else "IN_PROGRESS", version=3 if is_over else 2,
            due_on=(day + timedelta(days=60)).isoformat(), created_at=_at(morning), **end,
        )  # fmt: skip
        steps = [("file", None, "RECEIVED"), ("assign", "RECEIVED", "IN_PROGRESS"), ("decide", "IN_PROGRESS", "CLOSED")]
        for place, (step, before, after) in enumerate(steps[: 3 if is_over else 2]):
            self._chained("complaint_entry", complaint_id=complaint, at=morning + timedelta(days=place),
                          actor_id=SUPERVISOR if place else None, step=step, from_state=before, to_state=after,
                          key=str(place), office_id=1,
                          data=json.dumps({"resolution": "upheld"} if step == "decide" else {}))  # fmt: skip

    def _surveys(self, morning: datetime, visits: int, last_ticket: int) -> None:
        """Every fourth of those who are asked, which are one in five, answers the whole survey."""
        at = _at(morning + timedelta(hours=9))
        ids = range(last_ticket - visits + 1, last_ticket + 1)
        asked = [ticket for ticket in ids if sample.is_below(f"past-{ticket}", sample.DEFAULT_PERCENT)]
        for ticket in asked[::4]:
            answers = {question.value: (ticket + number) % 3 + 2 for number, question in enumerate(ASKED)}
            self._add("survey_form", ticket_id=ticket, office_id=1, service_id=ticket % _SERVICES + 1,
                      officer_id=ticket % _OFFICERS + 1, answers=json.dumps(answers), about="{}", is_asked=True,
                      begun_at=at, completed_at=at)  # fmt: skip

    def _forecasts(self, morning: datetime, visits: int, last_ticket: int) -> None:
        for place in range(visits):
            at, ahead = morning + timedelta(hours=7 * place / visits), place % 9
            wait = 300.0 + 60 * ahead
            self._add("wait_forecast", office_id=1, ticket_id=last_ticket - visits + 1 + place,
                      service_id=place % _SERVICES + 1, turn=0, at=_at(at), low_s=wait / 2, median_s=wait,
                      high_s=wait * 2, rolled_low_s=wait / 2, rolled_median_s=wait, rolled_high_s=wait * 2,
                      head_s=60.0, last_s=300.0, own_last_s=300.0, recent_s=300.0, ahead=ahead, own_ahead=ahead // 3,
                      busy=5, waited_s=wait + place % 100, settled=True)  # fmt: skip

    def _dialogues(self, month: date, morning: datetime) -> None:
        end = (month + timedelta(days=31)).replace(day=1) - timedelta(days=1)
        for officer in range(1, _OFFICERS + 1):
            of = {"office_id": 1, "officer_id": officer, "span": "month"}
            dialogue = self._add("dialogue", **of, start_day=month.isoformat(), end_day=end.isoformat(),
                                 state="OPEN", version=2)  # fmt: skip
            self._add("dialogue_target", dialogue_id=dialogue, result="Pelayanan", indicator="accuracy", goal=95.0)
            self._add("dialogue_action", dialogue_id=dialogue, kind="training", text="Latihan",
                      due_day=end.isoformat())  # fmt: skip
            for deed in ("start", "open"):
                self._chained("dialogue_entry", dialogue_id=dialogue, at=morning, actor_id=SUPERVISOR, deed=deed,
                              data="{}", office_id=1)  # fmt: skip

    def _intervention(self, day: date, morning: datetime) -> None:
        note = self._add("annotation", office_id=1, kind="training", start_day=day.isoformat(),
                         end_day=day.isoformat(), text="Pelatihan", created_at=_at(morning))  # fmt: skip
        plan = {"group_kind": "office", "members": "[]", "control_members": "[]", "primary_indicators": '["speed"]'}
        made = self._add("intervention", office_id=1, version=1, kind="training", name="Pelatihan", done="Dua hari",
                         start_day=day.isoformat(), washout=0, annotation_id=note, **plan)  # fmt: skip
        self._chained("intervention_entry", intervention_id=made, at=morning, actor_id=SUPERVISOR, deed="propose",
                      data="{}", office_id=1)  # fmt: skip

    def _add(self, table: str, **row: Any) -> int:
        self._ids[table] = self._ids.get(table, 0) + 1
        self._rows.add(table, ("id", *row), (self._ids[table], *row.values()))
        return self._ids[table]

    def _chained(self, table: str, **row: Any) -> None:
        """A row of a log, with its number and digest."""
        row["seq"] = self._ids.get(table, 0) + 1
        read = {name: json.loads(value) if name in _JSON else value for name, value in row.items()}
        row["digest"] = self._heads[table] = chain.digest_of(table, self._heads.get(table, chain.START), read)
        self._add(table, **row | {"at": _at(row["at"])})

    def end(self) -> None:
        for table, digest in self._heads.items():
            columns = ("office_id", "log", "seq", "digest")
            self._rows.add("chain_head", columns, (1, table, self._ids[table], digest))


def _at(instant: datetime) -> str:
    return instant.strftime("%Y-%m-%d %H:%M:%S.%f")
