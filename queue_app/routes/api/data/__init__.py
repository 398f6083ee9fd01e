"""What comes in from other programs and leaves for them: past records, the log, webhooks, what is kept of people."""

from queue_app.routes.api.data import audit, events, exports, moving, personal_data, webhooks

__all__ = ["audit", "events", "exports", "moving", "personal_data", "webhooks"]
