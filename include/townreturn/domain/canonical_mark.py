"""The mark of fields that were added to a published shape later."""

LATER = {"left_out_while_default": True}
"""Contents without such a field keep their text, and with it their hash."""
