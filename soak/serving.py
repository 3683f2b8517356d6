"""What the soak's gunicorn serves: the application, its clock and its guards within the soak's reach.

``soak.server`` alone starts this; it takes the folder of its switches from the environment and fails without one.
"""

import os
from pathlib import Path

from flask import Flask, Response

from app import clock, create_app
from soak.switches import VARIABLE, Switches


def make(switches: Switches) -> Flask:
    clock.now = switches.now  # before the application's modules take it by name
    made = create_app()
    from soak import guards  # after that, for the same reason

    guards.install(switches)
    made.after_request(_name_the_process)
    return made


def _name_the_process(response: Response) -> Response:
    response.headers["X-Soak-Process"] = str(os.getpid())
    return response


app = make(Switches(Path(os.environ[VARIABLE])))
