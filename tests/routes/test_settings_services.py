"""The manager's pages of services and the history of the settings: what was before can be put back."""

import re
from datetime import date, timedelta

import pytest
from flask import Flask

from metrics.periods import Period
from queue_app import opening, report, services
from queue_app.audit import since, verify
from queue_app.models import Service
from tests.office import Desk
from tests.routes.browsing import Person
from tests.routes.test_settings import admin, history, values

__all__ = ["admin"]

SERVICES, A, HISTORY = "/manage/services", "/manage/services/A", "/manage/history"


def service(desk: Desk, code: str = "A") -> Service:
    with desk.db.read() as session:
        return services.find(session, desk.office(session), code)


def form_of(page: str) -> dict[str, list[str]]:
    """The documents as the form carries them, which have one name."""
    return {name: re.findall(rf'name="{name}" value="([^"]*)"', page) for name in ("document_id", "document_en")}


def save(person: Person, path: str, **typed: object) -> str:
    """Send the form of a service with what is typed over it."""
    fields = {**person.form(path).fields, **form_of(person.page), **typed}
    return person.send(path, fields).text  # type: ignore[arg-type]


def test_a_service_is_added_edited_retired_and_brought_back(admin: Person, desk: Desk) -> None:
    admin.open(SERVICES)
    assert "sudah dipakai" in admin.press(SERVICES, name_id="Lain", code="A").text
    assert 'value="Lain"' in admin.page
    made = admin.press(SERVICES, name_id="Legalisir", name_en="Copies", code="legalisir", prefix="l")
    assert "Layanan baru dibuat" in made.text
    path = f"{SERVICES}/legalisir"
    documents = {"document_id": ["KTP-el", "", "Kutipan asli"], "document_en": ["ID card", "", ""]}
    assert "sudah disimpan" in save(admin, path, standard_minutes="7", daily_quota="", **documents)
    new = service(desk, "legalisir")
    assert (new.prefix, new.standard_minutes, new.daily_quota) == ("L", 7, None)
    assert new.documents == [{"id": "KTP-el", "en": "ID card"}, {"id": "Kutipan asli"}]
    wrong = save(admin, path, standard_minutes="-1", document_id=["", "x"], document_en=["English alone", ""])
    assert "Ini paling kecil 0." in wrong
    assert "Ini tidak boleh kosong." in wrong
    assert 'value="English alone"' in wrong
    admin.open(path)
    assert "sudah disimpan" in save(admin, path, active="")
    assert not service(desk, "legalisir").active
    assert "Tidak ditawarkan lagi" in admin.open(SERVICES).text
    admin.open(path)
    save(admin, path, active="yes")
    assert service(desk, "legalisir").active
    assert service(desk, "legalisir").documents == new.documents


def test_who_holds_a_number_is_named_before_a_service_changes(admin: Person, desk: Desk) -> None:
    with desk.db.read() as session:
        day = opening.local_day(desk.office(session), desk.now) + timedelta(days=1)
    for _ in range(3):
        desk.book("A", day=day)
    desk.join("A")
    admin.open(A)
    asked = save(admin, A, daily_quota="1", active="", document_id=["Surat baru"], document_en=[""])
    assert "2 nomor A melebihi kuota yang baru" in asked
    assert "4 nomor A masih berlaku dan tetap dilayani" in asked
    assert "3 orang sudah mendaftar A dengan syarat dan biaya yang lama" in asked
    assert service(desk).active
    mark = asked.partition('name="agreed" value="')[2].partition('"')[0]
    assert "sudah disimpan" in save(admin, A, agreed=mark)
    assert (service(desk).active, service(desk).daily_quota) == (False, 1)
    assert len(history(desk)) == 2  # settings, and documents


def test_a_new_standard_time_alters_no_figure_of_last_month(app: Flask, admin: Person, desk: Desk) -> None:
    desk.open()
    for minutes in (8, 20):
        desk.serve("A", minutes=minutes)
    desk.close()

    def judged() -> tuple[float | None, float | None]:
        with desk.db.read() as session:
            office = desk.office(session)
            period = Period(date(2026, 11, 1), date(2026, 11, 30), office.zone)
            (row,) = (row for row in report.services(session, office, period, desk.now) if row.service == "A")
            return row.standard_s, row.within_standard_share

    assert judged() == (900.0, 0.5)
    desk.wait(days=10)
    later = Person(app, "admin")  # a session does not last that long
    later.open(A)
    assert "sudah disimpan" in save(later, A, standard_minutes="5", wait_target_minutes="5")
    assert judged() == (900.0, 0.5)
    later.open(f"{HISTORY}/1")
    assert "berlaku lagi" in later.press(f"{HISTORY}/1").text
    assert judged() == (900.0, 0.5)


