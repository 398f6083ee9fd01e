"""Keys: replaced while serving, resumed after a kill, and what happens when one is lost."""

from dataclasses import replace
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import func, select

from queue_app import create_app, server
from queue_app.config import Config, ConfigError, from_env
from queue_app.database import Database
from queue_app.models import HashKeys, Ticket
from queue_app.personal import UNREADABLE, Holder, Unreadable, Vault, checked_holder, initials
from queue_app.privacy import keys
from tests.office import SECRET, Desk

NEW = "another secret for tests only, as long"
PERSON = Holder("Nama Warga", "081234567890", "1471055708900001")


def kept(desk: Desk, *tickets: Ticket) -> list[Ticket]:
    with desk.db.read() as session:
        return [session.get_one(Ticket, ticket.id) for ticket in tickets]


def vault_of(config: Config, desk: Desk, *secrets: str) -> Vault:
    return keys.vault_of(desk.db, replace(config, secret_key=secrets[0], old_secret_keys=secrets[1:]))


class TestAVault:
    def test_it_opens_what_it_sealed_and_what_an_older_key_sealed(self) -> None:
        old, both = Vault(SECRET), Vault(NEW, SECRET)
        assert both.open(old.seal("Nama Warga")) == "Nama Warga"
        assert both.open(both.seal("Nama Warga")) == "Nama Warga"

    def test_it_opens_values_from_before_they_named_their_key(self) -> None:
        sealed = Vault(SECRET).seal("Nama Warga")
        assert sealed is not None
        assert Vault(NEW, SECRET).open(sealed[10:]) == "Nama Warga"

    def test_without_the_key_it_says_so_and_shows_that_it_is_unreadable(self) -> None:
        sealed = Vault(SECRET).seal("Nama Warga")
        with pytest.raises(Unreadable):
            Vault(NEW).open(sealed)
        assert Vault(NEW).shown(sealed) == UNREADABLE
        assert initials(UNREADABLE) == "?"

    def test_a_nik_is_hashed_with_a_key(self) -> None:
        assert Vault(SECRET).nik_hash("1471055708900001") != Vault(NEW).nik_hash("1471055708900001")

    def test_hashes_stay_while_an_older_key_is_known(self) -> None:
        assert Vault(NEW, SECRET).sealed(PERSON).nik_hash == Vault(SECRET).sealed(PERSON).nik_hash


