"""Where pictures are drawn: matplotlib with the packaged font, and with nothing of the machine's.

Imported only where something is drawn, for matplotlib takes its time. Lengths on the paper are in mm, type
sizes in points.
"""

import io
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from townreturn.publishing.charts.palette import FAINT, INK, RULE
from townreturn.publishing.texts import MARK, display_width


@contextmanager
def _nothing_of_the_machine() -> Iterator[None]:
    """While matplotlib is imported it looks for fonts and settings and keeps a list of what it found: in vain, and
    where nobody's home has to be written to."""
    names = ("MPL_IGNORE_SYSTEM_FONTS", "MPLCONFIGDIR")
    before = {name: os.environ[name] for name in names if name in os.environ}
    with TemporaryDirectory() as folder:
        os.environ.update(zip(names, ("1", folder), strict=True))
        try:
            yield
        finally:
            for name in names:
                del os.environ[name]
            os.environ.update(before)


with _nothing_of_the_machine():
    import matplotlib as mpl
    from matplotlib.axes import Axes
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure
    from matplotlib.font_manager import FontProperties, get_font
    from PIL import Image

FONT = Path(__file__).parent.parent / "fonts" / "NotoSansSC-Regular.ttf"
WIDTH = 156.0
"""The type area of the briefing."""
SMALL, NORMAL = 8.0, 9.0
_DOTS_PER_INCH, _COLOURS = 200, 128
_MM_PER_INCH, _MM_PER_POINT = 25.4, 25.4 / 72


@contextmanager
def drawing() -> Iterator[None]:
    """Draw by matplotlib's own defaults, whatever settings lie about."""
    with mpl.rc_context(mpl.rcParamsDefault):
        yield


def open_figure(height: float) -> Figure:
    """An empty picture as wide as the type area."""
    return Figure(figsize=(WIDTH / _MM_PER_INCH, height / _MM_PER_INCH), dpi=_DOTS_PER_INCH)


def add_axes(figure: Figure, left: float, top: float, width: float, height: float) -> Axes:
    """A field of the picture with a ground line and nothing else; ``top`` from the picture's upper edge."""
    across, down = WIDTH, figure.get_figheight() * _MM_PER_INCH
    axes = figure.add_axes((left / across, 1 - (top + height) / down, width / across, height / down))
    axes.patch.set_visible(False)
    for side in ("left", "right", "top"):
        axes.spines[side].set_visible(False)
    axes.spines["bottom"].set_color(RULE)
    axes.set_xticks([])
    axes.set_yticks([])
    return axes


def write(axes: Axes, x: float, y: float, text: str, size: float = SMALL, **look: Any) -> None:
    """A text at a place of the field, plain whatever it holds."""
    look = {"color": INK, "fontproperties": _font(size), "parse_math": False, **look}
    axes.text(x, y, drawable(text), **look)


def label_axis(axes: Axes, side: str, labels: Sequence[tuple[float, str]]) -> None:
    """Labels along the ``x`` or the ``y`` axis, where they stand; along the latter with faint lines across."""
    axis = axes.xaxis if side == "x" else axes.yaxis
    axis.set_ticks([place for place, _ in labels], [drawable(text) for _, text in labels])
    axis.set_tick_params(length=2 if side == "x" else 0, color=RULE, labelcolor=INK, pad=2)
    for label in axis.get_ticklabels():
        label.set_fontproperties(_font(SMALL))
        label.set_parse_math(False)
    if side == "y":
        axes.grid(axis="y", color=FAINT, linewidth=0.5)
        axes.set_axisbelow(True)


def drawable(text: str) -> str:
    """The text with □ for every character that the font lacks."""
    return "".join(one if one == "\n" or ord(one) in _characters() else MARK for one in text)


def shorten(text: str, width: float, size: float = SMALL) -> str:
    """The text, or as much of it as fits a width, with … at the end."""
    while text.strip("…") and text_width(text, size) > width:
        text = text.strip("…")[:-1] + "…"
    return text


def text_width(text: str, size: float = SMALL) -> float:
    """About how wide a text is: Chinese characters are as wide as they are high, others take some 0.6 of that."""
    wide = display_width(text) - len(text)
    return (wide + 0.6 * (len(text) - wide)) * size * _MM_PER_POINT


def png_of(figure: Figure) -> bytes:
    """The picture as it is kept: in few colours, and nothing in it tells of when or by what it was drawn."""
    drawn: Any = FigureCanvasAgg(figure)
    drawn.draw()
    picture = Image.frombuffer("RGBA", drawn.get_width_height(), bytes(drawn.buffer_rgba())).convert("RGB")
    few = picture.quantize(_COLOURS, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    _whiten_paper(few)
    buffer = io.BytesIO()
    few.save(buffer, "PNG", dpi=(_DOTS_PER_INCH, _DOTS_PER_INCH))
    return buffer.getvalue()


def _whiten_paper(picture: Image.Image) -> None:
    """The paper, which every corner is of, shares its colour with the faintest greys: a printer would dot it."""
    colours = picture.getpalette() or []
    paper = 3 * picture.tobytes()[0]
    picture.putpalette([*colours[:paper], 255, 255, 255, *colours[paper + 3 :]])


@cache
def _font(size: float) -> FontProperties:
    return FontProperties(fname=FONT, size=size)


@cache
def _characters() -> frozenset[int]:
    return frozenset(get_font(FONT).get_charmap())
