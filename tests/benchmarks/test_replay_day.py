"""A day called again by the published rules: a tiny one, made here."""

import gzip
from datetime import date, timedelta
from pathlib import Path

import pytest

from benchmarks import replay_day
from benchmarks.replay_day import Replay, in_words, read, replay
from queue_app.discipline import Rule, RuleName, in_order

HEAD = "arrival_ts,service_start_ts,service_end_ts,server_id,service_type,outcome\n"


def row(arrival: str, start: str, outcome: str = "served", day: str = "1999-02-01") -> str:
    return f"{day} {arrival},{f'{day} {start}' if start else ''},{day} 12:00:00,s1,PS,{outcome}\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Six come within ten seconds and are taken ten seconds apart; the fifth is of a priority category."""
    rows = [row(f"09:00:0{n}", f"09:01:{n}0") for n in range(6)]
    rows += [
        row("09:00:03", "", "abandoned"),
        row("09:30:00", "09:00:00"),
        row("09:00:00", "09:00:00", day="1999-02-02"),
    ]
    path = tmp_path / "day.csv"
    path.write_text(HEAD + "".join(reversed(rows)))
    return path


def labels(result: Replay) -> list[str]:
    return [call.ticket.label for call in result.calls]


def test_it_reads_the_busiest_day_and_leaves_out_who_was_not_served(file: Path, tmp_path: Path) -> None:
    rows = read(file)
    assert [r.arrived_at.second for r in rows] == [0, 1, 2, 3, 4, 5]
    packed = tmp_path / "day.csv.gz"
    packed.write_bytes(gzip.compress(file.read_bytes()))
    assert read(packed) == rows
    assert len(read(file, date(1999, 2, 2))) == 1
    with pytest.raises(ValueError, match="no served row"):
        read(file, date(2000, 1, 1))


def test_each_rule_calls_everybody_once_in_its_order(file: Path) -> None:
    rows = read(file)
    assert [t.category for t in replay_day.tickets(rows)] == ["regular"] * 4 + ["elderly", "regular"]
    fifo = replay(rows, Rule(RuleName.FIRST_COME))
    assert labels(fifo) == [f"PS-00{n}" for n in (1, 2, 3, 4, 5, 6)]
    assert all(call.ahead == 0 for call in fifo.calls)
    strict = replay(rows, Rule(RuleName.STRICT))
    assert labels(strict) == [f"PS-00{n}" for n in (5, 1, 2, 3, 4, 6)]
    assert (strict.calls[0].ahead, strict.passed[1]) == (4, 1)
    assert "elderly goes first" in in_words(strict.calls[0])
    for result in (fifo, strict, replay(rows, Rule())):
        assert sorted(labels(result)) == [f"PS-00{n}" for n in range(1, 7)]
        assert result.left == []


def test_the_reason_is_the_rules_own(file: Path) -> None:
    first = replay(read(file), Rule()).calls[0]
    assert in_words(first) == "longest weighted wait: 56 s x 2 = 112; next: PS-001, 60 s x 1 = 60"
    capped = replay(read(file), Rule(RuleName.STRICT, longest_wait=timedelta(seconds=60))).calls[0]
    assert capped.ticket.label == "PS-001"
    assert "the longest anybody may" in in_words(capped)


def test_the_first_two_of_each_category_are_enough_to_choose(file: Path) -> None:
    rows, rule = read(file), Rule()
    waiting = replay_day.tickets(rows)
    for call in replay(rows, rule).calls:
        assert in_order(waiting, rule, call.at)[0] == call.ticket
        waiting.remove(call.ticket)


def test_it_prints_calls_and_waits(
    file: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["replay_day", str(file), "--calls", "2"])
    replay_day.main()
    printed = capsys.readouterr().out
    assert "1. 09:01:00 PS-005  elderly   of  6  longest weighted wait" in printed
    assert "strict       elderly" in printed
