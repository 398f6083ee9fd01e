"""The tables. Only the use cases write them; see ``queue_app.writer`` for tickets and the log."""

from queue_app.models.capacity import DailySequence, SlotHold, SlotUsage
from queue_app.models.device import DEVICE_NAME_LENGTH, Device, DevicePairing, PairingMiss
from queue_app.models.dialogue import (
    ActionKind,
    AgreedAction,
    Deed,
    Dialogue,
    DialogueEntry,
    DialogueState,
    Indicator,
    Span,
    Target,
)
from queue_app.models.feedback import Complaint, Feedback, Question, Subject
from queue_app.models.log import Event, LogIsAppendOnly
from queue_app.models.messages import Contact, LogMark, Message, MessageKind, MessageStatus
from queue_app.models.office import (
    Closure,
    Counter,
    Decision,
    Holiday,
    Office,
    OpeningHours,
    Pool,
    ProofOfWork,
    Service,
    Speaker,
    VisitTemplate,
    VoiceDisplays,
    VoiceReading,
    counter_service,
)
from queue_app.models.people import ApiToken, Role, Shift, User, officer_service
from queue_app.models.printing import Printer, PrinterKind, PrintJob, PrintStatus
from queue_app.models.proof import UsedProof
from queue_app.models.report_job import JobStatus, ReportJob
from queue_app.models.standby import Outcome, Standby
from queue_app.models.supervision import ANNOUNCEMENT_LENGTH, Alert, AlertKind, Announcement
from queue_app.models.survey import SurveyForm, SurveyShare
from queue_app.models.ticket import Category, Channel, IdempotencyKey, Relation, Ticket

__all__ = [
    "ANNOUNCEMENT_LENGTH",
    "DEVICE_NAME_LENGTH",
    "ActionKind",
    "AgreedAction",
    "Alert",
    "AlertKind",
    "Announcement",
    "ApiToken",
    "Category",
    "Channel",
    "Closure",
    "Complaint",
    "Contact",
    "Counter",
    "DailySequence",
    "Decision",
    "Deed",
    "Device",
    "DevicePairing",
    "Dialogue",
    "DialogueEntry",
    "DialogueState",
    "Event",
    "Feedback",
    "Holiday",
    "IdempotencyKey",
    "Indicator",
    "JobStatus",
    "LogIsAppendOnly",
    "LogMark",
    "Message",
    "MessageKind",
    "MessageStatus",
    "Office",
    "OpeningHours",
    "Outcome",
    "PairingMiss",
    "Pool",
    "PrintJob",
    "PrintStatus",
    "Printer",
    "PrinterKind",
    "ProofOfWork",
    "Question",
    "Relation",
    "ReportJob",
    "Role",
    "Service",
    "Shift",
    "SlotHold",
    "SlotUsage",
    "Span",
    "Speaker",
    "Standby",
    "Subject",
    "SurveyForm",
    "SurveyShare",
    "Target",
    "Ticket",
    "UsedProof",
    "User",
    "VisitTemplate",
    "VoiceDisplays",
    "VoiceReading",
    "counter_service",
    "officer_service",
]
