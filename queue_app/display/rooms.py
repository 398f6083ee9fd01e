"""The names of the sockets' namespaces and rooms."""

DISPLAY = "/display"
DESK = "/desk"
TICKET = "/ticket"


def office_room(office_id: int) -> str:
    return f"office:{office_id}"


def ticket_room(public_id: str) -> str:
    return f"ticket:{public_id}"
