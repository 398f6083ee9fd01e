"""How many counters a day needs, and what would happen if: a whole day of an office, played many times over.

``erlang`` holds the classic formulas, as a check; ``durations`` says how long a service takes; ``demand`` who comes,
``day`` plays the office's day with them; ``measures`` sums up what happened and compares two ways of running the same
days; ``scenario`` names what may be changed; ``staffing`` looks for the fewest counters by hour. Times are seconds from
local midnight, durations seconds. Everything is seeded: the same people come in every scenario.
"""
