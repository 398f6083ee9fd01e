"""Answers that are files."""

from flask import Response

from queue_app.routes.attachment import attach

CSV = "text/csv"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PDF = "application/pdf"
PARQUET = "application/vnd.apache.parquet"
XES = "application/xml"
CALENDAR = "text/calendar"


def file(content: bytes, kind: str, name: str) -> Response:
    """A file of that name and kind, kept by nobody in between."""
    answer = Response(content, content_type=f"{kind}; charset=utf-8" if kind.startswith("text/") else kind)
    attach(answer, name)
    answer.headers["Cache-Control"] = "no-store"
    return answer
