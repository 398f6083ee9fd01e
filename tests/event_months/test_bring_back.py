"""Archived months come back into the log as they were, also from a backup."""

from pathlib import Path

import pytest

from queue_app.backup import make, restore
from queue_app.database import Database
from queue_app.errors import QueueError
from queue_app.event_months import ahead, back, partition
from tests.event_months.log import ADD, DECEMBER, NOVEMBER, ROWS, breaches, in_months, run
from tests.event_months.old_months import LEFT, archive_all, figures
from tests.office import SECRET, Desk

pytestmark = pytest.mark.postgresql


def test_months_leave_the_log_and_come_back_as_they_were(old: Desk) -> None:
    rows, told = run(old.db, ROWS), figures(old)
    assert archive_all(old) == [13, 13]
    assert in_months(old) == LEFT
    assert breaches(old) == []
    assert figures(old) == told
    keys = "SELECT count(*) FROM event_months.key"
    assert run(old.db, keys) == [(39,)]
    assert [back.bring_back(old.db, month, old.now).rows for month in (DECEMBER, NOVEMBER)] == [13, 13]
    assert run(old.db, ROWS) == rows
    assert breaches(old) == []
    assert figures(old) == told
    assert run(old.db, keys) == [(39,)]
    assert (
        run(old.db, "SELECT count(*) FROM archived_day") == run(old.db, "SELECT count(*) FROM archived_run") == [(0,)]
    )


def test_rows_of_an_archived_month_that_come_later_join_it(old: Desk) -> None:
    # Past visits that are brought in have old instants.
    archive_all(old)
    run(old.db, ADD, seq=999, at=NOVEMBER.start, ticket=None, version=None)
    assert ahead.tend(old.db, old.now) == 1
    assert "event_months.y2026m11" in in_months(old)
    back.bring_back(old.db, NOVEMBER, old.now)
    assert run(old.db, "SELECT count(*) FROM event_months.y2026m11") == [(14,)]


def test_a_backup_holds_archived_months_wherever_it_is_restored(
    old: Desk, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    told = figures(old)
    archive_all(old)
    folders = {"uploads": tmp_path / "uploads", "voice": tmp_path / "voice"}
    file, _ = make.make(old.db, folders, tmp_path / "copy.tar.gz", old.now, SECRET)
    elsewhere = str(request.getfixturevalue("postgresql_server").new_database())
    for url in (elsewhere, f"sqlite:///{tmp_path / 'file.sqlite'}"):
        restore.restore(file, url, folders, old.now, force=True)
        again = Desk(Database(url), old.now)
        assert figures(again) == told
        assert breaches(again) == []
        if not again.db.is_sqlite:
            with pytest.raises(QueueError, match="only_by_month"):
                back.bring_back(again.db, NOVEMBER, old.now)
            partition.carry_out(again.db, old.now)
            assert back.bring_back(again.db, NOVEMBER, old.now).rows == 13
            assert run(again.db, "SELECT count(*) FROM event_months.key") == [(26,)]
            assert breaches(again) == []
        again.db.dispose()
