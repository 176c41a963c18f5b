"""Plots of the pages in docs: SVG files, all in one style, readable on light and on dark ground.

Equal data give equal bytes, so that a page that is made again differs only where its figures do.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

Scale = Literal["linear", "log", "symlog"]
Points = tuple[Sequence[float], Sequence[float]]
"""x and y of a line."""

mpl.rcParams.update(
    {
        "svg.hashsalt": "idlewatt",
        "svg.fonttype": "none",
        "font.family": "sans-serif",
        "font.size": 10,
        "axes.grid": True,
        "grid.alpha": 0.3,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "legend.frameon": False,
        "figure.facecolor": "white",
    }
)


def lines(
    path: Path,
    series: Mapping[str, Points],
    *,
    title: str,
    x: str,
    y: str,
    x_scale: Scale = "linear",
    y_scale: Scale = "linear",
    limits: Mapping[str, float] | None = None,
) -> Path:
    """Lines by their names, with horizontal `limits` by theirs; `x` and `y` name the axes with their units."""
    figure, axes = _axes(title, x, y)
    for name, (along, up) in series.items():
        axes.plot(along, up, label=name, marker="o" if len(along) <= 20 else "", markersize=4)
    for name, value in (limits or {}).items():
        axes.axhline(value, linestyle="--", color="gray", label=name)
    axes.set_xscale(x_scale)
    axes.set_yscale(y_scale)
    return _save(figure, axes, path)


def bars(
    path: Path,
    groups: Mapping[str, Mapping[str, float]],
    *,
    title: str,
    x: str,
    stacked: bool = False,
    limits: Mapping[str, float] | None = None,
) -> Path:
    """Horizontal bars: a row per group, in it a bar per series, one after the other if they are `stacked`."""
    figure, axes = _axes(title, x, "")
    figure.set_figheight(1.2 + 0.32 * len(groups) * (1 if stacked else max(map(len, groups.values()), default=1)))
    names = list(dict.fromkeys(name for group in groups.values() for name in group))
    height = 0.8 if stacked else 0.8 / len(names)
    left = [0.0] * len(groups)
    for index, name in enumerate(names):
        widths = [group.get(name, 0.0) for group in groups.values()]
        where = [row if stacked else row + (index - (len(names) - 1) / 2) * height for row in range(len(groups))]
        axes.barh(where, widths, height, left=left if stacked else 0, label=name)
        left = [before + width for before, width in zip(left, widths, strict=True)] if stacked else left
    axes.set_yticks(range(len(groups)), list(groups))
    axes.invert_yaxis()
    for name, value in (limits or {}).items():
        axes.axvline(value, linestyle="--", color="gray", label=name)
    return _save(figure, axes, path)


def _axes(title: str, x: str, y: str) -> tuple[Figure, Axes]:
    # A figure of its own, not pyplot's: nothing is shown, and nothing is kept between two plots.
    figure = Figure(figsize=(8, 4), layout="constrained")
    axes = figure.add_subplot()
    axes.set_title(title, loc="left")
    axes.set_xlabel(x)
    axes.set_ylabel(y)
    return figure, axes


def _save(figure: Figure, axes: Axes, path: Path) -> Path:
    if len(axes.get_legend_handles_labels()[0]) > 1:
        axes.legend(fontsize="small")
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, format="svg", metadata={"Date": None})
    return path
