"""The scoring system's tables, one noun a file; import them from here. Who may reach their rows comes along."""

import app.scoring.row_policies  # noqa: F401
from app.scoring.models.appraisals import (
    Appraisal,
    AppraiserWork,
    Assignment,
    AssignmentAgency,
    UnlockRequest,
)
from app.scoring.models.criteria import CriteriaSet, CriteriaSetGroup, Criterion
from app.scoring.models.rounds import Extension, GradeBand, Publication, Result, Round, RoundRecord, RoundSet
from app.scoring.models.sheets import (
    Evidence,
    FailedCondition,
    LeaderComment,
    Reminder,
    Score,
    ScoreEvidence,
    Sheet,
    SignedScan,
    Snapshot,
)
from app.scoring.models.surveys import (
    SurveyAnswer,
    SurveyCampaign,
    SurveyCode,
    SurveyCodeBatch,
    SurveyForm,
    SurveyQuestion,
    SurveyRemoval,
    SurveyResponse,
)

__all__ = [
    "Appraisal",
    "AppraiserWork",
    "Assignment",
    "AssignmentAgency",
    "CriteriaSet",
    "CriteriaSetGroup",
    "Criterion",
    "Evidence",
    "Extension",
    "FailedCondition",
    "GradeBand",
    "Publication",
    "Reminder",
    "LeaderComment",
    "Result",
    "Round",
    "RoundRecord",
    "RoundSet",
    "Score",
    "ScoreEvidence",
    "Sheet",
    "SignedScan",
    "Snapshot",
    "SurveyAnswer",
    "SurveyCampaign",
    "SurveyCode",
    "SurveyCodeBatch",
    "SurveyForm",
    "SurveyQuestion",
    "SurveyRemoval",
    "SurveyResponse",
    "UnlockRequest",
]
