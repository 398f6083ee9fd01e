"""The performance dialogue: targets of an officer and a period, what was achieved, what both say, what is agreed, and a
predikat that a table suggests and a person decides. Development more than judgement.
"""
