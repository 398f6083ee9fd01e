"""The office's displays, and what they show of its own, for an administrator's program."""

from queue_app.routes.api.displays import content, devices

__all__ = ["content", "devices"]
