"""A complaint's case, and the visit that it is about."""

import pytest

from queue_app.models import Ticket
from tests.domain.complaining import Case
from tests.office import Desk


@pytest.fixture
def case(desk: Desk) -> Case:
    return Case(desk)


@pytest.fixture
def served(desk: Desk) -> Ticket:
    desk.open()
    return desk.serve(minutes=5)
