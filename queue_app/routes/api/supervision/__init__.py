"""What a supervisor's program sees of the running office and does about it, and how the office improves."""

from queue_app.routes.api.supervision import complaints, dialogues, intervention_deeds, interventions, levers, oversight

__all__ = ["complaints", "dialogues", "intervention_deeds", "interventions", "levers", "oversight"]
