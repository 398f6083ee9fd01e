"""Webhooks by a program: changed on a version, stopped, started, made once; deliveries in pages."""

from typing import Any

import pytest

from tests.routes.api.program import Program, refusal

WEBHOOKS = "/offices/senapelan/webhooks"
NEW = {"name": "Situs kota", "url": "https://situs.example.go.id/antrean", "kinds": ["ticket.call"]}


@pytest.fixture
def webhook(program: Program) -> dict[str, Any]:
    found: dict[str, Any] = program.post(WEBHOOKS, NEW, "admin").get_json()
    return found


def test_it_is_changed_on_the_version_that_was_seen(program: Program, webhook: dict[str, Any]) -> None:
    path = f"{WEBHOOKS}/{webhook['id']}"
    etag = program.get(path, "admin").headers["ETag"]
    assert refusal(program.send("PATCH", path, "admin", json={"name": "Papan"})) == (428, "precondition_required")
    based = {"If-Match": etag}
    changed = program.send("PATCH", path, "admin", json={"name": " Papan "}, headers=based).get_json()
    assert (changed["name"], changed["url"], changed["kinds"]) == ("Papan", NEW["url"], NEW["kinds"])
    late = program.send("PATCH", path, "admin", json={"url": "https://lain.example.go.id/"}, headers=based)
    assert refusal(late) == (412, "version_conflict")
    for body, code in (
        ({"url": "http://127.0.0.1/"}, "bad_webhook_url"),
        ({"kinds": ["ticket.fly"]}, "bad_webhook_kinds"),
        ({"name": "\n"}, "bad_webhook_name"),
        ({"kinds": []}, "invalid_request"),
    ):
        answer = program.send("PATCH", path, "admin", json=body, headers={"If-Match": "*"})
        assert refusal(answer) == (422, code)


def test_it_is_stopped_and_started(program: Program, webhook: dict[str, Any]) -> None:
    path = f"{WEBHOOKS}/{webhook['id']}"
    for _ in range(2):
        assert program.post(f"{path}/stop", officer="admin").get_json()["stopped_at"] is not None
    for _ in range(2):
        assert program.post(f"{path}/start", officer="admin").get_json()["stopped_at"] is None


def test_a_repeat_makes_no_second_one_and_tells_no_secret_again(program: Program) -> None:
    key = {"Idempotency-Key": "once"}
    first, again = (program.post(WEBHOOKS, NEW, "admin", headers=key).get_json() for _ in range(2))
    assert first["secret"].startswith("whsec_")
    assert again == first | {"secret": None}
    assert len(program.get(WEBHOOKS, "admin").get_json()["webhooks"]) == 1
    other = NEW | {"name": "Lain"}
    assert refusal(program.post(WEBHOOKS, other, "admin", headers=key)) == (422, "idempotency_key_reused")
    program.send("DELETE", f"{WEBHOOKS}/{first['id']}", "admin")
    assert refusal(program.post(WEBHOOKS, NEW, "admin", headers=key)) == (404, "unknown_webhook")


def test_deliveries_come_in_pages(program: Program, webhook: dict[str, Any]) -> None:
    path = f"{WEBHOOKS}/{webhook['id']}"
    sent = [program.post(f"{path}/test", officer="admin").get_json()["id"] for _ in range(3)]
    page = program.get(f"{path}/deliveries?limit=2", "admin").get_json()
    assert [each["id"] for each in page["deliveries"]] == sent[:0:-1]
    page = program.get(f"{path}/deliveries?limit=2&after={page['next']}", "admin").get_json()
    assert ([each["id"] for each in page["deliveries"]], page["next"]) == (sent[:1], None)
    assert refusal(program.get(f"{path}/deliveries?after=cGVvcGxlIDE", "admin")) == (422, "bad_cursor")
