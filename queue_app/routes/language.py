"""Which language an answer is in: Indonesian unless the person chose English."""

from flask import has_request_context, request

LANGUAGES = {"id": "Bahasa Indonesia", "en": "English"}
COOKIE = "lang"


def language() -> str:
    """The chosen language of a person (a cookie), or what a program accepts; Indonesian when nothing is said."""
    if not has_request_context():
        return "id"
    if request.path.startswith("/api/"):
        return request.accept_languages.best_match(LANGUAGES, "id")
    chosen = request.cookies.get(COOKIE, "")
    return chosen if chosen in LANGUAGES else "id"
