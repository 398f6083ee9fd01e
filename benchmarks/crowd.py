"""How good the foretold crowd and the advice on times are on made-up offices: ``python -m benchmarks.crowd``.

Offices over a year with weekdays, hours, holidays and month's turn that differ (``tests/metrics/crowd/offices.py``),
each day foretold a week before; and offices over 42 to 150 days in which one weekday and hour has 40 % of the wait,
or none has.
"""

from collections import defaultdict
from datetime import date, timedelta
from statistics import fmean

from metrics.crowd import arrivals, check, waits
from metrics.crowd.days import Year
from tests.metrics.crowd import offices

OFFICES = 12
LATER = date(2030, 1, 1)
TUESDAY_TEN = (1, 10)


def main() -> None:
    errors: defaultdict[str, list[check.Score]] = defaultdict(list)
    special: defaultdict[str, list[float]] = defaultdict(list)
    for seed in range(OFFICES):
        past = offices.arrivals(seed, 365)
        for name, score in check.walk(past, LATER, (7,))[0].scores.items():
            errors[name].append(score)
        year = Year.of(past)
        for place in range(100, len(past)):
            day = past[place]
            if not any(year.effects(day.day)):
                continue
            before = [one for one in past[:place] if one.day.weekday() == day.day.weekday()]
            known = {day.day - timedelta(days=n) for n in range(1, 7)} - {one.day for one in past}
            model = arrivals.learn(past, day.day - timedelta(days=6), known)
            told = model.day(day.day) if model else None
            if told is not None:
                special[check.FORECAST].append(abs(told.mean - day.total))
                special[check.LAST_WEEK].append(abs(before[-1].total - day.total))
                special[check.MEAN].append(abs(fmean(one.total for one in before) - day.total))
    for name, scores in errors.items():
        found = f"{name:<26} MAE an hour {fmean(one.error for one in scores):5.2f}, a day"
        found += f" {fmean(one.day_error for one in scores):5.1f}, a special day {fmean(special[name]):5.1f}"
        held = [(one.coverage, one.day_coverage) for one in scores if one.coverage is not None]
        if held:
            hours, days = (fmean(pair[of] or 0.0 for pair in held) for of in (0, 1))
            found += f"; held {hours:.1%} of hours, {days:.1%} of days"
        print(found)
    for days in (42, 60, 90, 150):
        hit = [better(seed, days, TUESDAY_TEN) for seed in range(OFFICES)]
        chance = [len(better(seed, days, None)) for seed in range(OFFICES)]
        print(
            f"{days} days: a wait of 40 % was found in {sum(TUESDAY_TEN in one for one in hit)} of {OFFICES} offices; "
            f"where nothing differed, {sum(chance)} of {40 * OFFICES} times were called shorter"
        )


def better(seed: int, days: int, quiet: tuple[int, int] | None) -> list[tuple[int, int]]:
    habits = waits.learn(offices.waits(seed, days, quiet), 0, LATER)
    return [cell for cell in habits.usual if habits.shorter(*cell)] if habits else []


if __name__ == "__main__":
    main()
