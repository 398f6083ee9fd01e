"""What a use case is expected to refuse."""

import pytest

from queue_app.errors import QueueError


def refused(code: str, **params: object) -> "pytest.RaisesExc[QueueError]":
    """For ``with``: a refusal with this code and at least these parameters."""
    return pytest.RaisesExc(
        QueueError, check=lambda error: error.code == code and params.items() <= dict(error.params).items()
    )
