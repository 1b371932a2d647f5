"""Findings → what the unit gets back (回执): a text, a page for mail, a marked copy of its own workbook."""
