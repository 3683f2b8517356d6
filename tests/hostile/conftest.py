"""The open round and the unit's own sheet of the screens' tests."""

from tests.scoring.views.conftest import year

__all__ = ["year"]
