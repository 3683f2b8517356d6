"""Chấm điểm: one system of the application (Regulation 192/QĐ-UBND of Thanh Hóa).

Nouns. A *criteria set* (bộ tiêu chí) is a tree whose leaves carry points. A *round* (kỳ chấm điểm) opens one
*sheet* (phiếu) for every agency that exists in its period, with one *score* a leaf. *Evidence* proves scores.
*Assignments* say which appraiser scores which subtree of which agencies; an *appraisal* is one appraiser's points.
*Survey* answers become the points of survey leaves. A *result* is what a concluded round froze.

States (``states.py``). A round goes preparing → open → appraising → consolidated → concluded; a sheet goes
draft → approved → submitted → appraising → appraised → concluded, with reopen and return on the way.

The journey of one act: ``views`` load the thing within the person's rows (404 outside), a form checks the shape,
one verb in ``operations`` checks the right (403) and the state (409), changes, leaves its trace; the request commits
once. Reading goes ``queries`` → ``rules`` → template or ``exports``. ``rules`` and ``states`` are pure.
"""
