"""Criteria tables (CSV, XLSX, XLS) → criteria rows, with everything wrong in them found at once.

Checks run cell by cell, then over the tree. References to forms, agencies and groups are checked by
``check_references``, which needs to be told what exists.
"""

from app.errors import Refused, Sentence
from app.scoring.imports.criteria_cells import CellReader
from app.scoring.imports.criteria_references import check_references
from app.scoring.imports.criteria_tree import Shape, check_shape, check_sums, rows_with_own_code
from app.scoring.imports.criterion_row import COLUMNS, CriteriaFile, CriterionRow
from app.scoring.imports.decimal_signs import check_decimal_signs
from app.scoring.imports.finding import Findings
from app.scoring.imports.table import Table, TableRow, read_table
from app.scoring.rules import Method

__all__ = ["COLUMNS", "CriteriaFile", "CriterionRow", "Refused", "Sentence", "check_references", "parse_criteria"]
