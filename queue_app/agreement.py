"""People who have a number already may be affected by a change: that is said, and agreed to, before it is done."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

from queue_app.errors import N_, Param, QueueError


@dataclass(frozen=True, slots=True)
class Effect:
    """Something that follows for citizens or people of the office; ``count`` of it, as ``message`` says."""

    message: str
    params: Mapping[str, Param]


class Unagreed(QueueError):
    """Nobody has agreed to the ``effects`` yet, which ``mark`` names."""

    def __init__(self, effects: Sequence[Effect]) -> None:
        super().__init__("needs_agreement", N_("Belum disimpan: perubahan ini mengenai warga. Periksa, lalu setujui."))
        self.effects = effects
        self.mark = mark(effects)


def require(effects: Sequence[Effect], agreed: str) -> None:
    """``agreed`` names these effects, or there are none.

    Raises Unagreed, and then the transaction must not be committed.
    """
    if effects and mark(effects) != agreed:
        raise Unagreed(effects)


def mark(effects: Sequence[Effect]) -> str:
    """Names effects, for who agrees to them."""
    plain = [[effect.message, {name: str(value) for name, value in effect.params.items()}] for effect in effects]
    return sha256(json.dumps(plain, sort_keys=True).encode()).hexdigest()[:32]
