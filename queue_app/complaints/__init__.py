"""Complaints: filed by a citizen, worked on against a deadline, decided with reasons, perhaps appealed; every step is
logged. The officer hears the substance at once and may answer; the complainant's identity never reaches the officer.
"""
