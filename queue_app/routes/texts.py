"""The texts of templates in the reader's language: ``{{ _("Ambil nomor") }}``, ``{{ ngettext(...) }}``.

A page has hundreds of them, and Flask-Babel asks for each anew which language this is. Here that is asked once and kept
where Flask-Babel itself keeps what it knows of a request, so that ``force_locale`` puts it aside and brings it back.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from babel.support import NullTranslations
from flask import Flask, g, has_app_context
from flask_babel import get_translations
from jinja2 import pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup

_KEPT = 8192
"""Texts that are kept as pages show them: more than all those of the code, in both languages."""


def register(app: Flask) -> None:
    """Let templates use these instead of Flask-Babel's own."""
    app.jinja_env.globals.update(_=_gettext, gettext=_gettext, ngettext=_ngettext)


@pass_eval_context
def _gettext(how: EvalContext, text: str, /, **places: Any) -> str:
    if not places:
        return _without_places(_translations(), text, how.autoescape)
    return _filled(_translations().ugettext(text), places, how.autoescape)


@pass_eval_context
def _ngettext(how: EvalContext, one: str, many: str, num: int, /, **places: Any) -> str:
    return _filled(_translations().ungettext(one, many, num), {"num": num, **places}, how.autoescape)


@lru_cache(maxsize=_KEPT)
def _without_places(translations: NullTranslations, text: str, is_html: bool) -> str:
    return _filled(translations.ugettext(text), {}, is_html)


def _filled(text: str, places: Mapping[str, Any], is_html: bool) -> str:
    """As Jinja does it: always a format, so that "%%" means the same with and without places; ours, hence safe."""
    return (Markup(text) if is_html else text) % places  # noqa: S704


def _translations() -> NullTranslations:
    """Those of the language that counts here and now; outside an app's context texts stay as they are."""
    here: Any = g._get_current_object() if has_app_context() else None
    known: NullTranslations | None = getattr(here and here.get("_flask_babel"), "babel_translations", None)
    if known is None:
        known = get_translations()
        if here:
            here._flask_babel.babel_translations = known
    return known
