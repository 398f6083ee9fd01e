"""The waiting room before online bookings: who is first in a rush, and how many may come at a time."""
