"""A Locust file: who works in the deadline hour, and how. ``soak.hour.run`` starts it."""

import hashlib
import json
import os
import random
from collections import deque
from pathlib import Path
from uuid import uuid4

import requests
from locust import HttpUser, between, task

from soak.acts import Answer
from soak.hour.ledger import Ledger
from soak.people import Person, answer_of
from tests.scoring.checks.stages import PDF

STAGE = json.loads(Path(os.environ["SOAK_STAGE"]).read_text())
LEDGER = Ledger(Path(os.environ["SOAK_LEDGER"]))
POINTS = ("0.25", "0.5", "0.75", "1")
AGENCIES = deque(STAGE["agencies"])  # each is one clerk's until its report is sent
APPRAISERS = deque(STAGE["appraisers"])
SAVES_BEFORE_SENDING = 25


class Worker(HttpUser):
    """Whoever has a session; ``told`` writes down what was acknowledged."""

    abstract = True
    wait_time = between(0.5, 1.5)

    def person(self, name: str) -> Person:
        made = Person(self.host, name, self.client)
        self.client.cookies.clear()
        made.sign_in()
        return made

    def told(self, response: requests.Response, *line: str | int) -> Answer:
        answer = answer_of(response)
        if answer.done:
            LEDGER.add(*line)
        return answer


class Clerk(Worker):
    """Saves row after row, uploads, and has the report approved, signs it and sends it; then the next agency's."""

    def on_start(self) -> None:
        self.begin()

    def begin(self) -> None:
        if not AGENCIES:
            self.stop()
            return
        self.name, self.leader, self.sheet, self.rows = AGENCIES.popleft()
        self.versions = dict.fromkeys(self.rows, 1)
        self.saves = 0
        self.me = self.person(self.name)

    @task(20)
    def save(self) -> None:
        row, points = random.choice(self.rows), random.choice(POINTS)
        answer = self.me.save(row, points, self.versions[row], name="save a row")
        if self.told(answer, "save", self.name, row, self.versions[row] + 1, points).done:
            self.versions[row] += 1
            self.saves += 1
        if self.saves >= SAVES_BEFORE_SENDING:
            self.finish()

    @task(3)
    def look(self) -> None:
        self.me.get(f"/sheets/{self.sheet}", name="open the sheet")

    @task(2)
    def upload(self) -> None:
        row, content = random.choice(self.rows), PDF + uuid4().hex.encode() * 2000
        answer = self.me.upload(row, content, "tài liệu.pdf", name="upload evidence")
        self.told(answer, "upload", self.name, row, 0, hashlib.sha256(content).hexdigest())

    def finish(self) -> None:
        self.person(self.leader).step(self.sheet, "approve", name="approve")
        self.me = self.person(self.name)
        self.me.sign(self.sheet, PDF, name="attach the signed report")
        self.told(self.me.step(self.sheet, "send", name="send"), "send", self.name, self.sheet, 0, "")
        self.begin()


class Appraiser(Worker):
    """Gives points down a list of their own."""

    fixed_count = len(APPRAISERS)

    def on_start(self) -> None:
        self.name, tasks = APPRAISERS.popleft()
        self.tasks_left = deque(tasks)
        self.me = self.person(self.name)

    @task
    def appraise(self) -> None:
        if not self.tasks_left:
            self.stop()
            return
        score, points = self.tasks_left.popleft(), random.choice(POINTS)
        answer = self.me.appraise(score, points, 0, name="save an appraisal")
        self.told(answer, "appraise", self.name, score, 1, points)


class Manager(Worker):
    """Follows the progress and exports."""

    fixed_count = 1

    def on_start(self) -> None:
        self.me = self.person(STAGE["manager"])

    @task(2)
    def follow(self) -> None:
        self.me.get(f"/progress/{STAGE['open_round']}", name="follow the progress")

    @task
    def export_progress(self) -> None:
        self.me.get(f"/progress/{STAGE['open_round']}/progress.xlsx", name="export the progress")

    @task
    def export_differences(self) -> None:
        self.me.get(f"/differences/{STAGE['judged_round']}/differences.xlsx", name="export the differences")
