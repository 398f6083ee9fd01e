"""The figures of an office for its supervisor's program: speed, waits, quality, their course, plans and reports."""
