"""The people of an office and programs' tokens, for an administrator's program."""

from queue_app.routes.api.people import accounts, tokens

__all__ = ["accounts", "tokens"]
