"""The deadline hour: a province's clerks, leaders, appraisers and manager at once, and everything read back."""
