"""The states of the world, made once a worker."""

import pytest

from tests.access.stages import Stages, make_stages


@pytest.fixture(scope="session")
def stages(_shared, shelf, filled, tmp_path_factory) -> Stages:
    return make_stages(_shared, shelf, *filled, tmp_path_factory.mktemp("stages"))
