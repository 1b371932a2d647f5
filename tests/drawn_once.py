"""Pictures drawn once a content: drawing is half of what publishing costs, and few tests look at a picture.

That drawing gives the same bytes again, here and on another machine, is shown in tests/publishing, where every
picture is drawn each time.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from townreturn.publishing.charts import illustrations

_DRAWN: dict[tuple[str, str], bytes] = {}


@contextmanager
def drawing_once() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        for name in ("_draw_trend", "_draw_shares", "_draw_years", "_draw_map"):
            patch.setattr(illustrations, name, _kept(name, getattr(illustrations, name)))
        yield


def _kept(name: str, draw: Callable[..., bytes]) -> Callable[..., bytes]:
    def look_up(*shown: Any) -> bytes:
        key = name, repr(shown)
        if key not in _DRAWN:
            _DRAWN[key] = draw(*shown)
        return _DRAWN[key]

    return look_up
