"""The rules of scoring: from a rule's text and figures to points, totals, ranks and grades.

Pure: nothing here knows Flask, the database or who is asking.
"""

from app.points import format_points, from_milli, plain, quantise, round_half_up, to_milli, to_points

from .asking import (
    GROUNDS,
    KIND_WORDS,
    Asked,
    asked_figures,
    figure_name,
    ground_of,
    label_parts,
    lacking,
)
from .bounds import Bounds, read_bounds
from .checking import allowed_points, check_figures
from .comparison import Cluster, close_neighbours, mean_of, next_band
from .issues import Issue, ParsedRule
from .methods import CHOICES, COUNTED, KIND_NAMES, METHOD_NAMES, OUTSIDE_MAXIMUM, RATIOS, Method
from .parsing import parse_rule
from .printed import NO_FIGURES, UNKNOWN, document_title, figures_told, ground_text, period_told
from .ranking import Band, Entry, grade, rank, rounded
from .record import KNOWN_VERSIONS, RULES_VERSION, ranking_row, recompute
from .shapes import Figures, Suggestion
from .suggestion import linked, suggest
from .survey import FROM_FILE, stands_out, survey_points
from .totals import Final, Leaf, Standing, Total, field_totals, final_points, signed_sum, total
from .wording import rule_told

__all__ = [
    "FROM_FILE",
    "CHOICES",
    "COUNTED",
    "GROUNDS",
    "KIND_NAMES",
    "KIND_WORDS",
    "KNOWN_VERSIONS",
    "METHOD_NAMES",
    "NO_FIGURES",
    "OUTSIDE_MAXIMUM",
    "RATIOS",
    "RULES_VERSION",
    "UNKNOWN",
    "Asked",
    "Band",
    "Bounds",
    "Cluster",
    "Entry",
    "Figures",
    "Final",
    "Issue",
    "Leaf",
    "Method",
    "ParsedRule",
    "Standing",
    "Suggestion",
    "Total",
    "allowed_points",
    "asked_figures",
    "check_figures",
    "close_neighbours",
    "document_title",
    "field_totals",
    "figure_name",
    "figures_told",
    "final_points",
    "format_points",
    "from_milli",
    "grade",
    "ground_of",
    "ground_text",
    "label_parts",
    "lacking",
    "linked",
    "mean_of",
    "next_band",
    "parse_rule",
    "period_told",
    "plain",
    "quantise",
    "rank",
    "ranking_row",
    "read_bounds",
    "recompute",
    "round_half_up",
    "rounded",
    "rule_told",
    "signed_sum",
    "stands_out",
    "suggest",
    "survey_points",
    "to_milli",
    "to_points",
    "total",
]
