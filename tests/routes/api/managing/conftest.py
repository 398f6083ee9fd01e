import pytest

from tests.routes.api.managing.administrator import Administrator
from tests.routes.api.program import Program


@pytest.fixture
def admin(program: Program) -> Administrator:
    return Administrator(program)
