"""The officer's own figures and the contest of a time, and the supervisor's page of claims."""

import re
from datetime import timedelta

import pytest
from flask import Flask

from queue_app import claims, clock, tickets
from queue_app.models import Ticket
from tests.office import Desk
from tests.routes.browsing import Person


@pytest.fixture(autouse=True)
def _the_tests_clock(monkeypatch: pytest.MonkeyPatch, desk: Desk) -> None:
    monkeypatch.setattr(clock, "now", lambda: desk.now)


@pytest.fixture
def ana(app: Flask) -> Person:
    return Person(app, "petugas1")


@pytest.fixture
def citra(app: Flask) -> Person:
    return Person(app, "supervisor")


def text(page: str) -> str:
    """What a reader sees of the page's main part."""
    main = page[page.index("<main") :]
    return " ".join(re.sub(r"<[^>]+>", " ", main).split())


def stats(page: str, block: str) -> list[str]:
    section = re.search(rf'aria-labelledby="{block}-title">.*?</section>', page, re.DOTALL)
    assert section
    return re.findall(r'class="stat__figure">(.*?)</dd>', section.group(0))


def ref(ticket: Ticket) -> str:
    return f"{ticket.public_id}:{ticket.version}"


def a_day(desk: Desk, *minutes: int) -> list[Ticket]:
    desk.open()
    return [desk.serve("A", minutes=m) for m in minutes]


# ---- Own figures ----


def test_the_officer_sees_the_days_and_the_months_figures(ana: Person, desk: Desk) -> None:
    a_day(desk, 3, 5, 7)
    desk.wait(days=1)
    a_day(desk, 10, 20)
    desk.serve("B", seconds=4)
    desk.open("petugas2", 2)
    desk.serve("A", "petugas2", 2, minutes=50)
    ana.open("/desk/figures")
    assert stats(ana.page, "day") == ["2", "15:00", "19:00", "50&nbsp;%", "100\xa0%", "0"]
    assert stats(ana.page, "month") == ["5", "7:00", "16:00", "80&nbsp;%", "100\xa0%", "0"]
    seen = text(ana.page)
    assert "ada 2 kunjungan yang dapat dibandingkan, perlu sekurang-kurangnya 30" in seen
    assert "Tidak dihitung: 1 kurang dari 10 detik" in seen
    assert "6 kunjungan tercatat atas nama Anda: 5 dihitung, 1 tidak" in seen
    assert "petugas2" not in seen
    assert "Petugas 2" not in seen
    course = ana.page.split('id="chart-standard"')[1].split("</table>")[0]
    found = re.findall(r'class="number"[^>]*>(\d+)</td><td class="number"[^>]*>([\d,]+)</td>', course)
    assert found == [("3", "100,0"), ("2", "50,0")]


def test_an_earlier_day_and_month_can_be_looked_at_and_wrong_ones_do_no_harm(ana: Person, desk: Desk) -> None:
    (done,) = a_day(desk, 4)
    desk.wait(days=40)
    ana.open("/desk/figures?month=2026-11")
    assert done.label in ana.page
    assert "sudah final" in text(ana.page)
    assert not ana.has("/desk/figures/contest")
    for odd in ("month=2026-13", "month=x&day=y", "day=9999-12-31", "month=0001-01", "month=2030-01", "day=2026-02-30"):
        assert ana.open(f"/desk/figures?{odd}").status_code == 200
        assert "Belum ada layanan yang dihitung" in text(ana.page)


def test_each_visit_stands_with_its_times_and_holds(ana: Person, desk: Desk) -> None:
    desk.open()
    ticket = desk.join("A")
    desk.wait(minutes=9)
    called = desk.call_next()
    assert called is not None
    held = desk.act(tickets.hold, desk.act(tickets.start, called))
    desk.wait(minutes=2)
    resumed = desk.act(tickets.resume, held)
    desk.wait(minutes=6)
    desk.act(tickets.finish, resumed)
    ana.open("/desk/figures")
    assert f"{ticket.label} Akta kelahiran 09:09–09:17 menunggu 9:00 dilayani 6:00 ditahan 2:00" in text(ana.page)
    assert stats(ana.page, "day")[-1] == "1"


# ---- Contesting ----


def test_a_time_is_contested_declined_and_answered(ana: Person, citra: Person, desk: Desk) -> None:
    _, slow = a_day(desk, 5, 55)
    ana.open("/desk/figures")
    ana.press("/desk/figures/contest", ref(slow), reason="system", detail="server mati")
    assert f"Sanggahan untuk {slow.label} dicatat" in ana.page
    assert "Menunggu putusan Gangguan sistem: server mati" in text(ana.page)
    assert "Disanggah: 1 belum diputuskan, 0 diterima, 0 ditolak." in text(ana.page)
    assert stats(ana.page, "day")[0] == "2", "it is still counted"

    citra.open("/supervisor")
    assert "1 sanggahan menunggu putusan" in text(citra.page)
    citra.open("/supervisor/claims")
    seen = text(citra.page)
    assert "Petugas 1: Gangguan sistem: server mati" in seen
    assert f"{slow.label} Akta kelahiran Sel, 24 Nov, 09:05–10:00 55:00" in seen
    citra.press("/supervisor/claims", "seen", verdict="accepted", detail="tercatat di log server")
    assert "Sanggahan diterima." in citra.page

    ana.open("/desk/figures")
    assert "Diterima (Supervisor, Sel, 24 Nov, 10:00): tercatat di log server" in text(ana.page)
    assert stats(ana.page, "day")[:2] == ["1", "5:00"]
    assert "Disanggah: 0 belum diputuskan, 1 diterima, 0 ditolak." in text(ana.page)

    citra.open("/supervisor/claims?state=accepted")
    citra.press("/supervisor/claims", "seen", verdict="declined", detail="salah lihat")
    assert [e.action for e in desk.events(slow)][-3:] == ["flag", "flag_accept", "flag_decline"]


