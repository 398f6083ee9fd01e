"""Every address of the application that can be read, with real names in it, and who may read it.

``made`` puts one of each thing into an office that an address can name; ``addresses`` walks over all rules of the
application. What cannot be asked is told with its reason.
"""

import io
import re
from dataclasses import dataclass
from datetime import timedelta
from itertools import product

from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from benchmarks.past_visits import PASSWORD
from queue_app import accounts, clock, manuals
from queue_app.demo import SLUG
from queue_app.devices import pairing, register
from queue_app.extensions import config, database, presence, vault
from queue_app.models import JobStatus, ReportJob, Standby, User
from queue_app.permissions import CITIZEN, DEVICE, ENDPOINTS, Permission
from queue_app.reports.maker import folder

ALWAYS = {
    "slug": SLUG,
    "office": SLUG,
    "code": "A",
    "service": "A",
    "language": "id",
    "number": "1",
    "deed": "call-next",
}
BY_ENDPOINT = {
    "display.media": {"key": "medium"},
    "help.one": {"name": "petugas"},
    "help.picture": {"name": "picture"},
    "settings.show": {"topic": "booking"},
    "ticket.reschedule": {"public_id": "booked"},
    "static": {"filename": "css/antrean.css"},
    "api.show_person": {"person": "username"},
}
PAGES_OF_CHARTS = {
    "dashboard.chart": "/supervisor/figures",
    "comparison.chart": "/supervisor/offices",
    "monitoring.chart": "/supervisor/monitoring",
    "interventions.chart": "/supervisor/interventions/{intervention}",
}
FORMS = ("csv", "parquet", "xes")
"""Of the log as a file."""

OTHER_NAMES = {
    "dialogue_id": "dialogue",
    "device_id": "display",
    "import_id": "past_import",
    "job_id": "report",
    "printer_id": "printer",
    "seq": "change",
    "user_id": "person",
    "webhook_id": "webhook",
}
WITH_QUERY = {"dialogue.all_files": f"span=month&start={clock.now().date().replace(day=1)}"}
OF_THE_PAST = {"api.get_survey", "audit.visit", "dashboard.story", "feedback.survey", "feedback.thanks", "survey.show"}
OF_THE_PAST |= {"api.show_story", "api.tell_visit", "complain.form"}
NOT_ASKED = {
    "oidc.begin": "needs a provider of identities",
    "oidc.come_back": "needs a provider of identities",
    "setup.begin": "only where there is no office yet",
    "setup.show": "only where there is no office yet",
    "planning.needs_file": "only after a plan was computed",
    "planning.what_if_file": "only after a plan was computed",
    "presence.here": "only with a ticket of one's own browser, after scanning",
    "presence.scanned": "only with the code of this half minute",
    "voice.recording": "only what was just announced",
    "voices.sample": "made by another program",
    "session.code": "only between the two steps of signing in",
}
"""What another installation would have to be there for."""


@dataclass(frozen=True, slots=True)
class Address:
    """``what`` names it alike for all offices: the rule, and the form of a file. Who asks: ``citizen``, ``device`` or a
    user's name; ``program``: with a token."""

    what: str
    path: str
    who: str
    program: bool = False


class Visitors:
    """Browsers and tokens of everybody who may ask."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self._browsers: dict[str, FlaskClient] = {}
        self._tokens: dict[str, str] = {}
        self._program = app.test_client(use_cookies=False)

    def browser(self, who: str) -> FlaskClient:
        if who not in self._browsers:
            client = self._browsers[who] = self.app.test_client()
            if who not in (CITIZEN, DEVICE):
                answer = client.post("/signin", data={"username": who, "password": PASSWORD})
                if answer.status_code >= 400:
                    raise RuntimeError(f"{who} cannot sign in: {answer.status}")
        return self._browsers[who]

    def ask(self, address: Address) -> TestResponse:
        """The whole answer."""
        if not address.program:
            return self.browser(address.who).get(address.path, buffered=True)
        return self.send("GET", address.path, address.who)

    def send(self, method: str, path: str, who: str = CITIZEN, **sent: object) -> TestResponse:
        """As a program of that person's."""
        headers = {} if who == CITIZEN else {"Authorization": f"Bearer {self._token(who)}"}
        headers |= {} if method == "GET" else {"If-Match": "*"}
        return self._program.open(path, method=method, headers=headers, buffered=True, **sent)  # type: ignore[arg-type]

    def _token(self, who: str) -> str:
        if who not in self._tokens:
            with self.app.app_context(), database().write() as session:
                self._tokens[who] = accounts.create_token(session, who, clock.now())
        return self._tokens[who]


