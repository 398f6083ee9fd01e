"""A day of the demonstration office twice: with paper numbers from the door, and with Antrean. See ``__main__``."""
