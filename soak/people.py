"""Somebody at a browser: signs in, sends forms with the page's token, and gets an answer."""

import re
from typing import Any

import requests

from soak.acts import Answer
from tests.province import PASSWORD

TOKEN = re.compile(r'name="csrf-token" content="([^"]+)"')
SMALL = {"HX-Request": "true"}
BUSY = (502, 503, 504)


class Person:
    """``session`` is a ``requests.Session``; Locust's own is one, too."""

    def __init__(self, address: str, name: str, session: requests.Session | None = None):
        self.address, self.name = address, name
        self.session = session or requests.Session()
        self.token = ""

    def sign_in(self, password: str = PASSWORD) -> requests.Response:
        self.token = self.page_token()
        answer = self.post("/login/", {"username": self.name, "password": password})
        self.token = self.page_token() if answer.status_code == 302 else self.token
        return answer

    def page_token(self) -> str:
        return TOKEN.search(self.get("/reset-request/").text)[1]

    def get(self, path: str, **options: Any) -> requests.Response:
        return self.session.get(self.address + path, allow_redirects=False, **{"timeout": 120} | options)

    def post(self, path: str, form: dict[str, Any] | None = None, **options: Any) -> requests.Response:
        headers = {"X-CSRFToken": self.token} | options.pop("headers", {})
        return self.session.post(
            self.address + path,
            form or {},
            headers=headers,
            allow_redirects=False,
            **{"timeout": 120} | options,
        )

    def save(self, score_id: int, points: str, version: int, **options: Any) -> requests.Response:
        """A row of a sheet, as the page sends it when the row is left. ``points`` as ``0.25``."""
        form = {
            "points": points.replace(".", ","),
            "explanation": f"Theo thực tế {points}",
            "version": version,
        }
        return self.post(f"/sheets/rows/{score_id}", form, headers=SMALL, **options)

    def step(self, sheet_id: int, act: str, **options: Any) -> requests.Response:
        """``approve``, ``reopen`` or ``send``, which confirms the signed report."""
        return self.post(f"/sheets/{sheet_id}/{act}", {"confirmed": "yes"}, **options)

    def sign(self, sheet_id: int, pdf: bytes, **options: Any) -> requests.Response:
        return self.post(f"/sheets/{sheet_id}/sign", files={"file": ("ky.pdf", pdf)}, **options)

    def upload(self, score_id: int, content: bytes, file_name: str, **options: Any) -> requests.Response:
        files = {"files": (file_name, content)}
        return self.post(
            f"/evidence/rows/{score_id}/upload", {"number": "12/KH"}, files=files, headers=SMALL, **options
        )

    def appraise(self, score_id: int, points: str, version: int, **options: Any) -> requests.Response:
        form = {"points": points.replace(".", ","), "reason": f"Theo hồ sơ {points}", "version": version}
        return self.post(f"/appraisals/scores/{score_id}", form, headers=SMALL, **options)

    def send_work(self, round_id: int, **options: Any) -> requests.Response:
        return self.post(f"/appraisals/{round_id}/send", **options)


def answer_of(response: requests.Response) -> Answer:
    """What the person was told: ``done`` is an acknowledgement, ``broken`` must never be."""
    process = int(response.headers.get("X-Soak-Process", 0))
    if response.status_code == 302 and "/login/" in response.headers["Location"]:
        return Answer("refused", 401, process)
    if response.status_code in (200, 302):
        return Answer("done", response.headers.get("Location"), process)
    if response.status_code in BUSY:
        return Answer("busy", response.status_code, process)
    refused = 400 <= response.status_code < 500
    return Answer("refused" if refused else "broken", response.status_code, process)
