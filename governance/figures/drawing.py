"""Charts as SVG, by Matplotlib. Imported where one is drawn only: it weighs 60 MB in the process.

The same figures give the same file. Text stays text; colours are those of the reader's scheme, light or dark.
"""

from __future__ import annotations

import io
import math
import os
import re
from threading import Lock
from xml.sax.saxutils import escape

from django.conf import settings
from django.utils.translation import gettext as _

os.environ.setdefault("MPLCONFIGDIR", str(settings.VAR_DIR / "matplotlib"))  # before the import: its list of fonts

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from governance.figures.charts import Chart, Form, Series
from governance.figures.tables import Kind, written

mpl.rcParams.update(
    {
        "svg.fonttype": "none",
        "svg.hashsalt": "visio",
        "font.family": ["DejaVu Sans"],
        "font.size": 11,
        "text.parse_math": False,
        "hatch.linewidth": 1.2,
    }
)
WIDE, NARROW = (760, 300), (360, 300)  # points, which are the units of the picture
LABEL_PT = 58  # room for a label on the axis
LETTER_PT = 6.6
LINES = ("-", "--", ":", "-.", "-")
MARKS = ("o", "s", "^", "D", "v")
HATCHES = ("", "//", "", "..", "")
# Stand-ins, which become variables of the style sheet: no other colour is drawn.
PAPER, INK, GRID = "#010101", "#020202", "#030303"
COLOURS = ("#0a0a01", "#0a0a02", "#0a0a03", "#0a0a04", "#0a0a05")
LIGHT = ("#ffffff", "#161616", "#dddddd", "#000091", "#b34000", "#18753c", "#6a6af4", "#c9191e")
DARK = ("#121212", "#eeeeee", "#3a3a3a", "#8585f6", "#fc7a3c", "#27a658", "#cacafb", "#ff6f6e")
NAMES = ("--paper", "--ink", "--grid", "--first", "--second", "--third", "--fourth", "--fifth")
LOWEST_TOP = {Kind.SHARE: 1.0, Kind.BYTES: 1e6, Kind.EUROS: 100.0}
_one_at_a_time = Lock()  # Matplotlib is not made for threads


def draw(chart: Chart, *, narrow: bool = False) -> bytes:
    """Costs some 50 ms."""
    with _one_at_a_time:
        return _dressed(chart, _drawn(chart, NARROW if narrow else WIDE))


def _drawn(chart: Chart, size: tuple[int, int]) -> str:
    figure = Figure(figsize=(size[0] / 72, size[1] / 72), facecolor=PAPER, layout="constrained")
    axes = figure.add_subplot()
    _dress(axes, chart, size[0])
    {Form.BARS: _bars, Form.STACKED: _stacked, Form.LINES: _lines}[chart.form](axes, chart)
    if chart.limit and chart.limit.values[0] is not None:
        axes.axhline(chart.limit.values[0], color=COLOURS[4], linestyle="--", linewidth=1.5, label=chart.limit.name)
    axes.set_ylim(bottom=0, top=_top(chart))
    if len(chart.series) > 1 or chart.limit:
        _legend(figure, axes, size[0])
    out = io.StringIO()
    figure.savefig(out, format="svg", metadata={"Date": None, "Creator": None, "Format": None, "Type": None})
    return out.getvalue()


def _dress(axes: Axes, chart: Chart, width: int) -> None:
    axes.set_facecolor(PAPER)
    axes.grid(axis="y", color=GRID, linewidth=1)
    axes.set_axisbelow(True)
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.spines["bottom"].set_color(INK)
    axes.tick_params(colors=INK, length=0, labelcolor=INK)
    every = math.ceil(len(chart.labels) * LABEL_PT / (width - 90)) if chart.labels else 1
    places = range(len(chart.labels))
    # The newest keeps its label
    axes.set_xticks([place for place in places if (len(chart.labels) - 1 - place) % every == 0])
    axes.set_xticklabels([chart.labels[int(place)] for place in axes.get_xticks()])
    axes.set_xlim(-0.6, max(1, len(chart.labels)) - 0.4)
    axes.yaxis.set_major_locator(MaxNLocator(nbins=5, integer=chart.kind == Kind.COUNT))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _place: _tick(value, chart.kind)))


