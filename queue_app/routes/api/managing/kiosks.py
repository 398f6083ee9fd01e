"""Where the office's kiosks are opened, and on which printers they can print."""

from http import HTTPMethod

from flask import url_for
from sqlalchemy.orm import Session

from queue_app.extensions import site
from queue_app.models import Office
from queue_app.printing import printers
from queue_app.routes.api.frame.fields import Answer, example
from queue_app.routes.api.frame.operation import Caller, operation
from queue_app.routes.api.managing.saving import SEEING, TAG, told


class KiosksAnswer(Answer):
    """``url``: what a kiosk's browser opens. ``printers``: names of those in use."""

    model_config = example(url="https://antrean.example.go.id/kiosk/senapelan", printers=["Kios depan"])

    url: str
    printers: list[str]


@operation(HTTPMethod.GET, "/api/v1/offices/{office}/kiosks", tag=TAG, answer=KiosksAnswer, refusals=SEEING)
def read_kiosks(office: str, caller: Caller) -> KiosksAnswer:
    """Where a kiosk begins, and what it can print on."""

    def reading(session: Session, here: Office) -> KiosksAnswer:
        address = site().rstrip("/") + url_for("kiosk_take.start", slug=here.slug)
        names = [printer.name for printer in printers.of_office(session, here) if printer.active]
        return KiosksAnswer(url=address, printers=names)

    return told(office, caller, reading)
