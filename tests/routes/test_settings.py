"""The manager's pages of settings: forms by topic, what they refuse, whom they affect, and two managers at once."""

from collections import Counter as Tally
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from queue_app import opening
from queue_app.audit import since
from queue_app.models import ConfigurationChange
from queue_app.office_settings import OfficeSettings, ServiceSettings, texts_of
from queue_app.routes.managing import words
from queue_app.routes.managing.cards import GROUPS
from queue_app.routes.managing.topics import TOPICS
from tests.office import Desk
from tests.routes.browsing import Person

BOOKING, QUEUE, NEWS, ARRIVAL = (f"/manage/settings/{topic}" for topic in ("booking", "queue", "news", "arrival"))


@pytest.fixture
def admin(app: Flask, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Person:
    monkeypatch.setattr("queue_app.clock.now", lambda: desk.now)
    app.config.update(WTF_CSRF_ENABLED=False)
    return Person(app, "admin")


def values(desk: Desk) -> dict[str, str]:
    with desk.db.read() as session:
        return texts_of(desk.office(session))


def history(desk: Desk) -> list[tuple[str, int | None, dict[str, str], dict[str, str]]]:
    with desk.db.read() as session:
        rows = session.scalars(select(ConfigurationChange).order_by(ConfigurationChange.seq))
        return [(row.subject, row.actor_id, row.before, row.after) for row in rows]


def far_booking(desk: Desk, days: int = 20) -> None:
    with desk.db.read() as session:
        day = opening.local_day(desk.office(session), desk.now) + timedelta(days=days)
    desk.book("A", day=day)


def test_every_setting_has_words_and_exactly_one_topic() -> None:
    placed = Tally(name for topic in TOPICS.values() for name in topic.settings)
    assert placed == dict.fromkeys(OfficeSettings.model_fields, 1)
    assert words.OFFICE.keys() == OfficeSettings.model_fields.keys()
    assert words.SERVICE.keys() == ServiceSettings.model_fields.keys()


def test_every_card_leads_to_a_page_and_every_topic_is_saved_as_it_is(admin: Person, desk: Desk) -> None:
    home = admin.open("/manage").text
    with admin.client.application.test_request_context():
        addresses = [card.address() for _, cards in GROUPS for card in cards]
    for address in addresses:
        assert f'href="{address}"' in home
        assert admin.open(address).status_code == 200
    before = values(desk)
    for topic in TOPICS:
        admin.open(f"/manage/settings/{topic}")
        assert "sudah disimpan" in admin.press(f"/manage/settings/{topic}").text
    assert values(desk) == before
    assert history(desk) == []


def test_what_is_typed_is_checked_kept_and_saved(admin: Person, desk: Desk) -> None:
    admin.open(QUEUE)
    wrong = admin.press(QUEUE, rule_name="strict", longest_wait_minutes="0", recall_limit="tiga")
    assert wrong.status_code == 422
    assert "Ini paling kecil 1." in wrong.text
    assert "Ini harus berupa bilangan bulat." in wrong.text
    assert 'value="tiga"' in wrong.text
    assert 'aria-invalid="true"' in wrong.text
    assert history(desk) == []
    typed = {"rule_name": "strict", "rates-elderly": "2,5", "longest_wait_minutes": "90", "recall_limit": "2"}
    assert "sudah disimpan" in admin.press(QUEUE, **typed).text
    now = values(desk)
    assert (now["rule_name"], now["longest_wait_minutes"], now["recall_limit"]) == ("strict", "90", "2")
    assert now["rates"] == "elderly=2.5,disabled=2,pregnant=2,infant=2"
    [(subject, actor, before, after)] = history(desk)
    with desk.db.read() as session:
        assert (subject, actor) == ("office", desk.user(session, "admin").id)
    assert before.keys() == after.keys() == {"rule_name", "rates", "longest_wait_minutes", "recall_limit"}


def test_citizens_who_are_affected_are_named_before(admin: Person, desk: Desk) -> None:
    far_booking(desk)
    admin.open(BOOKING)
    asked = admin.press(BOOKING, booking_days_ahead="10")
    assert asked.status_code == 200
    assert "1 pendaftaran berada lebih dari 10 hari ke depan" in asked.text
    assert values(desk)["booking_days_ahead"] == "30"
    again = {"booking_days_ahead": "10"}
    mark = asked.text.partition('name="agreed" value="')[2].partition('"')[0]
    far_booking(desk, 21)  # what was agreed to is no longer what would happen
    more = admin.press(BOOKING, **again, agreed=mark)
    assert "2 pendaftaran berada lebih dari 10 hari ke depan" in more.text
    assert values(desk)["booking_days_ahead"] == "30"
    mark = more.text.partition('name="agreed" value="')[2].partition('"')[0]
    assert "sudah disimpan" in admin.press(BOOKING, **again, agreed=mark).text
    assert values(desk)["booking_days_ahead"] == "10"


@pytest.mark.parametrize("guarded", [True, False], ids=["guarded", "unguarded"])
def test_of_two_managers_nobody_overwrites_unseen(
    app: Flask, admin: Person, desk: Desk, monkeypatch: pytest.MonkeyPatch, *, guarded: bool
) -> None:
    if not guarded:
        monkeypatch.setattr(since, "later", lambda *_, **__: [])
    other = Person(app, "admin")
    for person in (admin, other):
        person.open(NEWS)
    assert "sudah disimpan" in admin.press(NEWS, tell_at_place="5").text
    late = other.press(NEWS, tell_at_place="7", remind_minutes_before="45")
    if not guarded:  # that is what would happen
        assert values(desk)["tell_at_place"] == "7"
        return
    assert late.status_code == 409
    assert "Administrator" in late.text
    assert "<del>3</del> → <ins>5</ins>" in late.text
    assert 'value="45"' in late.text
    assert values(desk)["tell_at_place"] == "5"
    assert "sudah disimpan" in other.press(NEWS, tell_at_place="6").text  # knowing it
    assert (values(desk)["tell_at_place"], values(desk)["remind_minutes_before"]) == ("6", "45")


def test_another_topic_is_nobodys_business(app: Flask, admin: Person, desk: Desk) -> None:
    other = Person(app, "admin")
    admin.open(NEWS)
    other.open(ARRIVAL)
    admin.press(NEWS, tell_at_place="5")
    assert "sudah disimpan" in other.press(ARRIVAL, receipt_text="Terima kasih").text
    assert (values(desk)["tell_at_place"], values(desk)["receipt_text"]) == ("5", "Terima kasih")


def test_an_unknown_topic_is_not_there(admin: Person) -> None:
    assert admin.open("/manage/settings/everything").status_code == 404


def test_supervisors_have_no_such_pages(app: Flask) -> None:
    client = Person(app, "supervisor").client
    assert client.get("/manage").status_code == 403
    assert client.post(NEWS, data={}).status_code in (400, 403)
