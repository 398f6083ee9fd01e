"""The names of the sockets' namespaces and rooms."""

DISPLAY = "/display"
DESK = "/desk"
TICKET = "/ticket"


def office_room(office_id: int) -> str:
    return f"office:{office_id}"


def screens_room(office_id: int) -> str:
    """All paired screens of an office: each gets its own board, and all the same heartbeat."""
    return f"screens:{office_id}"


def screen_room(token_digest: str) -> str:
    """One paired screen; whoever was it before its display was paired anew is not in it."""
    return f"screen:{token_digest}"


def ticket_room(public_id: str) -> str:
    return f"ticket:{public_id}"
