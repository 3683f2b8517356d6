"""Scoring agencies on criteria: sets, rounds, sheets, appraisal, results."""