class TestRotating:
    def test_everything_is_sealed_with_the_new_key_and_hashes_stay(self, desk: Desk, config: Config) -> None:
        keys.keep_hash_keys(desk.db, vault_of(config, desk, SECRET), desk.now)
        tickets = [desk.join(holder=PERSON) for _ in range(1)] + [
            desk.join("B", holder=Holder("Siti")) for _ in range(3)
        ]
        before = kept(desk, *tickets)
        list(keys.rotate(desk.db, vault_of(config, desk, NEW, SECRET)))
        after, alone = kept(desk, *tickets), vault_of(config, desk, NEW)
        assert [alone.open(ticket.name_sealed) for ticket in after] == ["Nama Warga", "Siti", "Siti", "Siti"]
        assert after[0].nik_hash == before[0].nik_hash == alone.nik_hash("1471055708900001")
        with desk.db.read() as session:
            assert {key for each in keys.status(session) for key in each.by_key} == {alone.key_ids[0]}

    def test_stopped_after_a_batch_it_goes_on(
        self, desk: Desk, config: Config, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(keys, "AT_ONCE", 2)
        tickets = [desk.join(holder=Holder("Siti")) for _ in range(5)]
        both = vault_of(config, desk, NEW, SECRET)
        running = keys.rotate(desk.db, both)
        while not next(running)[0]:
            pass
        running.close()
        half = [bytes(ticket.name_sealed or b"").startswith(both.mark) for ticket in kept(desk, *tickets)]
        assert half == [True, True, False, False, False]
        assert sum(done for done, _ in keys.rotate(desk.db, both)) == 3
        assert sum(done for done, _ in keys.rotate(desk.db, both)) == 0

    def test_what_cannot_be_opened_is_left_as_it_is(self, desk: Desk, config: Config) -> None:
        ticket = desk.join(holder=PERSON)
        [before] = kept(desk, ticket)
        assert sum(lost for _, lost in keys.rotate(desk.db, vault_of(config, desk, NEW))) == 2
        [after] = kept(desk, ticket)
        assert (after.name_sealed, after.phone_sealed) == (before.name_sealed, before.phone_sealed)

    def test_a_paired_screen_and_a_session_survive_the_change(self, config: Config) -> None:
        app = create_app(replace(config, secret_key=NEW, old_secret_keys=(SECRET,)))
        assert app.config["SECRET_KEY_FALLBACKS"] == [SECRET]
        app.extensions["antrean_database"].dispose()

    def test_the_commands_tell(self, app: Flask, config: Config, desk: Desk) -> None:
        desk.join(holder=PERSON)
        renewed = create_app(replace(config, secret_key=NEW, old_secret_keys=(SECRET,)))
        run = renewed.test_cli_runner().invoke
        assert f"ticket.name_sealed: 1 by {Vault(SECRET).key_ids[0]} (rotate)" in run(args=["keys", "status"]).output
        assert "2 values were sealed anew" in run(args=["keys", "rotate"]).output
        status = app.test_cli_runner().invoke(args=["keys", "status"])
        assert (status.exit_code, "MISSING" in status.output) == (1, True)
        renewed.extensions["antrean_database"].dispose()


class TestALostKey:
    def test_the_server_does_not_start_and_nothing_is_changed(self, desk: Desk, config: Config) -> None:
        ticket = desk.join(holder=PERSON)
        with pytest.raises(server.CannotStart, match="SECRET_KEY_OLD"):
            server.require_key(desk.db, vault_of(config, desk, NEW))
        with desk.db.read() as session:
            assert session.scalar(select(func.count()).select_from(HashKeys)) == 0
        assert kept(desk, ticket)[0].name_sealed == ticket.name_sealed

    def test_nor_when_only_the_keys_of_the_hashes_show_it(self, desk: Desk, config: Config) -> None:
        server.require_key(desk.db, vault_of(config, desk, SECRET))
        server.require_key(desk.db, vault_of(config, desk, SECRET))
        with pytest.raises(server.CannotStart):
            server.require_key(desk.db, vault_of(config, desk, NEW))

    def test_going_on_without_it_keeps_all_for_the_day_it_is_found(self, desk: Desk, config: Config) -> None:
        ticket = desk.join(holder=PERSON)
        server.require_key(desk.db, vault_of(config, desk, SECRET))
        without = create_app(replace(config, secret_key=NEW))
        answer = without.test_cli_runner().invoke(args=["keys", "start-anew", "--yes"])
        assert "starts again" in answer.output
        server.require_key(desk.db, vault_of(config, desk, NEW))
        page = without.test_client().get(f"/t/{ticket.public_id}")
        assert page.status_code == 200
        found = vault_of(config, desk, NEW, SECRET)
        assert found.open(kept(desk, ticket)[0].name_sealed) == "Nama Warga"
        without.extensions["antrean_database"].dispose()


def test_the_same_request_is_recognised_without_a_plain_digest_of_its_nik(desk: Desk, db: Database) -> None:
    holder = checked_holder(PERSON.name, PERSON.phone, PERSON.nik, today=date(2026, 11, 24))
    first, second = desk.join(holder=holder, key="k1"), desk.join(holder=holder, key="k1")
    assert first.id == second.id


@pytest.mark.parametrize("value", ["short", f"{SECRET.replace(' ', '-')} short"])
def test_former_keys_are_checked(value: str) -> None:
    with pytest.raises(ConfigError, match="SECRET_KEY_OLD"):
        from_env({"SECRET_KEY": "x" * 16, "SECRET_KEY_OLD": value})


def test_former_keys_are_read() -> None:
    assert from_env({"SECRET_KEY": "x" * 16, "SECRET_KEY_OLD": f"{'y' * 16} {'z' * 20}"}).secret_keys == (
        "x" * 16,
        "y" * 16,
        "z" * 20,
    )