def made(app: Flask, visitors: Visitors) -> dict[str, str]:
    """One of each thing that an address can name, made now; by the name in the address."""
    known = dict(ALWAYS)

    def post(path: str, who: str, **sent: object) -> TestResponse:
        answer = visitors.send("POST", f"/api/v1{path}", who, **sent)
        if answer.status_code >= 300:
            raise RuntimeError(f"{path}: {answer.status} {answer.text[:300]}")
        return answer

    office = f"/offices/{SLUG}"
    known["ticket"] = post(f"{office}/tickets", CITIZEN, json={"service": "A", "channel": "kiosk"}).get_json()["id"]
    known["printer"] = post(
        f"{office}/printers", "admin", json={"name": "Kios", "address": "192.0.2.1:9100"}
    ).get_json()["id"]
    hook = {"name": "Situs", "url": "https://situs.example.go.id/antrean", "kinds": ["ticket.call"]}
    known["webhook"] = post(f"{office}/webhooks", "admin", json=hook).get_json()["id"]
    file = "arrival_ts,service_start_ts,service_end_ts,server_id,service_type,outcome\n2020-01-02 08:00:00,,,,A,\n"
    kind = {"data": file.encode(), "content_type": "application/octet-stream"}
    known["past_import"] = post(f"{office}/imports?kind=csv&name=lama.csv", "admin", **kind).get_json()["id"]
    picture = io.BytesIO()
    Image.new("RGB", (64, 64)).save(picture, "PNG")
    kind = {"data": picture.getvalue(), "content_type": "application/octet-stream"}
    known["medium"] = post(f"{office}/display-content/media", "admin", **kind).get_json()["path"].rpartition("/")[2]
    known["secret"] = re.findall(
        r"bookings/(.+)\.ics", post(f"{office}/bookings-calendar", "supervisor").get_json()["url"]
    )[0]
    now = clock.now()
    with app.app_context(), database().write() as session:
        known["display"] = str(register.create(session, _user(session, "admin"), "Layar", now).id)
        place = Standby(
            public_id="standby-1", office_id=1, service_id=1, day=now.date(), created_at=now, holder_key="-"
        )
        session.add(place)
    screen = visitors.browser(DEVICE)
    code = screen.post("/display/pairing").get_json()["code"]
    with app.app_context(), database().write() as session:
        pairing.claim(session, vault(), _user(session, "admin"), int(known["display"]), code, clock.now())
    if screen.get("/display/pairing").get_json()["state"] != "paired":
        raise RuntimeError("the display could not be paired")
    plan = {"kind": "training", "name": "Pelatihan", "done": "Dua hari.", "date": "2026-11-02", "group": "office"}
    plan |= {"primary": ["speed"], "date": (now.date() - timedelta(days=9)).isoformat()}
    plan_id = known["intervention"] = post(f"{office}/interventions", "supervisor", json=plan).get_json()["id"]
    post(f"{office}/interventions/{plan_id}/results", "supervisor")
    booking = {"service": "A", "channel": "online", "date": (now + timedelta(days=2)).date().isoformat()}
    known["booked"] = post(f"{office}/tickets", CITIZEN, json=booking).get_json()["id"]
    post("/counters/1/open", "petugas1")
    known |= {
        "entry": "standby-1",
        "username": "petugas1",
        "complaint": "complaint-1",
        "past": "past-1",
        "person": "1",
        "change": "1",
    }
    known |= {"dialogue": "1", "counter_number": "1"}
    known["picture"] = min(path.name for path in manuals.PICTURES.iterdir())
    with app.app_context():
        known["token"] = presence().code(SLUG, clock.now())
        known["report"] = _report()
    for endpoint, page in PAGES_OF_CHARTS.items():
        shown = visitors.browser("supervisor").get(page.format_map(known)).text
        links = re.findall(r"([\w-]+)\.csv", shown)
        known[endpoint] = links[0] if links else "none"
    return known


