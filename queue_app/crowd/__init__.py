"""When to come: when to leave for a turn, how full the office will be, and which hours are usually shorter."""
