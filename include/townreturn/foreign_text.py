"""Text from outside, made harmless for a line of text and for the database."""


def storable(text: str) -> str:
    """Without what no database takes: NUL becomes U+FFFD, a lone surrogate a question mark."""
    return text.replace("\x00", "\ufffd").encode("utf-8", "replace").decode()


def one_line(text: str) -> str:
    """On one line, without control characters."""
    return text if text.isprintable() else "".join(one if one.isprintable() else " " for one in text)
