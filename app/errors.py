"""Refusals in the words of the people who meet them, and the sentence type that carries those words.

Nothing here knows Flask or the database: rules, states and operations all speak through it, and
``app/__init__.py`` turns each refusal into its HTTP answer in one place.
"""

from typing import Any, NamedTuple


class Sentence(NamedTuple):
    """A Vietnamese template with ``%(name)s`` places and the values that fill them.

    The template is the catalogue's message id, so that a screen can translate it before filling it.
    """

    template: str
    values: dict[str, Any] = {}

    def __str__(self) -> str:
        return self.template % self.values if self.values else self.template


class DomainError(Exception):
    """A refused act. ``field`` names the form field to blame, when there is one. HTTP 422."""

    status = 422

    def __init__(self, template: str, /, field: str | None = None, **values: Any):
        self.sentence = Sentence(template, values)
        self.field = field
        super().__init__(str(self.sentence))

    def at(self, field: str) -> "DomainError":
        """The same refusal, which blames this field."""
        self.field = field
        return self


class Refused(DomainError):
    """The input is understood and not acceptable. HTTP 422."""


class Unclear(Refused):
    """What was typed has two meanings. ``choices`` says each of them in a form that has only one."""

    def __init__(self, template: str, choices: tuple[str, ...], /, field: str | None = None, **values: Any):
        self.choices = choices
        super().__init__(template, field=field, **values)


class NotAllowed(DomainError):
    """The thing is within the actor's sight and the actor has no right to do this to it. HTTP 403."""

    status = 403


class NotInScope(DomainError):
    """For this actor the thing does not exist. HTTP 404."""

    status = 404

    def __init__(self, template: str = "Không tìm thấy nội dung này.", /, **values: Any):
        super().__init__(template, **values)


class Conflict(DomainError):
    """The state, a lock, a deadline or someone else's newer change forbids it now. HTTP 409."""

    status = 409


class Unavailable(DomainError):
    """A part beside us (virus scanner, object store) does not answer, so nothing is taken. HTTP 503."""

    status = 503
