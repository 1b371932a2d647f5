"""Submissions → findings: suites of expectations in batches, verdicts, and the receipt for the unit."""
