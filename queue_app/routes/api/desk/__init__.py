"""What programs of officers and of the reception do."""

from queue_app.routes.api.desk import counters, moves, own_dialogues, own_figures, reception, screen

__all__ = ["counters", "moves", "own_dialogues", "own_figures", "reception", "screen"]
