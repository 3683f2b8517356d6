"""Scoring of agencies against a set of criteria."""