def _report() -> str:
    """A month's report that is finished."""
    done = clock.now()
    with database().write() as session:
        by = _user(session, "supervisor")
        wish = {"month": "2020-01-01", "language": "id"}
        job = ReportJob(office_id=1, key="monthly 2020-01 id", wish=wish, status=JobStatus.DONE, asked_by_id=by.id)
        job.asked_at = job.done_at = done
        session.add(job)
        session.flush()
        number = str(job.id)
    files = folder(config())
    files.mkdir(parents=True, exist_ok=True)
    for form in ("pdf", "xlsx"):
        (files / f"{number}.{form}").write_bytes(b"a report")
    return number


def addresses(app: Flask, known: dict[str, str]) -> tuple[dict[str, Address], dict[str, str]]:
    """All that can be read, and by their rules those that cannot be asked, each with its reason."""
    found: dict[str, Address] = {}
    for rule in app.url_map.iter_rules():
        if "GET" in (rule.methods or ()) and rule.endpoint not in NOT_ASKED:
            found |= {one.what: one for one in _of_rule(rule, known)}
    missing = {rule.rule: NOT_ASKED[rule.endpoint] for rule in app.url_map.iter_rules() if rule.endpoint in NOT_ASKED}
    return dict(sorted(found.items())), missing


def _of_rule(rule: Rule, known: dict[str, str]) -> list[Address]:
    """One for each form of a file; of the rest that a rule lets one choose, the first."""
    values = {name: _values(rule, name, known) for name in rule.arguments}
    who, program = _who(rule.endpoint), rule.endpoint.startswith("api.")
    made = []
    for chosen in product(*values.values()):
        named = dict(zip(values, chosen, strict=True))
        _, path = rule.build(named) or ("", "")
        path = f"{path}?{WITH_QUERY[rule.endpoint]}" if rule.endpoint in WITH_QUERY else path
        made.append(Address(_what(rule, named.get("form")), path, who, program))
    return made


def _what(rule: Rule, form: str | None) -> str:
    short = re.sub(r"<(?:[^<>]*:)?(\w+)>", r"{\1}", rule.rule)
    return short.replace("{form}", form) if form else short


def _values(rule: Rule, name: str, known: dict[str, str]) -> list[str]:
    of_endpoint = BY_ENDPOINT.get(rule.endpoint, {})
    if name in of_endpoint:
        return [known.get(of_endpoint[name], of_endpoint[name])]
    if name == "key" and rule.endpoint in PAGES_OF_CHARTS:
        return [known[rule.endpoint]]
    choices = sorted(getattr(rule._converters[name], "items", ())) or (FORMS if name == "form" else ())
    if choices:
        return list(choices if name == "form" else choices[:1])
    if name in ("public_id", "ticket"):
        return [known[_whose_id(rule.endpoint)]]
    return [known[OTHER_NAMES.get(name, name)]]


def _whose_id(endpoint: str) -> str:
    """What an unguessable id in the address is of."""
    if endpoint == "reception_complaint.slip" or (endpoint.startswith("complain.") and endpoint != "complain.form"):
        return "complaint"
    if endpoint == "standby.entry":
        return "entry"
    return "past" if endpoint in OF_THE_PAST else "ticket"


def _who(endpoint: str) -> str:
    match ENDPOINTS[endpoint]:
        case Permission.PUBLIC | Permission.SETUP:
            return CITIZEN
        case Permission.SCREEN:
            return DEVICE
        case Permission.DESK:
            return "petugas1"
        case Permission.ADMINISTER:
            return "admin"
        case _:
            return "supervisor"


def _user(session: Session, username: str) -> User:
    found: User = session.scalars(select(User).where(User.username == username)).one()
    return found
