"""Jobs that come round by themselves: they outlive a failure, can be woken, and end when the server ends."""

import logging
import threading
from datetime import datetime

import pytest

from queue_app.background import ROUNDS, Background, Job

PATIENCE_S = 10


def test_it_comes_round_and_gets_the_time() -> None:
    times: list[datetime] = []
    thrice = threading.Event()

    def work(now: datetime) -> None:
        times.append(now)
        if len(times) == 3:
            thrice.set()

    jobs = Background([Job("working", 0.01, work)])
    jobs.start()
    assert thrice.wait(PATIENCE_S)
    jobs.stop()
    assert times == sorted(times)
    assert times[0].tzinfo is not None


def test_it_goes_on_after_a_failure_and_complains_once(caplog: pytest.LogCaptureFixture) -> None:
    rounds = 0
    recovered = threading.Event()

    def work(_now: datetime) -> None:
        nonlocal rounds
        rounds += 1
        if rounds < 3:
            raise RuntimeError("the database is away")
        recovered.set()

    jobs = Background([Job("working", 0.01, work)])
    with caplog.at_level(logging.ERROR, "queue_app.background"):
        jobs.start()
        assert recovered.wait(PATIENCE_S)
        jobs.stop()
    assert [record.getMessage() for record in caplog.records] == ["working failed; it is tried again in 0.01 s"]


def test_it_can_be_woken_and_nothing_begins_after_the_end() -> None:
    done = threading.Semaphore(0)
    job = Job("working", 3600.0, lambda _now: done.release())
    jobs = Background([job])
    jobs.start()
    assert done.acquire(timeout=PATIENCE_S)
    job.wake.set()
    assert done.acquire(timeout=PATIENCE_S)
    jobs.stop()
    job.wake.set()
    assert not done.acquire(blocking=False)


def test_a_job_that_has_ended_is_not_late() -> None:
    done = threading.Event()
    jobs = Background([Job("working", 0.01, lambda _now: done.set())])
    jobs.start()
    assert done.wait(PATIENCE_S)
    assert "working" in ROUNDS
    jobs.stop()
    assert "working" not in ROUNDS
