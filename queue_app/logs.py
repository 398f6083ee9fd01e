"""The server's log: a line for each thing, as JSON for programs or as text for a terminal.

No line holds what a citizen typed: statements are logged without their values, and requests by the rule of their
address, not by the address. A line is one line: what breaks a line inside a value is escaped.
"""

import json
import logging
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

request_id: ContextVar[str] = ContextVar("request_id", default="")
"""Of the request that is being answered."""

LEVELS = ("debug", "info", "warning", "error")
FORMATS = ("text", "json")

REQUESTS = "antrean.request"
"""The logger that has a line for each request."""

_FACTS = "facts"


def facts(**values: object) -> dict[str, Any]:
    """What a line says besides its words: ``log.info("...", extra=facts(status=200))``."""
    return {_FACTS: values}


class JsonLines(logging.Formatter):
    """``time``, ``level``, ``logger``, ``message``, and where there are some the request's id, facts and traceback."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "time": _at(record).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if identity := request_id.get():
            line["request_id"] = identity
        line |= getattr(record, _FACTS, {})
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)


class TextLines(logging.Formatter):
    """The same for people; a traceback follows in lines of its own."""

    def format(self, record: logging.LogRecord) -> str:
        said = " ".join(f"{name}={value}" for name, value in getattr(record, _FACTS, {}).items())
        words = [record.getMessage(), said, f"[{request_id.get()}]" if request_id.get() else ""]
        text = " ".join(word for word in words if word)
        line = f"{_at(record):%Y-%m-%d %H:%M:%S} {record.levelname} {record.name}: {_one_line(text)}"
        return f"{line}\n{self.formatException(record.exc_info)}" if record.exc_info else line


def configuration(level: str, form: str) -> dict[str, Any]:
    """For ``logging.config.dictConfig``: everything goes to standard error, from ``level`` on, in that form."""
    formatter = {"json": JsonLines, "text": TextLines}[form]
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"lines": {"()": formatter}},
        "handlers": {
            "lines": {
                "class": "logging.StreamHandler",
                "formatter": "lines",
                "level": level.upper(),
                "stream": "ext://sys.stderr",
            }
        },
        "root": {"level": level.upper(), "handlers": ["lines"]},
        "loggers": {
            name: {"level": level.upper(), "handlers": [], "propagate": True}
            for name in ("gunicorn.error", "gunicorn.access")
        },
    }


def _at(record: logging.LogRecord) -> datetime:
    return datetime.fromtimestamp(record.created, UTC)


def _one_line(text: str) -> str:
    return text.replace("\\", "\\\\").replace("\r", "\\r").replace("\n", "\\n")