def _tick(value: float, kind: Kind) -> str:
    return re.sub(r"[.,]0(?=\D|$)", "", written(value, kind))


def _bars(axes: Axes, chart: Chart) -> None:
    width = 0.8 / max(1, len(chart.series))
    for number, series in enumerate(chart.series):
        places = [place + (number - (len(chart.series) - 1) / 2) * width for place in range(len(series.values))]
        _bar(axes, places, series, width, number, [0.0] * len(places))


def _stacked(axes: Axes, chart: Chart) -> None:
    floor = [0.0] * len(chart.labels)
    for number, series in enumerate(chart.series):
        _bar(axes, [float(place) for place in range(len(series.values))], series, 0.8, number, floor)
        floor = [below + (value or 0) for below, value in zip(floor, series.values, strict=True)]


def _bar(axes: Axes, places: list[float], series: Series, width: float, number: int, floor: list[float]) -> None:
    heights = [value or 0 for value in series.values]
    axes.bar(
        places,
        heights,
        width,
        bottom=floor,
        color=COLOURS[number],
        edgecolor=PAPER,
        linewidth=1,
        hatch=HATCHES[number],
        label=series.name,
    )


def _lines(axes: Axes, chart: Chart) -> None:
    for number, series in enumerate(chart.series):
        values = [math.nan if value is None else value for value in series.values]
        axes.plot(
            range(len(values)),
            values,
            color=COLOURS[number],
            linestyle=LINES[number],
            marker=MARKS[number],
            markersize=5,
            linewidth=2,
            label=series.name,
        )


def _top(chart: Chart) -> float:
    """Of the axis, never nothing."""
    columns = list(zip(*([value or 0 for value in series.values] for series in chart.series), strict=True))
    heights = [sum(column) if chart.form == Form.STACKED else max(column) for column in columns]
    if chart.limit:
        heights.append(chart.limit.values[0] or 0)
    return max([0, *heights]) * 1.08 or LOWEST_TOP.get(chart.kind, 5)


def _legend(figure: Figure, axes: Axes, width: int) -> None:
    _handles, names = axes.get_legend_handles_labels()
    longest = max((len(name) for name in names), default=1)
    across = max(1, min(len(names), int((width - 20) / (longest * LETTER_PT + 45))))
    figure.legend(loc="outside upper left", ncols=across, frameon=False, labelcolor=INK, handlelength=2.2)


def _dressed(chart: Chart, svg: str) -> bytes:
    svg = svg[svg.index("<svg") :]
    for stand_in, name in zip((PAPER, INK, GRID, *COLOURS), NAMES, strict=True):
        svg = svg.replace(stand_in, f"var({name})")
    # Where the letters of the server are not there: those that are
    svg = svg.replace("'DejaVu Sans'", "'DejaVu Sans', 'Marianne', sans-serif")
    told = escape(_("%(title)s. The table beside it says the same.") % {"title": chart.title})
    head = f'<title id="t">{escape(chart.title)}</title><desc id="d">{told}</desc><style>{_sheet()}</style>'
    svg = re.sub(r"<svg ([^>]*)>", rf'<svg \1 role="img" aria-labelledby="t d">{_literal(head)}', svg, count=1)
    return svg.encode()


def _literal(text: str) -> str:
    return text.replace("\\", r"\\")


def _sheet() -> str:
    light, dark = (";".join(f"{name}:{colour}" for name, colour in zip(NAMES, c, strict=True)) for c in (LIGHT, DARK))
    return f"svg{{{light}}}@media (prefers-color-scheme:dark){{svg{{{dark}}}}}"
