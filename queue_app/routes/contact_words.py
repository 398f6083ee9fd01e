"""What the ways in which citizens are told are called on the screen."""

from flask_babel import gettext

from queue_app.errors import N_
from queue_app.messages.contacts import PUSH

_NAMES = {
    "whatsapp": "WhatsApp",
    "sms": "SMS",
    "telegram": "Telegram",
    "email": N_("E-mail"),
    PUSH: N_("Peramban"),
}


def channel_name(channel: str) -> str:
    """A channel of ``Contact``. One that an earlier edition knew keeps its own name."""
    return str(gettext(_NAMES.get(channel, channel)))
