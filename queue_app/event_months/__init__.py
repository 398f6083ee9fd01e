"""The log in a table for each month, on PostgreSQL and for whoever asks for it (``log partition``).

``event`` is then partitioned by the instant of its rows, by month of UTC, in the schema ``event_months``. PostgreSQL
holds what is unique only within a partition, so a slim table beside them, ``event_months.key``, has a row for each of
the log, written by a trigger in the same statement: in it a number of an office's log, and a version of a ticket, are
there once over all months. The program's own statements are the same for both layouts.

``layout`` has the tables and how they are locked, ``partition`` the way there, ``ahead`` the months to come,
``archive`` takes old months out (``packing``, ``obstacles``, ``waiting``), and ``back`` puts them in again.
"""
