"""The pages of figures, for programs: dashboard, offices, promise, forecasts, visits, files."""

from datetime import timedelta
from typing import Any

from queue_app.models import Printer, PrinterKind
from tests.routes.api.conftest import Moment
from tests.routes.api.program import Program, refusal

OFFICE = "/offices/senapelan"


def ok(answer: Any, status: int = 200) -> Any:
    assert answer.status_code == status, answer.text
    return answer.get_json()


def serve(program: Program, moment: Moment, many: int = 3) -> list[dict[str, Any]]:
    """So many are served, today."""
    program.open()
    served = []
    for _ in range(many):
        program.ticket()
        ticket = program.move("start", program.call_next())
        moment.now += timedelta(minutes=8)
        served.append(program.move("finish", ticket))
    return served


def test_the_dashboard_is_of_days_that_are_over_where_it_is_of_officers(program: Program, moment: Moment) -> None:
    serve(program, moment)
    today = ok(program.get(f"{OFFICE}/metrics/dashboard?from=2026-11-24&to=2026-11-24", "supervisor"))
    assert (today["now"]["waited"], today["now"]["served"], today["ended"], today["officers"]) == (3, 0, None, [])
    moment.now += timedelta(days=1)
    found = ok(program.get(f"{OFFICE}/metrics/dashboard", "supervisor"))
    assert (found["now"]["served"], found["now"]["serve_median_s"]) == (3, 480.0)
    assert found["now"]["satisfaction"]["n"] == 0
    (officer,) = found["officers"]
    assert (officer["officer"], officer["served"], officer["index"]) == ("petugas1", 3, None)
    (service,) = found["services"]
    assert (service["service"], service["served"], service["waited"]) == ("A", 3, 3)
    other = ok(program.get(f"{OFFICE}/metrics/dashboard?service=B&counter=2", "supervisor"))
    assert other["now"]["served"] == 0
    assert refusal(program.get(f"{OFFICE}/metrics/dashboard?counter=x", "supervisor")) == (422, "invalid_request")


def test_visits_are_listed_by_pages_and_told(program: Program, moment: Moment) -> None:
    served = serve(program, moment)
    assert ok(program.get(f"{OFFICE}/visits", "supervisor"))["total"] == 0
    hidden = program.get(f"{OFFICE}/visits/{served[0]['id']}", "supervisor")
    assert refusal(hidden) == (404, "unknown_ticket")
    moment.now += timedelta(days=1)
    seen, after = [], ""
    for _ in range(3):
        page = ok(program.get(f"{OFFICE}/visits?limit=1{after}", "supervisor"))
        seen += [visit["label"] for visit in page["visits"]]
        after = f"&after={page['next']}"
    assert (seen, page["next"], page["total"]) == (["A-003", "A-002", "A-001"], None, 3)
    assert refusal(program.get(f"{OFFICE}/visits?after=W10", "supervisor")) == (422, "bad_cursor")
    story = ok(program.get(f"{OFFICE}/visits/{served[0]['id']}", "supervisor"))
    assert [moment["action"] for moment in story["moments"]] == ["join", "call", "start", "finish"]
    assert story["moments"][1]["by"] == "petugas1"
    table = program.get(f"{OFFICE}/visits/file", "supervisor").text.splitlines()
    assert (len(table), table[1].split(",")[0]) == (4, "A-001")


def test_offices_promise_and_forecasts(program: Program, moment: Moment) -> None:
    serve(program, moment)
    moment.now += timedelta(days=1)
    (office,) = ok(program.get("/metrics/offices", "supervisor"))["offices"]
    assert (office["office"], office["now"]["served"]) == ("senapelan", 3)
    promise = ok(program.get(f"{OFFICE}/promise"))
    assert {row["served"] for row in promise["services"]} == {None}  # three visits are too few to be told
    forecast = ok(program.get(f"{OFFICE}/metrics/forecast", "supervisor"))
    assert all(row["score"]["coverage"] is None for row in forecast["services"])
    assert ok(program.get(f"{OFFICE}/metrics/crowd", "supervisor"))["checked"] == []


