"""One recorded day, called again by each of the published rules: order, reasons, and what it does to the waits.

    python -m benchmarks.replay_day FILE.csv [--day YYYY-MM-DD] [--calls 15] [--longest-minutes 120]

FILE has the columns of ``history import`` (a .gz is read as well). Everything recorded stays as it was: who arrived
when, and when a server took somebody. Only whom it took is decided anew, by ``discipline.choose`` over the first two of
each category, as the office does. Assumptions, all of them:

* People who left before they were taken, and rows that cannot be right, are left out; so each of the recorded starts
  finds somebody waiting, and nobody is left at the end.
* Anybody may be taken by any server: the file does not say who may serve what.
* The file has no categories. Every fifth arrival is given one of the four of priority, in turn; the others are regular.
"""

import argparse
import csv
import gzip
import io
import statistics
from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from metrics.quantiles import p90
from queue_app.discipline import STANDARD_RATES, CallReason, Choice, Rule, RuleName, Waiting, Why, choose

PRIORITY = tuple(name for name in STANDARD_RATES if name != "regular")
EVERY = 5
"""Every so many arrivals one is of a priority category."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """One row: arrival and start of the service, as UTC instants (the wall clock of the file is taken for UTC)."""

    service: str
    arrived_at: datetime
    started_at: datetime


@dataclass(frozen=True, slots=True)
class Call:
    """One call of the replay. ``ahead``: how many waited who had arrived earlier and were passed by it."""

    at: datetime
    ticket: Waiting
    reason: CallReason
    waiting: int
    ahead: int

    @property
    def wait_s(self) -> float:
        return (self.at - self.ticket.due_at).total_seconds()


@dataclass(frozen=True, slots=True)
class Replay:
    """All calls in order, who was still waiting at the end, and how often each was passed over, by ticket id."""

    calls: Sequence[Call]
    left: Sequence[Waiting]
    passed: Mapping[int, int]


def read(file: Path, day: date | None = None) -> list[Recorded]:
    """The served rows of one local day (None: the day with most of them), by arrival. Raises ValueError for none."""
    content = file.read_bytes()
    text = (gzip.decompress(content) if file.suffix == ".gz" else content).decode()
    rows = [row for line in csv.DictReader(io.StringIO(text)) if (row := _recorded(line)) is not None]
    if not rows:
        raise ValueError(f"{file} has no served row")
    day = day or Counter(row.arrived_at.date() for row in rows).most_common(1)[0][0]
    found = sorted(
        (row for row in rows if row.arrived_at.date() == day), key=lambda row: (row.arrived_at, row.started_at)
    )
    if not found:
        raise ValueError(f"{file} has no served row of {day}")
    return found


def _recorded(line: Mapping[str, str]) -> Recorded | None:
    if line.get("outcome", "served") not in ("", "served") or not line["service_start_ts"]:
        return None
    arrived, started = (datetime.fromisoformat(line[name]) for name in ("arrival_ts", "service_start_ts"))
    arrived, started = (at if at.tzinfo else at.replace(tzinfo=UTC) for at in (arrived, started))
    return Recorded(line["service_type"] or "?", arrived, started) if started >= arrived else None


def tickets(rows: Iterable[Recorded]) -> list[Waiting]:
    """The arrivals as tickets, in order, each with a label and a category by the rule above."""
    numbers: Counter[str] = Counter()
    found = []
    for place, row in enumerate(rows):
        numbers[row.service] += 1
        category = PRIORITY[place // EVERY % len(PRIORITY)] if place % EVERY == EVERY - 1 else "regular"
        found.append(Waiting(place + 1, f"{row.service}-{numbers[row.service]:03d}", category, row.arrived_at))
    return found


def replay(rows: Sequence[Recorded], rule: Rule) -> Replay:
    """Call at every recorded start whoever is next by ``rule``."""
    arrivals = deque(tickets(rows))
    lanes: defaultdict[str, deque[Waiting]] = defaultdict(deque)
    passed: Counter[int] = Counter()
    calls = []
    for at in sorted(row.started_at for row in rows):
        while arrivals and arrivals[0].due_at <= at:
            arriving = arrivals.popleft()
            lanes[arriving.category].append(arriving)
        choice = choose(_heads(lanes), rule, at)
        if choice is not None:
            calls.append(_called(at, choice, lanes, passed))
    return Replay(calls, [ticket for lane in lanes.values() for ticket in lane], passed)


def _heads(lanes: Mapping[str, deque[Waiting]]) -> Iterator[Waiting]:
    for lane in lanes.values():
        yield from (lane[place] for place in range(min(2, len(lane))))


def _called(at: datetime, choice: Choice, lanes: Mapping[str, deque[Waiting]], passed: Counter[int]) -> Call:
    ticket = choice.ticket
    lanes[ticket.category].remove(ticket)
    earlier = [
        other.id for lane in lanes.values() for other in lane if (other.due_at, other.id) < (ticket.due_at, ticket.id)
    ]
    passed.update(earlier)
    waiting = sum(map(len, lanes.values())) + 1
    return Call(at, ticket, choice.reason, waiting, len(earlier))


def in_words(call: Call) -> str:
    """The reason as a sentence."""
    reason, who = call.reason, call.ticket.category
    match reason.why:
        case Why.WAITED_TOO_LONG:
            said = f"has waited {reason.waited_s} s, which is the longest anybody may"
        case Why.CATEGORY:
            said = f"{who} goes first; has waited {reason.waited_s} s"
        case Why.LONGEST_WAIT:
            said = f"longest wait: {reason.waited_s} s"
        case _:
            weighted = f"{reason.waited_s} s x {reason.rate:g} = {reason.waited_s * reason.rate:g}"
            said = f"longest weighted wait: {weighted}"
    if reason.next_label is None or reason.next_waited_s is None or reason.next_rate is None:
        return said
    second = f"{reason.next_label}, {reason.next_waited_s} s"
    if reason.why is Why.WEIGHTED_WAIT:
        second += f" x {reason.next_rate:g} = {reason.next_waited_s * reason.next_rate:g}"
    return f"{said}; next: {second}"


def main() -> None:
    parser = argparse.ArgumentParser(description="Call a recorded day again by each published rule.")
    parser.add_argument("file", type=Path)
    parser.add_argument("--day", type=date.fromisoformat, help="the busiest one when left out")
    parser.add_argument("--calls", type=int, default=15, help="how many calls with a choice are printed for each rule")
    parser.add_argument("--longest-minutes", type=float, default=120, help="whoever has waited so long is called first")
    asked = parser.parse_args()
    rows = read(asked.file, asked.day)
    print(f"{rows[0].arrived_at.date()}: {len(rows)} served; every {EVERY}th arrival is of a priority category")
    print(f"rates {dict(STANDARD_RATES)}, nobody waits longer than {asked.longest_minutes:g} min if it can be helped")
    done = {}
    for name in (RuleName.FIRST_COME, RuleName.ACCUMULATING, RuleName.STRICT):
        done[name] = replay(rows, Rule(name, longest_wait=timedelta(minutes=asked.longest_minutes)))
        _print_calls(name, done[name].calls, asked.calls)
    _print_table(rows, done)


def _print_calls(name: str, calls: Sequence[Call], count: int) -> None:
    placed = list(enumerate(calls, start=1))
    print(f"\n{name}: the first {count} calls with somebody else waiting")
    _print_some([(place, call) for place, call in placed if call.waiting > 1][:count])
    overtaking = [(place, call) for place, call in placed if call.ahead][:count]
    if overtaking:
        print(f"{name}: the first {len(overtaking)} calls past somebody who came earlier")
        _print_some(overtaking)


def _print_some(calls: Iterable[tuple[int, Call]]) -> None:
    for place, call in calls:
        at, ticket = f"{call.at:%H:%M:%S}", call.ticket
        print(f"{place:>5}. {at} {ticket.label:<7} {ticket.category:<9} of {call.waiting:>2}  {in_words(call)}")


def _print_table(rows: Sequence[Recorded], done: Mapping[RuleName, Replay]) -> None:
    print("\nWaits in seconds")
    print(f"{'rule':<13}{'category':<10}{'served':>7}{'mean':>8}{'median':>8}{'P90':>8}{'longest':>9}")
    recorded: defaultdict[str, list[float]] = defaultdict(list)
    for row, ticket in zip(rows, tickets(rows), strict=True):
        recorded[ticket.category].append((row.started_at - row.arrived_at).total_seconds())
    _print_waits("as recorded", recorded)
    for name, result in done.items():
        waits: defaultdict[str, list[float]] = defaultdict(list)
        for call in result.calls:
            waits[call.ticket.category].append(call.wait_s)
        _print_waits(name, waits)
    print(f"\n{'rule':<13}{'calls':>7}{'with a choice':>15}{'overtaking':>12}{'most passed over':>18}{'left':>6}")
    for name, result in done.items():
        choices = sum(call.waiting > 1 for call in result.calls)
        overtaking = sum(call.ahead > 0 for call in result.calls)
        most = max(result.passed.values(), default=0)
        print(f"{name:<13}{len(result.calls):>7}{choices:>15}{overtaking:>12}{most:>18}{len(result.left):>6}")


def _print_waits(name: str, waits: Mapping[str, Sequence[float]]) -> None:
    everyone = [wait for category in waits.values() for wait in category]
    groups = {**{category: waits[category] for category in STANDARD_RATES if category in waits}, "all": everyone}
    for category, seconds in groups.items():
        figures = (statistics.fmean(seconds), statistics.median(seconds), p90(seconds) or 0.0, max(seconds))
        print(
            f"{name:<13}{category:<10}{len(seconds):>7}" + "".join(f"{figure:>8.1f}" for figure in figures[:3]), end=""
        )
        print(f"{figures[3]:>9.0f}")


if __name__ == "__main__":
    main()
