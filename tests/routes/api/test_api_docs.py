"""docs/api.md is true: its table of codes is the catalogue, its examples run in the order in which they stand."""

import re
import shlex
from pathlib import Path
from urllib.parse import urlsplit

from werkzeug.test import TestResponse

from queue_app.routes.api.refusals import REFUSALS
from queue_app.routes.problems import TYPE_PREFIX, title
from tests.routes.api.program import Program, conforms

TEXT = (Path(__file__).parents[3] / "docs/api.md").read_text(encoding="utf-8")


def examples() -> list[tuple[set[int], str]]:
    """Each curl command with the statuses that the comment above it names."""
    blocks = "\n".join(re.findall(r"^```sh\n(.*?)^```", TEXT, re.MULTILINE | re.DOTALL)).replace("\\\n", " ")
    found = re.findall(r"^# (.*)\n(curl .*)$", blocks, re.MULTILINE)
    return [({int(status) for status in re.findall(r"\b\d{3}\b", comment)}, command) for comment, command in found]


def run(program: Program, command: str, values: dict[str, str]) -> TestResponse:
    """Send what curl would send."""
    words = shlex.split(command)[1:]
    for name, value in values.items():
        words = [word.replace(f"${name}", value) for word in words]
    method, data, headers, address = "", None, {}, ""
    while words:
        word = words.pop(0)
        if word == "-X":
            method = words.pop(0)
        elif word == "-d":
            data = words.pop(0)
        elif word == "-H":
            name, _, value = words.pop(0).partition(": ")
            headers[name] = value
        else:
            address = word
    method = method or ("GET" if data is None else "POST")
    url = urlsplit(address)._replace(scheme="", netloc="").geturl()
    return program.send(method, url, data=data, headers=headers, content_type=headers.pop("Content-Type", None))


def test_the_examples_run(program: Program) -> None:
    values = {
        "API": "http://127.0.0.1:8000/api/v1",
        "TOKEN": program.token("petugas1"),
        "SUPERVISOR": program.token("supervisor"),
        "ADMIN": program.token("admin"),
        "TOMORROW": "2026-11-25",
    }
    commands = examples()
    assert len(commands) == TEXT.count("\ncurl ") >= 12
    for statuses, command in commands:
        answer = run(program, command, values)
        assert answer.status_code in statuses, f"{command}\n{answer.text}"
        if "ETag" in answer.headers and command.startswith('curl "'):  # as it was read, not as it became
            values["ETAG"] = answer.headers["ETag"]
        if answer.status_code == 409 and "agree" in answer.get_json():
            values["AGREE"] = answer.get_json()["agree"]
        if answer.status_code == 201:
            made = answer.get_json()
            if "hold" in made:
                values["HOLD"] = made["hold"]
            values.setdefault("TICKET", made.get("id", ""))


def test_the_table_of_codes_is_the_catalogue() -> None:
    rows = re.findall(r"^\| `(\w+)` \| (\d{3}) \| (.*) \|$", TEXT, re.MULTILINE)
    assert [(code, int(status), meaning) for code, status, meaning in rows] == [
        (code, *refusal) for code, refusal in REFUSALS.items()
    ]


def test_the_problem_shown_has_the_form_of_one() -> None:
    import json

    (shown,) = re.findall(r"^```json\n(\{\"type.*?)^```", TEXT, re.MULTILINE | re.DOTALL)
    problem = json.loads(shown)
    conforms(problem, "Problem")
    assert problem["type"] == TYPE_PREFIX + problem["code"]
    assert problem["title"] == title(problem["code"])
    assert problem["status"] == REFUSALS[problem["code"]].status
