"""The supervisor's page: the office now, the officers' speed over a period, wrong dates, and who may."""

import re
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from flask import Flask

from metrics.mix import Mix
from metrics.periods import Period
from metrics.plausibility import Reason
from metrics.speed import DEFAULT_RULES, OfficerSpeed, OfficeSpeed
from queue_app import clock, report, tickets
from queue_app.models import Counter, Office, Service
from queue_app.routes import interval_chart
from tests.office import Desk
from tests.routes.browsing import Person

WIB = ZoneInfo("Asia/Jakarta")


@pytest.fixture(autouse=True)
def _the_tests_clock(monkeypatch: pytest.MonkeyPatch, desk: Desk) -> None:
    monkeypatch.setattr(clock, "now", lambda: desk.now)


@pytest.fixture
def citra(app: Flask) -> Person:
    """The supervisor of the demonstration office."""
    return Person(app, "supervisor")


def officer_speed(
    officer: str, index: tuple[float, float, float] | None, indexed: int, share: float = 0.0, **excluded: int
) -> OfficerSpeed:
    value, low, high = index or (None, None, None)
    return OfficerSpeed(
        officer=officer,
        served=indexed,
        median_s=372.0,
        p80_s=640.0,
        p90_s=905.0,
        index=value,
        index_low=low,
        index_high=high,
        enough=index is not None,
        against_standard_share=share,
        excluded={Reason(reason): count for reason, count in excluded.items()},
        indexed=indexed,
        without_expectation=0,
        effect=None,
    )


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[Period]:
    """The periods the page asked figures for; the figures are two officers' made-up ones."""
    periods: list[Period] = []

    def officers(_session: object, _office: Office, period: Period, _now: datetime) -> OfficeSpeed:
        periods.append(period)
        return OfficeSpeed(
            period=period,
            reference_period=period,
            rules=DEFAULT_RULES,
            officers=(
                officer_speed("petugas1", (112.4, 98.6, 128.1), 84, share=0.4, too_short=2, flagged=1),
                officer_speed("petugas2", None, 12),
            ),
            strata=(),
            mix=Mix(),
            tau2=None,
            served=96,
            excluded={Reason.TOO_SHORT: 2, Reason.FLAGGED: 1},
        )

    monkeypatch.setattr(report, "officers", officers)
    return periods


def rows(page: str, prefix: str) -> dict[str, str]:
    """The texts of the table rows with ids of this prefix, by their first cell."""
    found = re.findall(rf'<tr id="{prefix}-.*?</tr>', page, re.DOTALL)
    texts = [" ".join(re.sub(r"<[^>]+>", " ", row).split()) for row in found]
    return {text.split(" ", 1)[0]: text for text in texts}


def officer_row(page: str, name: str) -> str:
    """What stands in the officer's line and in the one below it."""
    found = re.search(rf'<tr>\s*<th scope="row" rowspan="2">{name}</th>.*?</tr>.*?</tr>', page, re.DOTALL)
    assert found, f"no row for {name}"
    return " ".join(re.sub(r"<[^>]+>", " ", found.group(0)).split())


def totals(page: str) -> list[str]:
    figures = re.findall(r'class="stat__figure">(.*?)</dd>', page, re.DOTALL)
    return [" ".join(re.sub(r"<[^>]+>", "", figure).split()) for figure in figures]


# ---- The office now ----


def test_it_shows_the_office_as_it_is(citra: Person, desk: Desk) -> None:
    desk.open("petugas1", 1)
    desk.open("petugas2", 2)
    desk.open("petugas3", 3)
    desk.pause("petugas3", 3, "Salat")
    desk.serve("A", minutes=5)
    desk.join("A")
    called = desk.call_next()
    assert called is not None
    desk.act(tickets.start, called)
    desk.join("B")
    desk.wait(minutes=7)
    desk.join("B")
    desk.close("petugas2", 2)
    page = citra.open("/supervisor").get_data(as_text=True)
    assert totals(page) == ["2", "7 mnt", "1", "4", "0", "0"]
    services = rows(page, "service")
    assert services["A"] == "A Akta kelahiran Berjalan 0 – 60 mnt – 1"
    assert services["B"] == "B Kartu keluarga Berjalan 2 7 mnt 60 mnt 0 1"
    counters = rows(page, "counter")
    assert counters["1"] == f"1 Petugas 1 Buka sejak 09:00 {called.label} Sedang dilayani 7:00 / 15 mnt"
    assert counters["2"] == "2 – Tutup sejak 09:12 – –"
    assert counters["3"] == "3 Petugas 3 Jeda sejak 09:00 · Salat – –"
    assert counters["4"] == "4 – Tutup belum dibuka hari ini – –"