def test_what_was_before_is_put_back_as_a_new_change(admin: Person, desk: Desk) -> None:
    before = service(desk)
    admin.open(A)
    save(admin, A, standard_minutes="44", document_id=["Surat baru"], document_en=[""])
    admin.open("/manage/settings/news")
    admin.press("/manage/settings/news", tell_at_place="9")
    told = admin.open(HISTORY).text
    assert "Administrator" in told
    assert "Waktu standar" in told
    assert "<ins>44 menit</ins>" in told
    assert "Waktu standar" not in admin.open(f"{HISTORY}?about=office").text
    for seq in (1, 2, 3):
        admin.open(f"{HISTORY}/{seq}")
        assert "berlaku lagi" in admin.press(f"{HISTORY}/{seq}").text
    assert (service(desk).standard_minutes, service(desk).documents) == (before.standard_minutes, before.documents)
    assert values(desk)["tell_at_place"] == "3"
    assert len(history(desk)) == 6
    with desk.db.read() as session:
        assert all(checked.breach is None for checked in verify.check(session, desk.office(session)))


def test_putting_back_overwrites_nobody_and_is_refused_with_the_reason(app: Flask, admin: Person, desk: Desk) -> None:
    admin.open("/manage/settings/news")
    admin.press("/manage/settings/news", tell_at_place="9")
    other = Person(app, "admin")
    other.open(f"{HISTORY}/1")
    admin.open("/manage/settings/news")
    admin.press("/manage/settings/news", tell_at_place="8")
    late = other.press(f"{HISTORY}/1")
    assert late.status_code == 409
    assert "<del>9</del> → <ins>8</ins>" in late.text
    assert values(desk)["tell_at_place"] == "8"
    admin.open("/manage/people")
    admin.press("/manage/people", name="Citra", username="citra", role="officer")
    page = admin.open(f"{HISTORY}/3")
    assert "Peran dan akun pegawai diubah di halaman Pegawai." in page.text
    assert not admin.has(f"{HISTORY}/3")
    assert admin.client.post(f"{HISTORY}/3", data={"seen": "3"}).status_code == 422
    assert admin.open(f"{HISTORY}/99").status_code == 404


def test_a_new_service_is_put_back_by_retiring_it(admin: Person, desk: Desk) -> None:
    admin.open(SERVICES)
    admin.press(SERVICES, name_id="Legalisir", code="L")
    admin.open(f"{HISTORY}/1")
    admin.press(f"{HISTORY}/1")
    assert not service(desk, "L").active


def test_who_oversees_reads_the_history_and_changes_nothing(app: Flask, admin: Person, desk: Desk) -> None:
    admin.open("/manage/settings/news")
    admin.press("/manage/settings/news", tell_at_place="9")
    auditor = Person(app, "supervisor")
    assert "Administrator" in auditor.open(HISTORY).text
    assert auditor.open(f"{HISTORY}/1").status_code == 200
    assert not auditor.has(f"{HISTORY}/1")
    assert auditor.client.post(f"{HISTORY}/1", data={"seen": "1"}).status_code == 403
    assert values(desk)["tell_at_place"] == "9"


def test_of_very_many_later_changes_the_last_are_shown(admin: Person, desk: Desk) -> None:
    for minutes in range(1, since.MOST_LATER + 4):
        admin.open(A)
        save(admin, A, standard_minutes=minutes)
    page = admin.open(f"{HISTORY}/1").text
    assert page.count("settings-later") == since.MOST_LATER
    assert f"Hanya {since.MOST_LATER} perubahan terbaru" in page
    newest = admin.open(f"{HISTORY}/{since.MOST_LATER + 1}").text
    assert newest.count("settings-later") == 2
    assert "perubahan terbaru" not in newest
    with desk.db.write() as session:
        office = desk.office(session)
        with pytest.raises(since.ChangedSince):
            since.require(session, office, {"service:A"}, since.MOST_LATER + 2)
        since.require(session, office, {"service:A"}, since.MOST_LATER + 3)
        since.require(session, office, {"service:B"}, 0)
