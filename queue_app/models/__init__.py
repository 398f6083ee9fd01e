"""The tables. Only the use cases write them; see ``queue_app.writer`` for tickets and the log."""

from queue_app.models.archive import ArchivedDay, ArchivedRun
from queue_app.models.capacity import DailySequence, SlotHold, SlotUsage
from queue_app.models.chain import ChainHead, ConfigurationChange
from queue_app.models.cluster import Installation, JobLease
from queue_app.models.complaint import (
    Complaint,
    ComplaintEntry,
    ComplaintMessage,
    ComplaintState,
    ComplaintStep,
    Resolution,
    Severity,
    Subject,
)
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
from queue_app.models.feed import BookingFeed
from queue_app.models.feedback import Feedback, Question
from queue_app.models.intervention import (
    INTERVENTION_NAME_LENGTH,
    GroupKind,
    Intervention,
    InterventionDeed,
    InterventionEntry,
    InterventionKind,
)
from queue_app.models.log import Event, LogIsAppendOnly
from queue_app.models.messages import Contact, LogMark, Message, MessageKind, MessageStatus
from queue_app.models.monitoring import (
    ANNOTATION_LENGTH,
    Annotation,
    AnnotationKind,
    IndicatorSignal,
    IndicatorWatch,
    Monitored,
    SignalRule,
)
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
from queue_app.models.past_import import ImportStatus, PastImport, SourceKind
from queue_app.models.people import ApiToken, Hand, Role, Scope, Shift, User, office_of, officer_service, person_of
from queue_app.models.printing import Printer, PrinterKind, PrintJob, PrintStatus
from queue_app.models.privacy import HashKeys, PrivacyDeed, PrivacyDeedKind
from queue_app.models.proof import UsedProof
from queue_app.models.report_job import JobStatus, ReportJob
from queue_app.models.settings_stamp import SettingsStamp
from queue_app.models.sign_in import RecoveryCode, SignInEvent, SignInKind, SignInMiss, SignInSession
from queue_app.models.signage import LINE_LENGTH, DisplayLine, DisplayLook, DisplayMedia, MediaKind, Theme
from queue_app.models.standby import Outcome, Standby
from queue_app.models.standby import Outcome as StandbyOutcome
from queue_app.models.supervision import ANNOUNCEMENT_LENGTH, Alert, AlertKind, Announcement
from queue_app.models.survey import SurveyForm, SurveyShare
from queue_app.models.ticket import Category, Channel, IdempotencyKey, Relation, Ticket
from queue_app.models.visit_day import CrowdDay, StayDay, VisitDay
from queue_app.models.waits import WaitForecast
from queue_app.models.webhooks import Delivery, DeliveryStatus, Webhook

__all__ = [
    "ANNOTATION_LENGTH",
    "ANNOUNCEMENT_LENGTH",
    "DEVICE_NAME_LENGTH",
    "INTERVENTION_NAME_LENGTH",
    "LINE_LENGTH",
    "ActionKind",
    "AgreedAction",
    "Alert",
    "AlertKind",
    "Annotation",
    "AnnotationKind",
    "Announcement",
    "ApiToken",
    "ArchivedDay",
    "ArchivedRun",
    "BookingFeed",
    "Category",
    "ChainHead",
    "Channel",
    "Closure",
    "Complaint",
    "ComplaintEntry",
    "ComplaintMessage",
    "ComplaintState",
    "ComplaintStep",
    "ConfigurationChange",
    "Contact",
    "Counter",
    "CrowdDay",
    "DailySequence",
    "Decision",
    "Deed",
    "Delivery",
    "DeliveryStatus",
    "Device",
    "DevicePairing",
    "Dialogue",
    "DialogueEntry",
    "DialogueState",
    "DisplayLine",
    "DisplayLook",
    "DisplayMedia",
    "Event",
    "Feedback",
    "GroupKind",
    "Hand",
    "HashKeys",
    "Holiday",
    "IdempotencyKey",
    "ImportStatus",
    "Indicator",
    "IndicatorSignal",
    "IndicatorWatch",
    "Installation",
    "Intervention",
    "InterventionDeed",
    "InterventionEntry",
    "InterventionKind",
    "JobLease",
    "JobStatus",
    "LogIsAppendOnly",
    "LogMark",
    "MediaKind",
    "Message",
    "MessageKind",
    "MessageStatus",
    "Monitored",
    "Office",
    "OpeningHours",
    "Outcome",
    "PairingMiss",
    "PastImport",
    "Pool",
    "PrintJob",
    "PrintStatus",
    "Printer",
    "PrinterKind",
    "PrivacyDeed",
    "PrivacyDeedKind",
    "ProofOfWork",
    "Question",
    "RecoveryCode",
    "Relation",
    "ReportJob",
    "Resolution",
    "Role",
    "Scope",
    "Service",
    "SettingsStamp",
    "Severity",
    "Shift",
    "SignInEvent",
    "SignInKind",
    "SignInMiss",
    "SignInSession",
    "SignalRule",
    "SlotHold",
    "SlotUsage",
    "SourceKind",
    "Span",
    "Speaker",
    "Standby",
    "StandbyOutcome",
    "StayDay",
    "Subject",
    "SurveyForm",
    "SurveyShare",
    "Target",
    "Theme",
    "Ticket",
    "UsedProof",
    "User",
    "VisitDay",
    "VisitTemplate",
    "VoiceDisplays",
    "VoiceReading",
    "WaitForecast",
    "Webhook",
    "counter_service",
    "office_of",
    "officer_service",
    "person_of",
]
