"""The figures as tables, in Markdown: minutes, as median over all persons; in brackets the lowest and highest day."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from benchmarks.office_day.people import CATEGORIES
from benchmarks.office_day.scenarios import Compared
from benchmarks.office_day.stays import WORSE_S, Day, End, Pair, Stay, median, minutes, p90, pairs

Figure = Callable[[Iterable[float]], float | None]


def base(done: Compared) -> None:
    """The sides, and who gains or loses."""
    both = pairs(done.paper, done.antrean)
    print("| over all served | paper | Antrean |\n|---|---|---|")
    _row("in the building, median", done, lambda stay: stay.inside_s, median)
    _row("in the building, P90", done, lambda stay: stay.inside_s, p90)
    _row("wait (from the slot, if booked), median", done, lambda stay: stay.wait_s, median)
    _row("wait, P90", done, lambda stay: stay.wait_s, p90)
    _row("wait, longest", done, lambda stay: stay.wait_s, max)
    _row("from first coming to the end, median", done, lambda stay: stay.whole_s, median)
    for name, of_day in _COUNTS.items():
        sides = [" ".join(f"{of_day(day):.0f}" for day in days) for days in (done.paper, done.antrean)]
        print(f"| {name}, each day | {sides[0]} | {sides[1]} |")
    print(f"\nMedian time in the building {_less(both)} lower; {_worse(both)} of the persons are in it for more than")
    print(f"{WORSE_S / 60:.0f} minutes longer than on paper.\n")
    _print_groups(both)


def variations(done: Sequence[tuple[str, Compared]]) -> None:
    """One line for each set of assumptions."""
    print("\n| assumption | persons | paper | Antrean | lower | P90 | overtime | sent away | no phone | longer |")
    print("|---|---|---|---|---|---|---|---|---|---|")
    for name, compared in done:
        both = pairs(compared.paper, compared.antrean)
        without = [pair for pair in both if not pair.paper.person.has_phone]
        overtime = (_mean(day.overtime_s / 60 for day in days) for days in (compared.paper, compared.antrean))
        away = (sum(len(day.ended(End.SENT_AWAY)) for day in days) for days in (compared.paper, compared.antrean))
        cells = [
            str(len(both)),
            *_ranged(compared, lambda stay: stay.inside_s, median),
            _less(both),
            _sides(both, p90),
            " → ".join(f"{side:.0f}" for side in overtime),
            " → ".join(map(str, away)),
            _sides(without, median),
            _worse(both),
        ]
        print(f"| {name} | {' | '.join(cells)} |")


def elsewhere(done: Sequence[tuple[str, Compared]]) -> None:
    """What it is worth to wait elsewhere until the forecast says to come."""
    print("\n| walk-ins who wait elsewhere | persons | paper | in the building | to the end | called in vain |")
    print("|---|---|---|---|---|---|")
    for name, compared in done:
        away = [pair for pair in pairs(compared.paper, compared.antrean) if pair.antrean.how == "elsewhere"]
        if away:
            paper = minutes(pair.paper.inside_s for pair in away)
            inside = minutes(pair.antrean.inside_s for pair in away)
            whole = minutes(pair.antrean.whole_s for pair in away)
            vain = sum(pair.antrean.in_vain > 0 for pair in away) / len(away)
            print(f"| {name} | {len(away)} | {paper:.0f} | {inside:.0f} | {whole:.0f} | {vain:.0%} |")


_GROUPS: Mapping[str, Callable[[Pair], bool]] = {
    "booked a slot": lambda pair: pair.antrean.how == "booked",
    "walk-ins who wait inside": lambda pair: pair.antrean.how == "kiosk",
    "walk-ins without a phone": lambda pair: not pair.paper.person.has_phone,
    "walk-ins who wait elsewhere": lambda pair: pair.antrean.how == "elsewhere",
}
_COUNTS: Mapping[str, Callable[[Day], float]] = {
    "overtime in minutes": lambda day: day.overtime_s / 60,
    "sent away": lambda day: len(day.ended(End.SENT_AWAY)),
    "no-shows": lambda day: len(day.ended(End.NO_SHOW)),
    "cancelled places that went to others": lambda day: day.reused,
    "found no slot to book": lambda day: day.without_place,
}


def _print_groups(both: Sequence[Pair]) -> None:
    print("| who | persons | median: paper → Antrean | mean | P90 | longer than on paper |\n|---|---|---|---|---|---|")
    groups = {name: [pair for pair in both if belongs(pair)] for name, belongs in _GROUPS.items()}
    for category in CATEGORIES:
        groups[category] = [pair for pair in both if pair.paper.person.category == category]
        walk_ins = [pair for pair in groups[category] if pair.antrean.how != "booked"]
        groups[f"{category}, walk-ins"] = walk_ins
    for name, group in groups.items():
        if group:
            figures = " | ".join(_sides(group, figure) for figure in (median, _mean, p90))
            print(f"| {name} | {len(group)} | {figures} | {_worse(group)} |")


def _row(name: str, done: Compared, of: Callable[[Stay], float], figure: Figure) -> None:
    paper, antrean = _ranged(done, of, figure)
    print(f"| {name} | {paper} | {antrean} |")


def _ranged(done: Compared, of: Callable[[Stay], float], figure: Figure) -> list[str]:
    """The figure over all persons, and from the day with the lowest to that with the highest."""
    found = []
    for days in (done.paper, done.antrean):
        by_day = [[of(stay) for stay in day.ended(End.SERVED)] for day in days]
        of_days = [minutes(values, figure) for values in by_day]
        whole = minutes((value for values in by_day for value in values), figure)
        found.append(f"{whole:.0f} ({min(of_days):.0f}-{max(of_days):.0f})")
    return found


def _sides(both: Sequence[Pair], figure: Figure) -> str:
    if not both:
        return "-"
    before = minutes((pair.paper.inside_s for pair in both), figure)
    return f"{before:.0f} → {minutes((pair.antrean.inside_s for pair in both), figure):.0f}"


def _less(both: Sequence[Pair]) -> str:
    before, after = (
        minutes(values) for values in ((p.paper.inside_s for p in both), (p.antrean.inside_s for p in both))
    )
    return f"{1 - after / before:.0%}"


def _worse(both: Sequence[Pair]) -> str:
    worse = sum(pair.antrean.inside_s > pair.paper.inside_s + WORSE_S for pair in both)
    return f"{worse / len(both):.0%}" if both else "-"


def _mean(values: Iterable[float]) -> float | None:
    found = list(values)
    return sum(found) / len(found) if found else None
