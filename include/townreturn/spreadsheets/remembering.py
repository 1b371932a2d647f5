"""Answers kept for parts of workbooks that look alike: most of a batch comes from one template."""

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import Concatenate, ParamSpec, TypeVar

_Rest = ParamSpec("_Rest")
_Answer = TypeVar("_Answer")


def remembered(
    most: int, longest: int
) -> Callable[[Callable[Concatenate[bytes, _Rest], _Answer]], Callable[Concatenate[bytes, _Rest], _Answer]]:
    """Keep the ``most`` latest answers of a pure function of bytes, but none about more than ``longest`` bytes.

    Together they bound the memory; hostile parts are long.
    """

    def remember(
        function: Callable[Concatenate[bytes, _Rest], _Answer],
    ) -> Callable[Concatenate[bytes, _Rest], _Answer]:
        kept = lru_cache(most)(function)

        @wraps(function)
        def ask(content: bytes, /, *rest: _Rest.args, **named: _Rest.kwargs) -> _Answer:
            if len(content) > longest:
                return function(content, *rest, **named)
            return kept(content, *rest, **named)  # type: ignore[arg-type] # bytes and numbers can all be hashed

        return ask

    return remember
