"""Pages from templates: every text is escaped, a name that is not given is an error, words come from wording."""

from collections.abc import Iterable
from datetime import datetime
from functools import cache, partial
from itertools import groupby
from operator import attrgetter
from typing import Any
from urllib.parse import quote, urlencode

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse

from townreturn.board.finding_lines import mark_of
from townreturn.foreign_text import one_line
from townreturn.publishing.standing_words import say_duration
from townreturn.wording import Tell, say_in

LANGUAGES = ("zh", "en")
_REPORTERS_PAGES = {"own": "/own", "upload": "/upload"}
_PAGES = {"period": "/", **{name: f"/{name}" for name in ("preview", "trends", "quality", "history")}}


def language_of(request: Request) -> str:
    """``?lang=``, else the first of the browser's languages that the board has, else Chinese."""
    asked = request.query_params.get("lang")
    if asked in LANGUAGES:
        return asked
    accepted = request.headers.get("accept-language", "").lower().split(",")
    known = (one.strip()[:2] for one in accepted if one.strip()[:2] in LANGUAGES)
    return next(known, LANGUAGES[0])


def tell_of(request: Request) -> Tell:
    """``tell`` in the asker's language."""
    return partial(say_in, language_of(request))


def render(request: Request, template: str, *, status: int = 200, **values: Any) -> HTMLResponse:
    """A page in the asker's language."""
    language, tell = language_of(request), tell_of(request)
    frame = {
        "base": _base(request),
        "airflow": _base(request) + "/.." * _depth(request),
        "all_towns": _all_towns(request),
        "language": language,
        "tell": tell,
        "duration": partial(say_duration, tell=tell),
        "url": partial(board_url, request),
        "static": _above_static(request) + "/static",
        "pages": _pages(request),
        "own_only": _is_reporter(request),
    }
    return HTMLResponse(_templates().get_template(template).render(**frame, **values), status)


def _pages(request: Request) -> dict[str, str]:
    """Where every page leads, by name; the list of towns has none of a town's pages."""
    if _above_static(request):
        return {}
    return _REPORTERS_PAGES if _is_reporter(request) else _PAGES


def _is_reporter(request: Request) -> bool:
    """Whether the asker sees the own unit only; of somebody who is not let in nothing is known."""
    asker = getattr(request.state, "asker", None)
    return asker is not None and not asker.may_see


def _above_static(request: Request) -> str:
    """The list of towns has no files of its own but shows those of one of them."""
    return str(getattr(request.app.state, "shows_static_of", ""))


def _base(request: Request) -> str:
    root_path: str = request.scope.get("root_path", "")
    return root_path


def _depth(request: Request) -> int:
    """How far below Airflow's root: under a town's code one more."""
    return int(getattr(request.app.state, "depth", 1))


def _all_towns(request: Request) -> str:
    """Where the list of towns is; empty of one town alone."""
    if _above_static(request):
        return board_url(request, "/")
    return f"{_base(request).rpartition('/')[0]}/" if _depth(request) > 1 else ""


def board_url(request: Request, path: str, **query: object) -> str:
    """A path of the board, wherever it is mounted; the language that was asked for stays. Lists name each value."""
    asked = {key: request.query_params[key] for key in ("lang",) if key in request.query_params}
    told = urlencode(query | asked, doseq=True)
    return _base(request) + path + (f"{'&' if '?' in path else '?'}{told}" if told else "")


@cache
def _templates() -> Environment:
    environment = Environment(
        loader=PackageLoader("townreturn.board"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "minute": _to_the_minute,
        "one_line": one_line,
        "segment": partial(quote, safe=""),
        "in_groups": _in_groups,
        "mark": mark_of,
    }
    return environment


def _to_the_minute(instant: datetime | None) -> str:
    """Of an instant in the zone that the page names; nothing for none."""
    return f"{instant:%Y-%m-%d %H:%M}" if instant else ""


def _in_groups(rows: Iterable[Any], attribute: str) -> list[tuple[Any, list[Any]]]:
    """Neighbours that are alike, in their order: Jinja's own ``groupby`` sorts."""
    return [(key, list(found)) for key, found in groupby(rows, key=attrgetter(attribute))]
