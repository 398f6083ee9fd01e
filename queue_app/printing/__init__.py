"""Receipts on paper: the printers of an office, what each is to print, and who carries it there.

A receipt is queued in the transaction that gives the number, and printed after its commit by the server's background.
The number never depends on the paper: whatever a printer does, the ticket is the same.
"""
