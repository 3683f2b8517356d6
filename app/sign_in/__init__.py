"""Signing in: how an account is entered, kept open and left.

A sign-in has one or two steps. A password (``entering``), or the province's single sign-on (``single_sign_on``),
names the account; where a second factor is switched on, a code of the telephone follows (``second_factor``). Wrong
tries are counted by account and place (``tries``), so that a stranger cannot lock the owner out of a device that the
owner has used before (``known_devices``). Each sign-in is a row (``sessions``) that its owner sees and ends. Nothing
lives in the process: several workers and machines share one database and one key.
"""
