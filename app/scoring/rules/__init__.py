"""The rules of scoring: from a rule's text and figures to points, totals, ranks and grades.

Pure: nothing here knows Flask, the database or who is asking.
"""

from app.points import format_points, from_milli, plain, quantise, round_half_up, to_milli, to_points

from .bounds import Bounds, read_bounds
from .comparison import Cluster, close_neighbours, mean_of, next_band
from .methods import CHOICES, COUNTED, METHOD_NAMES, OUTSIDE_MAXIMUM, RATIOS, Method
from .parsing import Issue, ParsedRule, parse_rule
from .ranking import Band, Entry, grade, rank, rounded
from .record import RULES_VERSION, ranking_row, recompute
from .suggestion import Figures, Suggestion, allowed_points, check_figures, linked, suggest
from .survey import FROM_FILE, stands_out, survey_points
from .totals import Final, Leaf, Standing, Total, field_totals, final_points, total

__all__ = [
    "FROM_FILE",
    "CHOICES",
    "COUNTED",
    "METHOD_NAMES",
    "OUTSIDE_MAXIMUM",
    "RATIOS",
    "RULES_VERSION",
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
    "check_figures",
    "close_neighbours",
    "field_totals",
    "final_points",
    "format_points",
    "from_milli",
    "grade",
    "linked",
    "mean_of",
    "next_band",
    "parse_rule",
    "plain",
    "quantise",
    "rank",
    "ranking_row",
    "read_bounds",
    "recompute",
    "round_half_up",
    "rounded",
    "stands_out",
    "suggest",
    "survey_points",
    "to_milli",
    "to_points",
    "total",
]
