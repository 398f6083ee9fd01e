"""The log for other programs: CSV, Parquet, XES (process mining) and the field names of BPJS, with a dictionary.

Reads only. No personal data: no name, phone, NIK or typed text, and not the ticket's public id, which opens its page.
"""

from queue_app.event_export.fields import FIELDS, Field
from queue_app.event_export.files import FORMATS, Format
from queue_app.event_export.reading import after, rows
from queue_app.event_export.row import Row

__all__ = ["FIELDS", "FORMATS", "Field", "Format", "Row", "after", "rows"]
