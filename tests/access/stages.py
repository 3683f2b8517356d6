"""Each state of the world as a database of its own, made once a worker and copied back before each walk."""

from dataclasses import dataclass
from pathlib import Path

from flask import Flask

from app.scoring.states import SheetState
from tests.access.world import STATES, Story, World
from tests.province import Province
from tests.shelves import Shelf


@dataclass
class Stages:
    """Each state is kept in ``folder``; what the addresses are made of; the tables that differ by state."""

    app: Flask
    shelf: Shelf
    folder: Path
    world: World
    neighbour: World
    changing: set[str]

    def enter(self, state: str) -> None:
        """Put this state where the application looks."""
        self.shelf.put(self.app, self.folder / state)


def changing_tables(shelf: Shelf, first: Path, last: Path) -> set[str]:
    """Tables that the round's way from the first state to the last has touched."""
    before, after = shelf.rows(first), shelf.rows(last)
    return {name for name in before if before[name] != after[name]}


def make_stages(app: Flask, shelf: Shelf, filled: Path, province: Province, folder: Path) -> Stages:
    """Tell the story once and keep each state."""
    shelf.put(app, filled)
    with app.app_context():
        story = Story(app, province)
        for state in STATES:
            getattr(story, state)()
            if state in set(SheetState):
                assert story.sheet.state == state
            shelf.keep(app, folder / state)
        world = story.world()
        neighbour = story.neighbour(world)
    changing = changing_tables(shelf, folder / STATES[0], folder / STATES[-1])
    return Stages(app, shelf, folder, world, neighbour, changing)
