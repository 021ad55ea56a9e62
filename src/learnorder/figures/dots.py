"""Numbers as dots on their intervals, each at a height of its own."""

from collections.abc import Mapping

from matplotlib.axes import Axes

from learnorder.figures import style

CEILING = {"color": style.INDEPENDENT, "marker": "|", "markersize": 6, "linestyle": "none"}


def dot(axes: Axes, height: float, row: Mapping, name: str, ceiling: str | None = None, **look) -> None:
    """The number `name` of a row with its interval, and a tick at its `ceiling`; says where it is undefined."""
    value, low, high = (row.get(f"{name}{end}") for end in ("", "_low", "_high"))
    if value is None:
        at = axes.get_yaxis_transform()
        axes.text(0.02, height, "undefined", transform=at, va="center", fontsize=style.SMALL)
        return
    if low is not None:
        axes.hlines(height, low, high, color=look["color"], linewidth=0.8)
    axes.plot(value, height, **{"markersize": 3.5} | look)
    if ceiling and row[ceiling] is not None:
        axes.plot(row[ceiling], height, **CEILING)
