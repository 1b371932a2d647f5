"""How mail headers are written: as Python's email package does it, but each header's text worked out only once.

Of five hundred receipts most headers are the same, and parsing and folding them would cost more than all the rest.
"""

from email.headerregistry import HeaderRegistry
from email.policy import EmailPolicy
from functools import lru_cache
from typing import Any

_REMEMBERED = 256


class _RememberedHeaders(HeaderRegistry):
    """Headers by name and value; they are never changed."""

    def __getitem__(self, name: str) -> Any:
        return _header_class(name.lower())

    def __call__(self, name: str, value: Any) -> Any:
        return _header(name, value)


class _RememberedPolicy(EmailPolicy):
    def fold_binary(self, name: str, value: Any) -> bytes:
        return _folded(name, value)


_REGISTRY = HeaderRegistry()
_PLAIN = EmailPolicy(linesep="\r\n", header_factory=_REGISTRY)
MAIL_POLICY = _RememberedPolicy(linesep="\r\n", header_factory=_RememberedHeaders())
"""CRLF at the end of every line, as mail goes over the wire; otherwise the default."""


@lru_cache(maxsize=_REMEMBERED)
def _header_class(name: str) -> Any:
    return _REGISTRY[name]


@lru_cache(maxsize=_REMEMBERED)
def _header(name: str, value: Any) -> Any:
    return _REGISTRY(name, value)


@lru_cache(maxsize=_REMEMBERED)
def _folded(name: str, value: Any) -> bytes:
    return _PLAIN.fold_binary(name, value)
