"""What leaves the system as files: Excel tables and administrative documents.

Exports never compute: every number is the one that the screens show, read by ``app.scoring.queries``.
"""
