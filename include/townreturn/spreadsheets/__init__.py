"""Spreadsheet files made safe: what a file is, what its cells say, an edited copy; hostile until read."""
