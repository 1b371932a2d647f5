"""An HTML page as its reader sees it: tables as rows of texts, everything as one text."""

from dataclasses import dataclass, field
from html.parser import HTMLParser


@dataclass
class Page(HTMLParser):
    """``rows``: the cells of every table row; ``links``: address by text; ``tags``: every element's name."""

    rows: list[list[str]] = field(default_factory=list)
    links: dict[str, str] = field(default_factory=dict)
    tags: list[str] = field(default_factory=list)
    attributes: list[tuple[str, str | None]] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    _address: str | None = None
    _is_in_cell: bool = False

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs
        if tag == "tr":
            self.rows.append([])
        elif tag in ("td", "th"):
            self.rows[-1].append("")
            self._is_in_cell = True
        elif tag == "a":
            self._address = dict(attrs).get("href")

    def handle_endtag(self, tag: str) -> None:
        if tag == "a":
            self._address = None
        elif tag in ("td", "th"):
            self._is_in_cell = False

    def handle_data(self, data: str) -> None:
        said = " ".join(data.split())
        if not said:
            return
        self.texts.append(said)
        if self._address is not None:
            self.links[said] = self._address
        if self._is_in_cell:
            self.rows[-1][-1] = f"{self.rows[-1][-1]} {said}".strip()

    @property
    def text(self) -> str:
        return " ".join(self.texts)

    def row(self, beginning: str) -> list[str]:
        """The one row with a cell that is so, or else begins so."""
        exact = [row for row in self.rows if beginning in row]
        [found] = exact or [row for row in self.rows if any(cell.startswith(beginning) for cell in row)]
        return found


def read_page(html: str) -> Page:
    page = Page()
    page.feed(html)
    return page
