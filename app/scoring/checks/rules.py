"""The list of rules, and how a rule is written: a function that gives the subjects that break it."""

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from sqlalchemy import Select

from app.errors import Sentence
from app.extensions import db


class Rule(NamedTuple):
    """``find`` yields the names of the rows that break the rule; with ``needs_store`` it takes the file store."""

    code: str
    sentence: Sentence
    find: Callable[..., Iterable[str]]
    needs_store: bool = False


RULES: list[Rule] = []


def rule(sentence: str, *, needs_store: bool = False) -> Callable:
    """Put the decorated function on the list; its name is the rule's code."""

    def add(find: Callable[..., Iterable[str]]) -> Callable[..., Iterable[str]]:
        RULES.append(Rule(find.__name__, Sentence(sentence), find, needs_store))
        return find

    return add


def named(noun: str, query: Select) -> Iterator[str]:
    """The query's rows as subjects: its first column is the row's id, the others say more about it."""
    for number, *more in db.session.execute(query):
        words = ", ".join(str(word) for word in more if word is not None)
        yield f"{noun} {number} ({words})" if words else f"{noun} {number}"
