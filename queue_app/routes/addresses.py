"""Which addresses a person may be sent to: pages of this site that can be opened, and nothing else."""

from urllib.parse import urlsplit

from flask import current_app, request
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect


def is_own_page(target: str) -> bool:
    """Whether ``target`` is the path of a page here that can be opened: never another site, never a POST address."""
    if not target.startswith("/") or target.startswith("//") or "\\" in target or not target.isprintable():
        return False
    try:
        current_app.url_map.bind("").match(urlsplit(target).path, method="GET")
    except RequestRedirect:
        return True
    except (HTTPException, ValueError):
        return False
    return True


def page_before() -> str:
    """The path of the page of this site that the person came from; empty when that is not known."""
    came_from = urlsplit(request.referrer or "")
    return came_from.path if came_from.netloc == request.host and is_own_page(came_from.path) else ""
