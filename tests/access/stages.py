"""Each state of the world as a database of its own, made once a worker and copied back before each walk."""

import shutil
import sqlite3
from dataclasses import dataclass
from pathlib import Path

from flask import Flask

from app.scoring.states import SheetState
from tests.access.world import STATES, Story, World
from tests.kept import keep, put
from tests.province import Province


@dataclass
class Stages:
    """The database of each state in ``folder``; what the addresses are made of; the tables that differ by state."""

    app: Flask
    folder: Path
    world: World
    neighbour: World
    changing: set[str]

    def enter(self, state: str) -> None:
        """Put this state's database where the application looks."""
        put(self.app, self.folder / f"{state}.db", self.folder / "files")


def changing_tables(first: Path, last: Path) -> set[str]:
    """Tables that the round's way from the first state to the last has touched."""
    before, after = (sqlite3.connect(place) for place in (first, last))
    try:
        names = [name for (name,) in before.execute("select name from sqlite_master where type = 'table'")]
        rows = "select * from {}".format
        return {
            name
            for name in names
            if before.execute(rows(name)).fetchall() != after.execute(rows(name)).fetchall()
        }
    finally:
        before.close()
        after.close()


def make_stages(app: Flask, filled: Path, province: Province, folder: Path) -> Stages:
    """Tell the story once and keep the database of each state."""
    put(app, filled, folder / "files")
    with app.app_context():
        story = Story(app, province)
        for state in STATES:
            getattr(story, state)()
            if state in set(SheetState):
                assert story.sheet.state == state
            keep(app, folder / f"{state}.db")
        world = story.world()
        neighbour = story.neighbour(world)
    shutil.copytree(app.config["FILES_DIR"], folder / "files")
    changing = changing_tables(folder / f"{STATES[0]}.db", folder / f"{STATES[-1]}.db")
    return Stages(app, folder, world, neighbour, changing)
