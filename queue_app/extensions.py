"""The app's parts that Flask holds: made once in ``create_app``, reached from here."""

from typing import cast

from flask import current_app, request

from queue_app.config import Config
from queue_app.database import Database
from queue_app.installation import Namespace
from queue_app.personal import Vault
from queue_app.presence import Presence
from queue_app.rush.room import Room
from queue_app.signage.store import Store
from queue_app.speech.studio import Studio


def database() -> Database:
    return cast(Database, current_app.extensions["antrean_database"])


def vault() -> Vault:
    return cast(Vault, current_app.extensions["antrean_vault"])


def presence() -> Presence:
    return cast(Presence, current_app.extensions["antrean_presence"])


def waiting_room() -> Room:
    return cast(Room, current_app.extensions["antrean_room"])


def studio() -> Studio:
    return cast(Studio, current_app.extensions["antrean_studio"])


def uploads() -> Store:
    return cast(Store, current_app.extensions["antrean_uploads"])


def config() -> Config:
    return cast(Config, current_app.extensions["antrean_config"])


def site() -> str:
    """Where people reach this site, without a slash at the end. Only where ``PUBLIC_URL`` is not set, the request's
    own word (its Host) is believed: links that are kept, printed or sent must lead to nobody else."""
    return config().public_url or request.url_root.rstrip("/")


def namespace() -> str:
    """What keeps this installation's keys and channels in a Redis apart from those of others."""
    return cast(Namespace, current_app.extensions["antrean_namespace"])()
