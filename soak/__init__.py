"""Races and crashes on a real database, with real processes: ``python -m soak``.

Whoever acts is a process of its own with connections of its own, does what a request does (one transaction: lock,
verb, commit), and is started at the same moment as its rival. After each race the rows are read back and judged;
at the end ``flask scoring check``'s rules must all hold.
"""
