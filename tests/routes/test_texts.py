"""Templates speak the reader's language, whatever was shown before and is shown beside it."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
from flask import Flask
from flask_babel import force_locale, get_translations
from markupsafe import Markup

from queue_app import create_app
from queue_app.config import Config
from tests.office import SECRET

ANY_TIME = '{{ _("Kapan saja") }}'
IN_WORDS = {"id": "Kapan saja", "en": "Any time"}
TIMES = 50


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Flask]:
    app = create_app(Config(database_url=f"sqlite:///{tmp_path}/none.sqlite", secret_key=SECRET, instance_dir=tmp_path))
    yield app
    app.extensions["antrean_database"].dispose()


def shown(app: Flask, text: str, **places: object) -> str:
    return app.jinja_env.from_string(text).render(places)


def shown_to(app: Flask, language: str, text: str, **places: object) -> str:
    with app.test_request_context("/", headers={"Cookie": f"lang={language}"}):
        return shown(app, text, **places)


def test_each_reader_has_his_own_language(app: Flask) -> None:
    for language in ("id", "en", "id", "en"):
        assert shown_to(app, language, ANY_TIME) == IN_WORDS[language]


def test_two_pages_at_once_do_not_mix(app: Flask) -> None:
    barrier = Barrier(2, timeout=20)
    text = f"{{% for _n in range({TIMES}) %}}{ANY_TIME}{{% if wait() %}}{{% endif %}}\n{{% endfor %}}"

    with ThreadPoolExecutor(2) as threads:
        pages = {
            language: threads.submit(shown_to, app, language, text, wait=barrier.wait) for language in ("id", "en")
        }
    assert {language: page.result().split("\n")[:-1] for language, page in pages.items()} == {
        language: [words] * TIMES for language, words in IN_WORDS.items()
    }


def test_a_forced_language_counts_until_it_ends(app: Flask) -> None:
    with app.test_request_context("/"):
        assert shown(app, ANY_TIME) == "Kapan saja"
        with force_locale("en"):
            assert shown(app, ANY_TIME) == "Any time"
            with force_locale("id"):
                assert shown(app, ANY_TIME) == "Kapan saja"
            assert shown(app, ANY_TIME) == "Any time"
        assert shown(app, ANY_TIME) == "Kapan saja"


def test_a_command_writes_in_the_language_it_forces(app: Flask) -> None:
    with app.app_context(), force_locale("en"):
        assert shown(app, ANY_TIME) == "Any time"
    with app.app_context():
        assert shown(app, ANY_TIME) == "Kapan saja"


def test_without_an_app_texts_stay_as_they_are(app: Flask) -> None:
    assert shown(app, ANY_TIME) == "Kapan saja"


def test_macros_that_all_pages_share_speak_to_whom_they_are_shown(app: Flask) -> None:
    text = '{% from "macros.html" import stale_banner %}{{ stale_banner() }}'
    assert "Menyambung kembali" in shown_to(app, "id", text)
    assert "Menyambung kembali" not in shown_to(app, "en", text)
    assert "Menyambung kembali" in shown_to(app, "id", text)


def test_the_language_is_asked_once_a_page(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def counted() -> object:
        asked.append(1)
        return get_translations()

    monkeypatch.setattr("queue_app.routes.texts.get_translations", counted)
    shown_to(app, "en", ANY_TIME * TIMES)
    assert len(asked) == 1


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('{{ ngettext("%(num)s orang menunggu", "%(num)s orang menunggu", 1) }}', "1 person waiting"),
        ('{{ ngettext("%(num)s orang menunggu", "%(num)s orang menunggu", 2) }}', "2 people waiting"),
        ('{{ _("Loket %(counter)s", counter=unsafe) }}', "Counter &lt;b&gt;"),
        ('{{ _("Loket %(counter)s", counter=safe) }}', "Counter <b>"),
        ('{{ _("80 %% dari <b>%(what)s</b>", what="x") }}', "80 % dari <b>x</b>"),
        ('{{ _("80 %% dari <b>semua</b>") }}', "80 % dari <b>semua</b>"),
    ],
)
def test_places_are_filled_and_what_people_wrote_is_escaped(app: Flask, text: str, words: str) -> None:
    assert shown_to(app, "en", text, unsafe="<b>", safe=Markup("<b>")) == words
