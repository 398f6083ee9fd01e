"""The survey of public satisfaction (Permenpan RB 14/2017): who is asked, what was answered, and what comes of it.

After each visit two questions are asked of everybody (``queue_app.feedback``); the nine elements of the whole survey
are asked of a sample, so that those who answer are chosen by chance and not by themselves.
"""
