"""Which language an answer is in: Indonesian unless the person chose English."""

from flask import has_request_context, request

from queue_app.cookies import Cookie

LANGUAGES = {"id": "Bahasa Indonesia", "en": "English"}
COOKIE = Cookie("lang", 365 * 24 * 3600)


def language() -> str:
    """The chosen language of a person (a cookie), or what a program accepts; Indonesian when nothing is said."""
    if not has_request_context():
        return "id"
    if request.path.startswith("/api/"):
        return request.accept_languages.best_match(LANGUAGES, "id")
    chosen = COOKIE.read()
    return chosen if chosen in LANGUAGES else "id"
