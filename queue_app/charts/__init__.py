"""Charts: figures in, SVG out. Pure: no web, no database, no clock, no words of their own.

    from queue_app.charts import Frame, Course, CoursePoint, Axis, course, to_png
    svg = course(Frame("Waktu tunggu", "Turun sejak Maret.", "id"), Course(points, Axis("menit")))

Each function takes a ``Frame`` (title, a description for who cannot see it, locale, width) and its data, and gives the
text of one ``<svg>`` element. All texts are given, already in the reader's language.
"""

from queue_app.charts.before_after import BeforeAfter, DayDot, before_after
from queue_app.charts.course import Course, CoursePoint, Note, course
from queue_app.charts.drawing import NARROW, WIDE, Frame
from queue_app.charts.funnel import Funnel, FunnelLimits, FunnelPoint, funnel
from queue_app.charts.heat_map import Cell, Heat, heat_map
from queue_app.charts.histogram import Histogram, Line, histogram
from queue_app.charts.picture import to_png
from queue_app.charts.plot import Axis
from queue_app.charts.rows import Boundary, Row, Whole, bars, intervals, stacked

__all__ = [
    "NARROW",
    "WIDE",
    "Axis",
    "BeforeAfter",
    "Boundary",
    "Cell",
    "Course",
    "CoursePoint",
    "DayDot",
    "Frame",
    "Funnel",
    "FunnelLimits",
    "FunnelPoint",
    "Heat",
    "Histogram",
    "Line",
    "Note",
    "Row",
    "Whole",
    "bars",
    "before_after",
    "course",
    "funnel",
    "heat_map",
    "histogram",
    "intervals",
    "stacked",
    "to_png",
]
