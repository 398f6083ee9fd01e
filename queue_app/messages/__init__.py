"""Telling people, once each, after the fact: contacts, the outbox, what fills it and who carries it.

``reader`` and ``due`` fill the outbox from the log and the clock; ``courier`` hands over what is in it, by ``push`` or
a ``gateway``. Nothing here runs inside a request, but for the few rows that a citizen's own wish writes.
"""
