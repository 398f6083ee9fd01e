"""Moving in: past visits from elsewhere (CSV, XLSX, the file of FQM, the database of The Q) become tickets with their
events.

``sources`` reads what was given as ``PastRecord``s or ``RowError``s, by a ``plan``; ``checking`` goes through all of it
and writes nothing; ``bringing`` writes, by ``history_import``; ``undoing`` takes it out of all figures again.
"""
