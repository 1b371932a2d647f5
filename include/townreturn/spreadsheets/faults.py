"""How a reader of hostile bytes stops: from deep inside a parser, with the code of what is wrong."""


class CannotRead(Exception):
    """The file cannot be read; becomes an ``Unreadable`` in the child process and never leaves it.

    ``code`` is a wording code, ``value`` what its text may name.
    """

    def __init__(self, code: str, value: str = "") -> None:
        super().__init__(code, value)
        self.code = code
        self.value = value
