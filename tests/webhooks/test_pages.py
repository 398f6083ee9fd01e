"""The administrator's pages of webhooks, and the commands."""

import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import select

from queue_app.models import ConfigurationChange, Webhook
from tests.routes.api.program import Program, refusal
from tests.routes.browsing import Person
from tests.webhooks.conftest import Hooks
from tests.webhooks.receiver import Receiver

PAGE = "/manage/webhooks"


@pytest.fixture
def admin(app: Flask) -> Person:
    """Where the server allows loopback."""
    app.extensions["antrean_config"] = replace(app.extensions["antrean_config"], webhook_allow=("127.0.0.1",))
    person = Person(app, "admin")
    person.open(PAGE)
    return person


def secret_on(page: str) -> str:
    found = re.search(r"<code [^>]*data-made>([^<]+)</code>", page)
    assert found is not None
    return found[1]


def test_one_is_added_tried_changed_and_removed(
    admin: Person, hooks: Hooks, receive: Callable[..., Receiver], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("queue_app.clock.now", lambda: hooks.desk.now)
    receiver = receive(lambda event: 500 if event["kind"] == "ticket.join" else 200)
    admin.send(PAGE, {"name": "Situs <i>kota</i>", "url": receiver.url, "kind": "ticket.join"})
    secret = secret_on(admin.page)
    one = f"{PAGE}/1"
    admin.open(one)
    assert secret not in admin.page
    assert "Situs &lt;i&gt;kota" in admin.page
    admin.press(f"{one}/test")
    hooks.desk.join()
    hooks.sender.empty()
    admin.open(one)
    assert sorted(event["kind"] for event in receiver.events) == [
        "test",
        "ticket.join",
    ]  # of no one ticket, so no order
    assert "500 · " in admin.page
    assert "&lt;b" in admin.page  # what the other side answered, harmless
    assert "dicoba lagi" in admin.page
    admin.press(f"{one}/stop")
    assert "dihentikan" in admin.page
    admin.press(f"{one}/start")
    receiver.answer = lambda _event: 200
    admin.press(f"{one}/replay")
    hooks.sender.empty()
    assert [delivery.status for delivery in hooks.deliveries()] == ["SENT", "SENT"]
    admin.open(one)
    admin.press(f"{one}/rotate")
    assert secret_on(admin.page) != secret
    admin.open(one)
    admin.send(f"{one}/change", {"url": receiver.url, "kind": "counter.open"})
    assert hooks.webhook().kinds == ["counter.open"]
    admin.open(one)
    admin.press(f"{one}/remove")
    assert "Belum ada webhook" in admin.page
    with hooks.desk.db.read() as session:
        subject = ConfigurationChange.subject == "webhook:1"
        told = session.scalars(select(ConfigurationChange).where(subject).order_by(ConfigurationChange.id)).all()
        assert [set(change.after) for change in told] == [
            {"name", "url", "kinds"},
            {"stopped"},
            {"stopped"},
            {"secret"},
            {"kinds"},
            set(),
        ]
        assert secret not in repr([vars(change) for change in told])
        assert secret not in repr(vars(session.scalars(select(Webhook)).one()))


def test_what_cannot_be_one_is_refused_in_words(admin: Person, hooks: Hooks) -> None:
    good = {"name": "Situs", "url": "https://situs.example.go.id/", "kind": "ticket.call"}
    for wrong, words in (
        ({"url": "http://10.0.0.1/"}, "alamat https di internet"),
        ({"url": "https://169.254.169.254/"}, "alamat https di internet"),
        ({"name": ""}, "Beri webhook ini nama"),
        ({"kind": "ticket.lain"}, "jenis kejadian yang dikenal"),
    ):
        assert admin.send(PAGE, {**good, **wrong}).status_code == 422
        assert words in admin.page
    assert admin.send(f"{PAGE}/7/test", {}).status_code == 404
    assert admin.send(f"{PAGE}/7/lain", {}).status_code == 404
    for number in range(20):
        admin.send(PAGE, {**good, "name": f"Situs {number}"})
    admin.open(PAGE)
    assert not admin.has(PAGE)
    assert admin.send(PAGE, good).status_code == 409


def test_the_commands_do_the_same(app: Flask, hooks: Hooks) -> None:
    def run(*words: str) -> tuple[int, str]:
        done = app.test_cli_runner().invoke(args=["webhook", *words, "--office", "senapelan"])
        return done.exit_code, done.output

    code, secret = run("create", "https://situs.example.go.id/", "--name", "Situs", "--kind", "ticket.call")
    assert code == 0
    assert secret.startswith("whsec_")
    assert run("list")[1] == "1\trunning\thttps://situs.example.go.id/\tSitus\n"
    assert run("create", "http://10.0.0.1/", "--name", "Dalam")[0] == 1
    assert "is queued" in run("test", "1")[1]
    assert run("replay", "1")[1].startswith("0 events")
    assert run("rotate", "1")[1] not in ("", secret)
    assert run("remove", "1")[0] == 0
    assert run("list")[1] == ""
    assert run("test", "1")[0] == 1


def test_a_program_does_the_same(
    admin: Person, app: Flask, hooks: Hooks, receive: Callable[..., Receiver], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("queue_app.clock.now", lambda: hooks.desk.now)
    program, receiver = Program(app, hooks.desk.db), receive(lambda _event: 410)
    every = "/offices/senapelan/webhooks"
    wish = {"name": "Situs kota", "url": receiver.url, "kinds": ["ticket.join"]}
    made = program.post(every, wish, "admin").get_json()
    assert made["secret"].startswith("whsec_")
    for wrong, code in (
        ({"url": "http://10.0.0.1/"}, "bad_webhook_url"),
        ({"kinds": ["lain"]}, "bad_webhook_kinds"),
        ({"name": " "}, "bad_webhook_name"),
        ({"lain": 1}, "invalid_request"),
    ):
        assert refusal(program.post(every, {**wish, **wrong}, "admin")) == (422, code)
    assert refusal(program.get(every, "supervisor")) == (403, "wrong_role")
    one = f"{every}/{made['id']}"
    assert program.post(f"{one}/test", officer="admin").get_json()["status"] == "QUEUED"
    hooks.sender.empty()
    (told,) = program.get(f"{one}/deliveries", "admin").get_json()["deliveries"]
    assert (told["status"], told["tries"][0]["status"], told["tries"][0]["answer"]) == ("FAILED", 410, "<b")
    (shown,) = program.get(every, "admin").get_json()["webhooks"]
    assert shown["stopped_at"] is not None  # gone, it said
    assert program.post(f"{one}/replay", {}, "admin").get_json() == {"queued": 1}
    assert program.post(f"{one}/rotate", officer="admin").get_json()["secret"] != made["secret"]
    assert program.send("DELETE", one, "admin").status_code == 200
    for name in (str(made["id"]), "x", "9" * 12):
        assert refusal(program.get(f"{every}/{name}/deliveries", "admin")) == (404, "unknown_webhook")
