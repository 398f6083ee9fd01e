"""The figures of an office for its supervisor's program: speed, waits, quality, their course, plans and reports."""

from queue_app.routes.api.figures import dashboard, metrics, monitoring, planning, quality, reports, visits

__all__ = ["dashboard", "metrics", "monitoring", "planning", "quality", "reports", "visits"]
