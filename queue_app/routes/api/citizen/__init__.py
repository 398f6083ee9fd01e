"""What anybody's program does: offices and their places, a number and its moves, and what follows the visit."""

from queue_app.routes.api.citizen import (
    contacts,
    crowd,
    feedback,
    offices,
    proofs,
    slots,
    soonest,
    survey,
    tickets,
    waiting_list,
    waits,
)

__all__ = [
    "contacts",
    "crowd",
    "feedback",
    "offices",
    "proofs",
    "slots",
    "soonest",
    "survey",
    "tickets",
    "waiting_list",
    "waits",
]
