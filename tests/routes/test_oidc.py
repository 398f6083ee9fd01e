"""Signing in by a provider: a real one on loopback, and what a wrong or broken one would send."""

import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from flask import Flask
from joserfc.jwk import RSAKey
from sqlalchemy import func, select

from queue_app.config import Config, ConfigError, from_env
from queue_app.factory import create_app
from queue_app.models import User
from tests.office import SECRET, Desk
from tests.routes.browsing import Person
from tests.routes.oidc_provider import CLIENT_ID, CLIENT_SECRET, Provider


@pytest.fixture(scope="module")
def only_provider() -> Iterator[Provider]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AUTHLIB_INSECURE_TRANSPORT", "1")
        provider = Provider()
        yield provider
        provider.stop()


@pytest.fixture
def provider(only_provider: Provider) -> Provider:
    only_provider.user, only_provider.lies, only_provider.signing_key = "petugas1", {}, only_provider.key
    return only_provider


@pytest.fixture
def database_url(new_sqlite_url: str) -> str:
    """Of SQLite alone: what a provider says does not hang on the database."""
    return new_sqlite_url


@pytest.fixture
def config(database_url: str, tmp_path: Any, only_provider: Provider) -> Config:
    plain = Config(database_url, SECRET, instance_dir=tmp_path, testing=True)
    return replace(plain, oidc_issuer=only_provider.issuer, oidc_client_id=CLIENT_ID, oidc_client_secret=CLIENT_SECRET)


def back_from(person: Person, path: str = "/signin/oidc") -> str:
    """To the provider, and the address by which it sends the person back."""
    to_provider = person.client.get(path)
    assert to_provider.status_code == 302, to_provider.text
    came = requests.get(to_provider.location, allow_redirects=False, timeout=5)
    return str(came.headers["Location"]).removeprefix("http://localhost")


def test_somebody_who_is_known_comes_in(app: Flask, provider: Provider) -> None:
    person = Person(app)
    person.open("/signin?next=/desk/figures")
    assert "Masuk dengan akun kantor" in person.page
    asked = parse_qs(urlsplit(person.client.get("/signin/oidc").location).query)
    assert asked["code_challenge_method"] == ["S256"]
    assert {"state", "nonce", "code_challenge"} <= asked.keys()
    back = back_from(person, "/signin/oidc?next=/desk/figures")
    assert person.client.get(back).location == "/desk/figures"
    person.open("/account")
    assert "Petugas 1" in person.page
    assert "Masuk dengan akun kantor" in person.page, "it is recorded"


@pytest.mark.parametrize(
    "lies",
    [
        {"nonce": "of another sign-in"},
        {"exp": int(time.time()) - 3600},
        {"aud": ["somebody else"]},
        {"iss": "https://evil.example"},
    ],
    ids=lambda lies: next(iter(lies)),
)
def test_a_word_that_is_not_for_us_now_is_refused(app: Flask, provider: Provider, lies: dict[str, Any]) -> None:
    provider.lies = lies
    refused(app, Person(app), 403, "tidak berhasil")


def test_a_word_that_somebody_else_signed_is_refused(app: Flask, provider: Provider) -> None:
    provider.signing_key = RSAKey.generate_key(2048)
    refused(app, Person(app), 403, "tidak berhasil")


def test_nobody_is_made_of_the_providers_word(app: Flask, provider: Provider, desk: Desk) -> None:
    for name in ("stranger", "", ["petugas1"], None):
        provider.lies = {"preferred_username": name}
        refused(app, Person(app), 403, "tidak dikenal di sini")
    with desk.db.write() as session:
        assert session.scalar(select(func.count()).select_from(User)) == 7
        desk.user(session, "petugas1").active = False
    provider.lies = {}
    refused(app, Person(app), 403, "tidak dikenal di sini")


def refused(app: Flask, person: Person, status: int, words: str) -> None:
    answer = person.client.get(back_from(person))
    assert (answer.status_code, words in answer.text) == (status, True), answer.text
    assert person.client.get("/desk").status_code == 302


def test_what_was_not_begun_here_is_refused(app: Flask, provider: Provider) -> None:
    victim, attacker = Person(app), Person(app)
    planted = back_from(attacker)
    assert victim.client.get(planted).status_code == 403, "the state is another browser's"
    back = back_from(victim)
    assert victim.client.get(back).location == "/desk"
    assert victim.client.get(back).status_code == 403, "and is used once"
    for elsewhere in ("https://evil.example/", "//evil.example"):
        person = Person(app)
        assert person.client.get(
            f"{back_from(person, f'/signin/oidc?next={elsewhere}')}&next={elsewhere}"
        ).location == ("/desk")


@pytest.mark.usefixtures("provider")
def test_nobody_writes_lines_of_their_own_into_the_log(app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    forged = "denied%0d%0aWARNING%20signed%20in%20as%20admin"
    Person(app).client.get(f"/signin/oidc/back?error=access_denied&error_description={forged}")
    assert "signed in as admin" in caplog.text
    assert all("\n" not in record.getMessage() and "\r" not in record.getMessage() for record in caplog.records)


def test_a_provider_that_is_down_is_said_and_passwords_still_work(app: Flask, provider: Provider) -> None:
    person = Person(app)
    back = back_from(person)
    settings = app.extensions["antrean_oidc"].provider
    settings.server_metadata["token_endpoint"] = "http://127.0.0.1:9/token"
    answer = person.client.get(back)
    assert (answer.status_code, "sedang tidak menjawab" in answer.text) == (503, True)
    assert 'name="password"' in answer.text


def test_without_a_provider_there_is_no_such_page(new_sqlite_url: str, tmp_path: Any) -> None:
    app = create_app(Config(new_sqlite_url, SECRET, instance_dir=tmp_path, testing=True))
    assert app.test_client().get("/signin/oidc").status_code == 404
    assert app.test_client().get("/signin/oidc/back?code=x&state=y").status_code == 404
    assert "akun kantor" not in app.test_client().get("/signin").text
    app.extensions["antrean_database"].dispose()


def test_settings_that_cannot_be_safe_are_refused() -> None:
    env = {"SECRET_KEY": SECRET, "OIDC_ISSUER": "http://sso.example.go.id"}
    with pytest.raises(ConfigError, match="https"):
        from_env(env)
    with pytest.raises(ConfigError, match="OIDC_CLIENT_ID"):
        from_env(env | {"OIDC_ISSUER": "https://sso.example.go.id"})