def test_an_office_before_its_first_ticket_has_no_data_and_no_zeros_for_it(citra: Person) -> None:
    page = citra.open("/supervisor").get_data(as_text=True)
    assert totals(page) == ["0", "–", "0", "0", "0", "0"]
    assert "Tidak ada kunjungan pada masa ini." in page


def test_no_shows_and_expired_are_counted_apart(citra: Person, desk: Desk) -> None:
    desk.open()
    desk.join("A")
    called = desk.call_next()
    assert called is not None
    desk.act(tickets.no_show, called)
    page = citra.open("/supervisor").get_data(as_text=True)
    assert totals(page)[2:] == ["0", "1", "1", "0"]


def test_the_live_part_is_the_same_part_alone(citra: Person, desk: Desk) -> None:
    desk.join("B")
    citra.open("/supervisor")
    answer = citra.client.get("/supervisor/live")
    body = answer.get_data(as_text=True)
    assert 'id="supervisor-live"' in body
    assert rows(body, "service")["B"].startswith("B Kartu keluarga Berjalan 1")
    assert "<html" not in body
    assert "Set-Cookie" not in answer.headers


def test_another_offices_tickets_stay_there(citra: Person, app: Flask, desk: Desk) -> None:
    """The page shows the supervisor's own office only; the second office's service has the same prefix."""
    with desk.db.write() as session:
        other = Office(slug="rumbai", name="Disdukcapil Rumbai", timezone="Asia/Jakarta")
        session.add(other)
        session.flush()
        session.add(Service(office_id=other.id, code="Z", prefix="Z", name_id="Layanan Rumbai", name_en="Rumbai"))
        session.add(Counter(office_id=other.id, number=77, services=[]))
    page = citra.open("/supervisor").get_data(as_text=True)
    assert "Layanan Rumbai" not in page
    assert "77" not in rows(page, "counter")


# ---- The officers ----


def test_it_shows_each_officers_figures_with_their_uncertainty(citra: Person, asked: list[Period]) -> None:
    page = citra.open("/supervisor").get_data(as_text=True)
    first = officer_row(page, "Petugas 1")
    assert "84 6:12 15:05 112 (99 sampai 128)" in first
    assert "84 kunjungan dibandingkan, 40 % terhadap waktu standar" in first
    assert "Tidak dihitung: 2 kurang dari 10 detik, 1 sanggahan diterima" in first
    assert "Seluruhnya 96 kunjungan dihitung." in page


def test_too_little_data_is_said_and_no_number_given(citra: Person, asked: list[Period]) -> None:
    page = citra.open("/supervisor").get_data(as_text=True)
    assert "belum cukup data (12 dari min. 30)" in officer_row(page, "Petugas 2")
    assert page.count('class="chart__dot"') == 1


def test_the_figures_come_from_the_log(citra: Person, desk: Desk) -> None:
    desk.open()
    for minutes in (4, 6, 11):
        desk.serve("A", minutes=minutes)
    desk.serve("A", seconds=3)
    desk.wait(days=1)
    row = officer_row(citra.open("/supervisor?period=7d").get_data(as_text=True), "Petugas 1")
    assert row.startswith("Petugas 1 3 6:00 10:00 belum cukup data (3 dari min. 30)")
    assert "Tidak dihitung: 1 kurang dari 10 detik" in row


def test_speed_never_stands_alone(citra: Person, desk: Desk) -> None:
    """Beside it accuracy and satisfaction, with their intervals, where enough cases stand behind them."""
    desk.open()
    for _ in range(12):
        desk.serve("A", minutes=5)
    desk.close()
    desk.wait(days=1)
    row = officer_row(citra.open("/supervisor").get_data(as_text=True), "Petugas 1")
    assert "(12 dari min. 30) 100 % (75,7 % – 100 %) – tidak ada data" in row.replace("\xa0", " ")  # nobody answered


@pytest.mark.parametrize(
    ("query", "first", "last"),
    [
        ("", date(2026, 10, 26), date(2026, 11, 23)),
        ("?period=7d", date(2026, 11, 18), date(2026, 11, 23)),
        ("?period=30d", date(2026, 10, 26), date(2026, 11, 23)),
        ("?period=custom&from=2026-11-01&to=2026-11-02", date(2026, 11, 1), date(2026, 11, 2)),
        ("?from=2026-11-01&to=2026-11-02", date(2026, 11, 1), date(2026, 11, 2)),
        ("?period=7d&from=x&to=y", date(2026, 11, 18), date(2026, 11, 23)),
    ],
)
def test_the_period_is_the_one_chosen_up_to_yesterday(
    citra: Person, asked: list[Period], query: str, first: date, last: date
) -> None:
    assert citra.open(f"/supervisor{query}").status_code == 200
    assert asked == [Period(first, last, WIB)]


