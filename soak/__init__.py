"""Races, crashes and the deadline hour on a real database, with real processes: ``python -m soak``.

``races``  rival processes on the operations: what a request does, in one transaction each
``pairs``  every act that writes against every freeze that reads it, from what the operations declare
``http``   rival browsers before a gunicorn of two processes, everything read back from the database
``guards`` the same with the guard of each race taken out: every one must show violations then
``unheld`` the pairs with the locks taken out: the kinds that a review found lost must be lost then
``kills``  ``kill -9`` of savers, of gunicorn's workers and master, of PostgreSQL's processes
``office`` our own files saved by LibreOffice and imported again (``python -m soak.office``)
``hour``   the deadline hour by Locust, and every acknowledged write looked for afterwards

Only ``soak.serving`` lets a clock be moved and a guard be taken out; a province serves ``run:app``.
"""
