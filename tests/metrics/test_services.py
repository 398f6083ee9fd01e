import pytest

from metrics.services import ServiceSummary, service_summaries
from tests.metrics.records import legs


def test_it_gives_median_percentiles_and_the_share_within_the_standard() -> None:
    visits = [*legs("ana", "A", [300, 900]), *legs("budi", "A", [901, 1200]), *legs("ana", "B", [60])]
    a, b = service_summaries(visits, {"A": 900})
    assert a == ServiceSummary("A", 4, 900.5, pytest.approx(1020.6), pytest.approx(1110.3), 900, 0.5)
    assert b == ServiceSummary("B", 1, 60, 60, 60, None, None)


def test_a_service_without_visits_has_a_row_without_figures() -> None:
    assert service_summaries([], {"A": 900}) == (ServiceSummary("A", 0, None, None, None, 900, None),)