def test_today_is_the_offices_day(citra: Person, asked: list[Period], desk: Desk) -> None:
    desk.now = datetime(2026, 11, 24, 18, 30, tzinfo=UTC)  # 01:30 of the 25th in Pekanbaru
    citra.open("/supervisor?period=7d")
    assert asked[0].end_day == date(2026, 11, 24)


@pytest.mark.parametrize(
    ("query", "problem"),
    [
        ("period=custom", "Isi kedua tanggal"),
        ("from=2026-11-01", "Isi kedua tanggal"),
        ("from=yesterday&to=2026-11-02", "Isi kedua tanggal"),
        ("from=2026-02-30&to=2026-03-02", "Isi kedua tanggal"),
        ("from=%F0%9F%98%80&to=2026-03-02", "Isi kedua tanggal"),
        ("from=2026-11-20&to=2026-11-01", "Tanggal akhir mendahului tanggal awal."),
        ("from=2026-11-20&to=2026-11-25", "Tanggal itu belum tiba."),
        ("from=2026-11-20&to=9999-12-31", "Tanggal itu belum tiba."),
        ("from=0001-01-01&to=2026-11-01", "Masa terlalu panjang"),
        ("from=0001-01-01&to=0001-01-02", "Masa terlalu panjang"),
        ("from=2024-11-01&to=2026-11-20", "Masa terlalu panjang"),
        ("period=forever", "Pilihan masa itu tidak dikenal."),
        ("period=<script>alert(1)</script>&from=<b>", "Pilihan masa itu tidak dikenal."),
    ],
)
def test_wrong_dates_get_a_message_and_the_usual_period(
    citra: Person, asked: list[Period], query: str, problem: str
) -> None:
    answer = citra.open(f"/supervisor?{query}")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert problem in page
    assert "<script>alert" not in page
    assert "<b>" not in page
    assert asked == [Period(date(2026, 10, 26), date(2026, 11, 23), WIB)]


def test_the_longest_period_is_taken(citra: Person, asked: list[Period]) -> None:
    first = date(2026, 11, 24) - timedelta(days=730)
    assert citra.open(f"/supervisor?from={first}&to=2026-11-24").status_code == 200


def test_it_speaks_english(citra: Person, asked: list[Period]) -> None:
    citra.client.set_cookie("lang", "en")
    page = citra.open("/supervisor").get_data(as_text=True)
    assert "Birth certificate" in page


# ---- Who may ----


@pytest.mark.parametrize("path", ["/supervisor", "/supervisor/live"])
def test_it_is_for_supervisors_and_administrators(app: Flask, path: str) -> None:
    assert Person(app, "supervisor").client.get(path).status_code == 200
    assert Person(app, "admin").client.get(path).status_code == 200
    assert Person(app, "petugas1").client.get(path).status_code == 403
    stranger = Person(app).client.get(path)
    assert stranger.status_code == 302
    assert "/signin" in stranger.headers["Location"]


# ---- The drawing ----


def test_the_drawing_has_100_in_the_middle_and_ratios_at_equal_distance() -> None:
    scale = interval_chart.scale_for([officer_speed("a", (150.0, 100.0, 210.0), 40)])
    middle = interval_chart.WIDTH / 2
    assert scale.x(100) == middle
    assert scale.x(200) - middle == pytest.approx(middle - scale.x(50), abs=0.11)


@pytest.mark.parametrize("interval", [(101.0, 99.0, 103.0), (150.0, 90.0, 250.0), (20.0, 5.0, 3000.0)])
def test_every_interval_and_tick_lies_in_the_drawing(interval: tuple[float, float, float]) -> None:
    officer = officer_speed("a", interval, 40)
    scale = interval_chart.scale_for([officer])
    mark = scale.mark(officer)
    assert mark is not None
    places = [mark.low, mark.dot, mark.high, *(x for _, x in scale.ticks())]
    assert all(0 <= place <= interval_chart.WIDTH for place in places)
    assert mark.low <= mark.dot <= mark.high
    assert (100, interval_chart.WIDTH / 2) in scale.ticks()
    assert 3 <= len(scale.ticks()) <= 5


def test_too_little_data_has_no_mark() -> None:
    officer = officer_speed("a", None, 3)
    assert interval_chart.scale_for([officer]).mark(officer) is None
