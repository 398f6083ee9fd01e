"""The office's displays, and what they show of its own, for an administrator's program."""
