"""Each state of the world as a database of its own, made once a worker and copied back before each walk."""

import shutil
from dataclasses import dataclass
from pathlib import Path

from flask import Flask

from app.scoring.states import SheetState
from tests.access.world import STATES, Story, World
from tests.province import Province
from tests.shelves import Shelf


@dataclass
class Stages:
    """The database of each state; files in ``folder``; what addresses are made of; the tables that differ by state."""

    app: Flask
    shelf: Shelf
    kept: dict[str, Path | str]
    folder: Path
    world: World
    neighbour: World
    changing: set[str]

    def enter(self, state: str) -> None:
        """Put this state's database where the application looks."""
        self.shelf.put(self.app, self.kept[state])
        put_files(self.app, self.folder / "files")


def put_files(app: Flask, files: Path) -> None:
    shutil.rmtree(app.config["FILES_DIR"], ignore_errors=True)
    if files.exists():
        shutil.copytree(files, app.config["FILES_DIR"])


def changing_tables(shelf: Shelf, first: Path | str, last: Path | str) -> set[str]:
    """Tables that the round's way from the first state to the last has touched."""
    before, after = shelf.rows(first), shelf.rows(last)
    return {name for name in before if before[name] != after[name]}


def make_stages(app: Flask, shelf: Shelf, filled: Path | str, province: Province, folder: Path) -> Stages:
    """Tell the story once and keep the database of each state."""
    shelf.put(app, filled)
    put_files(app, folder / "files")
    kept = {}
    with app.app_context():
        story = Story(app, province)
        for state in STATES:
            getattr(story, state)()
            if state in set(SheetState):
                assert story.sheet.state == state
            kept[state] = shelf.keep(app, state)
        world = story.world()
        neighbour = story.neighbour(world)
    shutil.copytree(app.config["FILES_DIR"], folder / "files")
    changing = changing_tables(shelf, kept[STATES[0]], kept[STATES[-1]])
    return Stages(app, shelf, kept, folder, world, neighbour, changing)
