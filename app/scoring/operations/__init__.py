"""Acts: each function is one verb of the Regulation. Guards first, change next, trace last.

Actor and time are arguments; nothing here commits: the request or the command does, once.
"""