def test_a_doubled_or_outdated_decision_does_no_harm(app: Flask, citra: Person, desk: Desk) -> None:
    (done,) = a_day(desk, 5)
    desk.act(claims.flag, done, "lupa")
    citra.open("/supervisor/claims")
    form = {"ticket": ref(done), "seen": "open", "verdict": "accepted", "detail": "ya"}
    assert citra.send("/supervisor/claims", form).status_code == 200
    citra.open("/supervisor/claims")
    assert citra.send("/supervisor/claims", form).status_code == 200
    other = Person(app, "admin")
    other.open("/supervisor/claims")
    assert other.send("/supervisor/claims", form | {"verdict": "declined"}).status_code == 409
    assert "baru saja diputuskan orang lain" in other.page
    assert [e.action for e in desk.events(done)][-2:] == ["flag", "flag_accept"]


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"verdict": "maybe"}, 422),
        ({"verdict": ""}, 422),
        ({"detail": "  "}, 422),
        ({"ticket": "x"}, 422),
        ({"ticket": "AAAAAAAAAAAAAAAAAAAAAA:3"}, 404),
        ({"seen": "?"}, 409),
    ],
)
def test_a_decision_that_cannot_be_is_refused(citra: Person, desk: Desk, change: dict[str, str], status: int) -> None:
    (done,) = a_day(desk, 5)
    desk.act(claims.flag, done, "lupa")
    citra.open("/supervisor/claims")
    form = {"ticket": ref(done), "seen": "open", "verdict": "accepted", "detail": "ya", **change}
    assert citra.send("/supervisor/claims", form).status_code == status
    assert desk.actions(done)[-1] == "flag"


def test_an_outage_is_contested_for_a_span_and_decided_in_part(ana: Person, citra: Person, desk: Desk) -> None:
    served = a_day(desk, 10, 20, 20)  # from 09:00 in Pekanbaru
    ana.open("/desk/figures")
    times = {"from": "09:15", "to": "09:45"}
    ana.press("/desk/figures/outage", detail="listrik padam", **times)
    assert "2 layanan disanggah sekaligus." in ana.page
    ana.press("/desk/figures/outage", **times)
    assert "Semua layanan pada jam itu sudah Anda sanggah." in ana.page
    assert ana.press("/desk/figures/outage", **{"from": "12:00", "to": "13:00"}).status_code == 422
    assert "Tidak ada layanan Anda yang selesai antara jam itu." in ana.page
    assert ana.send("/desk/figures/outage", {"reason": "system", "from": "late", "to": ""}).status_code == 422

    citra.open("/supervisor/claims")
    assert citra.page.count('class="panel claim ') == 1
    citra.press("/supervisor/claims", "seen", ticket=ref(served[1]), verdict="accepted", detail="ya")
    assert "1 sanggahan menunggu putusan" in text(citra.page)
    assert [desk.actions(t)[-1] for t in served] == ["finish", "flag_accept", "flag"]


def test_contesting_what_cannot_be_contested_is_refused(app: Flask, desk: Desk) -> None:
    (done,) = a_day(desk, 5)
    other = Person(app, "petugas2")
    other.open("/desk/figures")
    assert other.send("/desk/figures/contest", {"ticket": ref(done), "reason": "slip"}).status_code == 403
    ana = Person(app, "petugas1")
    ana.open("/desk/figures")
    assert ana.send("/desk/figures/contest", {"ticket": ref(done)}).status_code == 422
    desk.wait(days=3)
    assert ana.send("/desk/figures/contest", {"ticket": ref(done), "reason": "slip"}).status_code == 409
    assert "sudah final" in ana.page
    assert desk.actions(done)[-1] == "finish"


# ---- Whose figures they are first ----


def test_the_supervisor_sees_todays_officers_only_after_the_day(citra: Person, desk: Desk) -> None:
    a_day(desk, 5)
    citra.open("/supervisor?period=today")
    assert "Angka hari ini dilihat petugasnya dahulu." in text(citra.page)
    assert '<th scope="row" rowspan="2">Petugas 1</th>' not in citra.page
    desk.now = desk.now.replace(hour=17, minute=30)  # 00:30 of the next day in Pekanbaru
    citra.open("/supervisor?period=7d")
    assert '<th scope="row" rowspan="2">Petugas 1</th>' in citra.page
    assert "Sementara sejak Sel, 24 Nov" in text(citra.page)
    desk.now += timedelta(days=2)
    citra.open("/supervisor?period=7d")
    assert "Sementara sejak" not in text(citra.page).replace("Sementara sejak Kam, 26 Nov", "")


@pytest.mark.parametrize(
    ("path", "who"), [("/desk/figures", "supervisor"), ("/supervisor/claims", "petugas1"), ("/desk/figures", "")]
)
def test_each_page_is_for_its_people(app: Flask, path: str, who: str) -> None:
    answer = Person(app, who).client.get(path)
    assert answer.status_code == (403 if who else 302)
