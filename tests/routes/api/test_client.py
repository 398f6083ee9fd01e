"""The typed client that is made from the document: it drives a whole day of the office, and the example bot on it."""

import importlib
import importlib.util
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from types import ModuleType
from typing import Any

import httpx
import pytest
from flask import Flask

from tests.routes.api.conftest import Moment
from tests.routes.api.program import Program
from tools import make_client

EXAMPLES = Path(__file__).parents[3] / "examples"


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The client, made anew from the document of this version; a warning of its maker is a failure."""
    folder = tmp_path_factory.mktemp("client") / "antrean-client"
    make_client.make(folder)
    sys.path.insert(0, str(folder))
    yield
    sys.path.remove(str(folder))
    for name in [name for name in sys.modules if name.partition(".")[0] == "antrean_client"]:
        del sys.modules[name]


Clients = Callable[[str | None], Any]


@pytest.fixture
def clients(package: None, app: Flask, program: Program) -> Clients:
    """A client of anybody (None) or with the token of one of the staff, straight to the app."""

    def client(who: str | None) -> Any:
        made = importlib.import_module("antrean_client")
        straight = {"transport": httpx.WSGITransport(app=app)}
        if who is None:
            return made.Client(base_url="http://antrean", httpx_args=straight, raise_on_unexpected_status=True)
        return made.AuthenticatedClient(
            base_url="http://antrean",
            token=program.token(who),
            httpx_args=straight,
            raise_on_unexpected_status=True,
        )

    return client


def operation(tag: str, name: str) -> Any:
    return importlib.import_module(f"antrean_client.api.{tag}.{name}")


def models() -> Any:
    return importlib.import_module("antrean_client.models")


def test_it_drives_a_whole_day(clients: Clients, moment: Moment) -> None:
    anybody, officer, supervisor = clients(None), clients("petugas1"), clients("supervisor")
    m = models()

    office = operation("offices", "get_office").sync("senapelan", client=anybody)
    code = office.services[0].code
    booked = operation("tickets", "issue_ticket").sync(
        "senapelan",
        client=anybody,
        body=m.Booking(service=code, channel=m.BookingChannel.ONLINE),
        idempotency_key="once",
    )
    assert booked.state is m.TicketState.BOOKED
    came = operation("tickets", "check_in_ticket").sync(booked.id, client=anybody, body=m.CheckIn())
    assert (came.state, came.position) == (m.TicketState.WAITING, 1)
    taken = operation("tickets", "issue_ticket").sync(
        "senapelan", client=officer, body=m.Booking(service=code, channel=m.BookingChannel.KIOSK)
    )

    shift = operation("counters", "open_counter").sync("1", client=officer)
    assert (shift.officer, shift.state) == ("petugas1", m.ShiftState.OPEN)
    called = operation("counters", "call_next").sync("1", client=officer)
    assert (called.id, called.counter) == (booked.id, 1)
    board = operation("offices", "get_board").sync("senapelan", client=anybody)
    assert [call.label for call in board.now_serving] == [booked.label]
    started = operation("desk", "start_ticket").sync(called.id, client=officer, body=m.DeskMove(version=called.version))
    moment.now += timedelta(minutes=8)
    stale = operation("desk", "finish_ticket").sync(called.id, client=officer, body=m.Finish(version=1))
    assert isinstance(stale, m.Problem)
    assert stale.code == "stale_ticket"
    finished = operation("desk", "finish_ticket").sync(
        called.id, client=officer, body=m.Finish(version=started.version, outcome=m.FinishOutcome.DONE)
    )
    assert finished.state is m.TicketState.SERVED
    answers = m.GivenFeedback.from_dict({"answers": {"satisfaction": 4}})
    operation("feedback", "give_feedback").sync(booked.id, client=anybody, body=answers)

    missing = operation("counters", "call_next").sync("1", client=officer)
    assert missing.id == taken.id
    gone = operation("desk", "no_show_ticket").sync(
        missing.id, client=officer, body=m.DeskMove(version=missing.version)
    )
    assert gone.state is m.TicketState.NO_SHOW
    assert operation("counters", "call_next").sync_detailed("1", client=officer).status_code == 204
    assert operation("counters", "close_counter").sync("1", client=officer).state is m.ShiftState.CLOSED

    figures = operation("metrics", "officer_metrics").sync("senapelan", client=supervisor)
    [own] = [each for each in figures.officers if each.officer == "petugas1"]
    assert (own.served, own.median_s) == (1, 480.0)
    refused = operation("metrics", "officer_metrics").sync("senapelan", client=officer)
    assert (refused.status, refused.code) == (403, "wrong_role")


@pytest.fixture
def bot(clients: Clients) -> ModuleType:
    spec = importlib.util.spec_from_file_location("whatsapp_bot", EXAMPLES / "whatsapp_bot.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look it up
    spec.loader.exec_module(module)
    return module


def test_the_example_bot_takes_looks_and_cancels(bot: ModuleType, clients: Clients, program: Program) -> None:
    gateway = bot.create_app(bot.Bot(clients("petugas1"), "senapelan"), "between us").test_client()

    def say(text: str, sender: str = "6281234567890") -> str:
        headers = {"Authorization": "Bearer between us"}
        answer = gateway.post("/message", json={"sender": sender, "text": text}, headers=headers)
        reply: str = answer.get_json()["reply"]
        return reply

    assert gateway.post("/message", json={"sender": "1", "text": "cek"}).status_code == 401
    assert "AMBIL" in say("halo?")
    assert "belum punya nomor" in say("cek")
    assert say("layanan").startswith("A: ")
    assert "Layanan ini tidak ada" in say("ambil ZZ")
    assert say("Ambil a").startswith("Nomor Anda A-001")
    assert say("CEK").startswith("A-001")
    assert "belum punya nomor" in say("batal", "another")
    assert say("batal") == "A-001 sudah dibatalkan."
    assert "belum punya nomor" in say("cek")


def test_the_bot_tells_place_and_counter(bot: ModuleType, clients: Clients, program: Program) -> None:
    chat = bot.Bot(clients(None), "senapelan", {"me": program.ticket("A")["id"]})
    assert chat.reply("me", "cek").startswith("A-001")
    program.open()
    program.call_next()
    assert chat.reply("me", "cek") == "A-001: silakan ke loket 1."
