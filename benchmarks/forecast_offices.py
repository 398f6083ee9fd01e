"""The wait forecast on made-up offices of different build, beside plain methods and the best forecast there can be.

python -m benchmarks.forecast_offices [SEED ...]

The seeds 2 and 3 when none is named: what the forecast does was chosen with seed 1. Some minutes.
"""

import sys
from collections.abc import Mapping
from datetime import UTC
from statistics import fmean, median

from benchmarks.made_up_offices import OFFICES, Office, Percentiles, days
from metrics.forecast import backtest, replay
from metrics.forecast.line import Case, Rule
from metrics.forecast.replay import Turns

DAYS, TRUTH_FROM = 20, 9


def main() -> None:
    seeds = [int(word) for word in sys.argv[1:]] or [2, 3]
    print(
        "| office | seed | waits | best without a fit | best plain | forecast | median | in range | rollout | "
        "no forecast could be under | its median | under no fit, could be | under plain, could be |"
    )
    print("|---|---|---|---|---|---|---|---|---|---|---|---|---|")
    for office in OFFICES:
        for seed in seeds:
            print(row(office, seed), flush=True)


def row(office: Office, seed: int) -> str:
    visits, truth = days(office, DAYS, seed, TRUTH_FROM)
    turns = Turns(Rule("accumulating", float("inf")), {"elderly": office.rate})
    return row_of(office.name, seed, list(replay.play(replay.pasts(visits, UTC, turns), turns.rule)), truth)


def row_of(name: str, seed: int, cases: list[Case], truth: Mapping[float, Percentiles]) -> str:
    found = backtest.run(cases)
    if found is None:
        return f"| {name} | {seed} | too few |"
    methods, ours = found.methods, found.methods[backtest.FORECAST]
    no_fit, plain = (methods[found.best_plain[of].method].mean_error_s for of in ("unfitted", "all"))
    left = [abs(truth[case.at_s][1] - case.waited_s) for case in cases[len(cases) // 2 :] if case.at_s in truth]
    least = fmean(left)

    def below(error_s: float, of: float) -> str:
        return f"{100 - 100 * error_s / of:.0f} %"

    best_median = min(m.median_error_s for n, m in methods.items() if n not in (backtest.FORECAST, backtest.ROLLOUT))
    return (
        f"| {name} | {seed} | {found.scored} | {no_fit:.0f} | {plain:.0f} | {ours.mean_error_s:.0f} "
        f"| {ours.median_error_s:.0f} (plain {best_median:.0f}) | {100 * (ours.coverage or 0):.0f} % "
        f"| {methods[backtest.ROLLOUT].mean_error_s:.0f} | {least:.0f} | {median(left):.0f} "
        f"| {below(ours.mean_error_s, no_fit)}, {below(least, no_fit)} "
        f"| {below(ours.mean_error_s, plain)}, {below(least, plain)} |"
    )


if __name__ == "__main__":
    main()