def test_the_log_leaves_as_files(program: Program, moment: Moment) -> None:
    serve(program, moment, 1)
    path = f"{OFFICE}/events/file?from=2026-11-24&to=2026-11-24"
    assert program.get(path, "supervisor").text.splitlines()[0].startswith("seq,")
    assert program.get(f"{path}&form=parquet", "supervisor").data[:4] == b"PAR1"
    assert b"<log" in program.get(f"{path}&form=xes", "supervisor").data
    assert program.get(f"{path}&form=bpjs", "supervisor").status_code == 200
    long = program.get(f"{OFFICE}/events/file?from=2026-01-01&to=2026-11-24", "supervisor")
    assert refusal(long) == (422, "bad_period")
    names = [field["name"] for field in ok(program.get(f"{OFFICE}/events/fields", "supervisor"))["fields"]]
    assert names[:2] == program.get(path, "supervisor").text.splitlines()[0].split(",")[:2]


def test_the_calendars_address_is_made_and_stopped(program: Program) -> None:
    path = f"{OFFICE}/bookings-calendar"
    assert ok(program.get(path, "supervisor"))["since"] is None
    url = ok(program.post(path, officer="supervisor"), 201)["url"]
    feed = "/" + url.split("/", 3)[3]
    assert program.client.get(feed).status_code == 200
    assert ok(program.get(path, "supervisor"))["since"] is not None
    ok(program.send("DELETE", path, "supervisor"))
    assert program.client.get(feed).status_code == 404


def test_the_reception_finds_gives_up_and_prints(program: Program, moment: Moment) -> None:
    ticket = program.ticket(name="Nama Warga")
    find = f"{OFFICE}/tickets/find"
    (found,) = ok(program.post(find, {"text": "nama war"}, "petugas1"))["tickets"]
    assert (found["id"], found["initials"], found["position"]) == (ticket["id"], "N.W.", 1)
    assert refusal(program.post(find, {"text": "na"}, "petugas1")) == (422, "name_too_short")
    assert refusal(program.post(find, {"text": "Z-999"}, "petugas1")) == (404, "unknown_label")
    assert refusal(program.post(f"/tickets/{ticket['id']}/print", officer="petugas1")) == (409, "no_printer")
    with program.db.write() as session:
        session.add(Printer(office_id=1, name="Pintu", kind=PrinterKind.NETWORK, address="10.0.0.9:9100"))
    assert ok(program.post(f"/tickets/{ticket['id']}/print", officer="petugas1"))["status"] == "QUEUED"
    assert ok(program.get(f"/tickets/{ticket['id']}/print", "petugas1"))["status"] == "QUEUED"
    reasonless = program.post(f"/tickets/{ticket['id']}/give-up", {"reason": " "}, "petugas1")
    assert refusal(reasonless) == (422, "reason_needed")
    gone = ok(program.post(f"/tickets/{ticket['id']}/give-up", {"reason": "pulang"}, "petugas1"))
    assert gone["state"] == "CANCELLED"
    assert refusal(program.post(f"/tickets/{ticket['id']}/print", officer="petugas1")) == (409, "not_live")


def test_who_is_expected_checks_in_by_what_is_on_the_ticket(program: Program) -> None:
    booked = program.ticket(channel="online")
    (row,) = ok(program.get(f"{OFFICE}/expected", "petugas1"))["tickets"]
    assert row["id"] == booked["id"]
    path, label = f"{OFFICE}/check-in", row["label"]
    assert refusal(program.post(path, {"text": label})) == (422, "code_needed")
    wrong = f"{label} {(int(row['short_code']) + 1) % 10_000:04d}"
    assert refusal(program.post(path, {"text": wrong})) == (403, "wrong_code")
    assert refusal(program.post(path, {"text": "???"})) == (422, "bad_entry")
    for _ in range(2):
        assert ok(program.post(path, {"text": f"{label} {row['short_code']}"}))["state"] == "WAITING"
    second = program.ticket(channel="online", service="B")
    assert ok(program.post(path, {"text": second["label"]}, "petugas1"))["state"] == "WAITING"
    assert ok(program.get(f"{OFFICE}/expected", "petugas1"))["tickets"] == []


def test_finishing_calls_the_next_or_neither(program: Program) -> None:
    first, second = program.ticket(), program.ticket()
    program.open()
    serving = program.move("start", program.call_next())
    wish = {"ticket": first["id"], "version": serving["version"]}
    path = "/counters/1/finish-and-call-next"
    stale = program.post(path, wish | {"version": 1}, "petugas1")
    assert refusal(stale) == (409, "stale_ticket")
    done = ok(program.post(path, wish, "petugas1"))
    assert (done["finished"]["state"], done["called"]["id"]) == ("SERVED", second["id"])
