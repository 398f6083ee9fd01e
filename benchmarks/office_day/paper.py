"""The paper side: numbers handed out at the door in order of arrival, one line for all counters, nobody preferred.

One line over all services is the best that paper can do: a line for each leaves counters idle beside full ones.
"""

import heapq
from collections.abc import Sequence

from benchmarks.office_day.people import OFFICERS, OPEN_S, TO_COUNTER_S, Assumptions, Person
from benchmarks.office_day.stays import Day, End, Stay


def run(people: Sequence[Person], a: Assumptions) -> Day:
    """Those who do not come in Antrean do not come here either: their plans failed, whatever the queue."""
    stays = {person.number: Stay(person, "paper") for person in people}
    for person in people:
        if not person.comes:
            stays[person.number].finish(0.0, End.NO_SHOW)
    free = [0.0] * OFFICERS
    last_call_s = OPEN_S + 60 * a.overtime
    for person in sorted((p for p in people if p.comes), key=lambda p: (p.at_s, p.turn)):
        stay, at_s = stays[person.number], person.at_s
        stay.enter(at_s)
        called_s = max(at_s, free[0])
        if called_s > last_call_s:
            stay.finish(last_call_s, End.SENT_AWAY)
            continue
        stay.called_s = called_s
        ended_s = called_s + TO_COUNTER_S + person.serve_s
        heapq.heapreplace(free, ended_s)
        stay.finish(ended_s, End.SERVED)
    return Day(list(stays.values()))
