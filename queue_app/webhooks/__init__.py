"""Webhooks: other systems are told of an office's events by a signed POST, each event at least once and by one name.

The log is the outbox: an event is a row of it, written with the move itself, and has a number without gaps. What is to
be told is read from there, so a desk never waits for any of this, and nothing is told that was not committed.
"""
