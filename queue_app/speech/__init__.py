"""Calls said aloud: their words, the recordings made of them, and which one may still be said.

What turns words into sound runs in processes of its own, so that no C library can stop the server.
"""
