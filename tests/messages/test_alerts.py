"""An office's alerts reach its own address through Apprise, once each, whatever is restarted."""

from collections.abc import Callable

from click.testing import Result
from flask import Flask

from queue_app import alerts, queries
from queue_app.models import MessageStatus
from tests.messages.listeners import Listener
from tests.messages.town import Town

Listen = Callable[..., Listener]


def test_a_crossed_threshold_is_told_at_the_offices_address_once(town: Town, listen: Listen) -> None:
    listener, desk = listen(), town.desk
    address = desk.vault.seal(f"json://127.0.0.1:{listener.port}/office?rto=2")
    desk.change_office(alert_address_sealed=address, alert_queue_length=2)
    for _ in range(3):
        desk.join("A")
    for _ in range(2):
        alerts.watch(desk.db, desk.now)
        town.post.empty()
    [body] = listener.bodies
    assert body["title"] == "Peringatan: Disdukcapil Senapelan"
    assert body["message"].startswith("Akta kelahiran: 3 orang menunggu.")


def test_an_address_that_is_gone_loses_the_alert_and_nothing_else(town: Town, listen: Listen) -> None:
    listener, desk = listen(404), town.desk
    address = desk.vault.seal(f"json://127.0.0.1:{listener.port}/office?rto=2")
    desk.change_office(alert_address_sealed=address, alert_queue_length=1)
    desk.join("A")
    alerts.watch(desk.db, desk.now)
    town.post.empty()
    assert [message.status for message in town.messages()] == [MessageStatus.FAILED]
    with desk.db.read() as session:
        assert len(alerts.still_open(session, desk.office(session).id)) == 1


def test_the_address_is_set_by_a_command_and_kept_sealed(app: Flask) -> None:
    def run(*words: str) -> Result:
        return app.test_cli_runner().invoke(args=["office", "alert-to", "senapelan", *words])

    assert run("json://127.0.0.1:9/secret").exit_code == 0
    assert "does not understand" in run("nothing-like-it").output
    with app.extensions["antrean_database"].read() as session:
        sealed = queries.office(session, "senapelan").alert_address_sealed
    assert sealed is not None
    assert b"secret" not in sealed
    assert "nowhere" in run("--none").output
