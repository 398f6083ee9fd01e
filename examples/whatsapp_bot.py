"""A queue by chat: an example of a program on the API's typed client.

A gateway for WhatsApp (or another chat) posts what somebody wrote, and sends back what this answers:

    POST /message   {"sender": "6281234567890", "text": "ambil A"}   ->   {"reply": "Nomor Anda A-012 …"}

To try it, with a server of Antrean at 127.0.0.1:8000:

    make client && pip install dist/antrean-client flask
    export ANTREAN=http://127.0.0.1:8000 OFFICE=senapelan TOKEN=… GATEWAY_SECRET=…
    python -m flask --app examples/whatsapp_bot run

``TOKEN`` is one that may write tickets; without it an office that demands a proof of work gives no number. The sender's
number is not sent to the office: this program alone knows whose ticket is whose, until it is restarted.
"""

import hmac
import os
import uuid
from collections.abc import MutableMapping
from dataclasses import dataclass, field

from antrean_client import AuthenticatedClient, Client
from antrean_client.api.offices import get_office
from antrean_client.api.tickets import cancel_ticket, get_ticket, issue_ticket
from antrean_client.models import Booking, BookingChannel, CitizenMove, OfficeNow, Problem, TicketAnswer
from antrean_client.types import UNSET
from flask import Flask, abort, request
from flask.typing import ResponseReturnValue

HELP = "Tulis: LAYANAN, AMBIL (kode layanan), CEK, atau BATAL."
NO_TICKET = "Anda belum punya nomor. " + HELP
AWAY = "Antrean sedang tidak dapat dihubungi. Cobalah sebentar lagi."


@dataclass
class Bot:
    """``tickets``: the id of each sender's latest ticket."""

    client: Client | AuthenticatedClient
    office: str
    tickets: MutableMapping[str, str] = field(default_factory=dict)

    def reply(self, sender: str, text: str) -> str:
        """What is answered to a message; whatever somebody writes, there is an answer."""
        match text.lower().split():
            case ["layanan"]:
                return self._services()
            case ["ambil", code]:
                return self._take(sender, code.upper())
            case ["cek"]:
                return self._look(sender)
            case ["batal"]:
                return self._cancel(sender)
        return HELP

    def _services(self) -> str:
        match get_office.sync(self.office, client=self.client):
            case OfficeNow() as office:
                return "\n".join(f"{one.code}: {one.name_id}" for one in office.services)
            case Problem() as problem:
                return problem.detail
        return AWAY

    def _take(self, sender: str, code: str) -> str:
        wish = Booking(service=code, channel=BookingChannel.ONLINE)
        match issue_ticket.sync(self.office, client=self.client, body=wish, idempotency_key=str(uuid.uuid4())):
            case TicketAnswer() as ticket:
                self.tickets[sender] = ticket.id
                return f"Nomor Anda {ticket.label}. Ikuti di {ticket.url}"
            case Problem() as problem:
                return problem.detail
        return AWAY

    def _look(self, sender: str) -> str:
        match self._ticket(sender):
            case TicketAnswer(position=int(position), estimate=estimate) as ticket if estimate is not UNSET:
                wait = f"{estimate.low_minutes}–{estimate.high_minutes}"
                return f"{ticket.label}: urutan {position}, kira-kira {wait} menit."
            case TicketAnswer(counter=int(counter)) as ticket:
                return f"{ticket.label}: silakan ke loket {counter}."
            case TicketAnswer() as ticket:
                return f"{ticket.label}: {ticket.state.value}. {ticket.url}"
            case Problem() as problem:
                return problem.detail
        return NO_TICKET

    def _cancel(self, sender: str) -> str:
        match self._ticket(sender):
            case TicketAnswer() as ticket:
                move = CitizenMove(version=ticket.version)
                match cancel_ticket.sync(ticket.id, client=self.client, body=move):
                    case TicketAnswer():
                        del self.tickets[sender]
                        return f"{ticket.label} sudah dibatalkan."
                    case Problem() as problem:
                        return problem.detail
            case Problem() as problem:
                return problem.detail
        return NO_TICKET

    def _ticket(self, sender: str) -> TicketAnswer | Problem | None:
        known = self.tickets.get(sender)
        return get_ticket.sync(known, client=self.client) if known else None


def create_app(bot: Bot | None = None, secret: str | None = None) -> Flask:
    """``secret``: what the gateway sends as a bearer token, so that nobody else writes in a sender's name."""
    app = Flask(__name__)
    secret = secret or os.environ["GATEWAY_SECRET"]
    bot = bot or _from_environment()

    @app.post("/message")
    def message() -> ResponseReturnValue:
        said = request.headers.get("Authorization", "")
        if not hmac.compare_digest(said.encode(), f"Bearer {secret}".encode()):
            abort(401)
        told = request.get_json()
        return {"reply": bot.reply(str(told["sender"]), str(told["text"]))}

    return app


def _from_environment() -> Bot:
    token = os.environ.get("TOKEN")
    url = os.environ["ANTREAN"]
    client = AuthenticatedClient(base_url=url, token=token) if token else Client(base_url=url)
    return Bot(client, os.environ["OFFICE"])
