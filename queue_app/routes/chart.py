"""A chart of a page with the table behind it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from queue_app.charts import NARROW, WIDE, Frame
from queue_app.dashboard import Share
from queue_app.report_files import Cell as Value
from queue_app.routes.language import language


@dataclass(frozen=True, slots=True)
class Shown:
    """A chart of the page: its SVG by width, and the table behind it, heading first; ``empty``: there is no data."""

    key: str
    title: str
    description: str
    draw: Callable[[Frame], str]
    table: Sequence[Sequence[Value]]
    empty: bool

    @property
    def wide(self) -> str:
        return self.draw(Frame(self.title, self.description, language(), WIDE))

    @property
    def narrow(self) -> str:
        return self.draw(Frame(self.title, self.description, language(), NARROW))

    def alone(self, foot: str) -> str:
        """To go out alone, with heading and foot."""
        return self.draw(Frame(self.title, self.description, language(), WIDE, headed=True, foot=foot))


def percent(share: float | None) -> float | None:
    return None if share is None else round(100 * share, 1)


def percents(share: Share) -> tuple[float | None, float | None, float | None]:
    """The share and the ends of its interval."""
    return percent(share.value), percent(share.low), percent(share.high)
