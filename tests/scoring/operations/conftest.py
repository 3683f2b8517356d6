"""The round in which the tests of appraising and of giving begin."""

import pytest

from app.extensions import db
from app.scoring.models import Round
from tests.scoring.operations.appraising import in_appraisal


@pytest.fixture
def round_(told, ctx, province):
    """In appraisal; Sở Tư pháp has sent 1 at 1.2 and claims that 1.3 does not apply."""
    return db.session.get(Round, told("in appraisal, one claim", lambda: in_appraisal(province)))
