"""Safekeeping (备份): everything that the office has recorded, in one file that checks itself, and back again."""
