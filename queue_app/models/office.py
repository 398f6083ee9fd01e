"""What an office is: its services, counters and hours."""

from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    SmallInteger,
    String,
    Table,
    UniqueConstraint,
    true,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from queue_app.database import Base, UTCDateTime
from queue_app.discipline import STANDARD_RATES, Rule, RuleName
from queue_app.models.columns import Json, stored_by_value

counter_service = Table(
    "counter_service",
    Base.metadata,
    Column("counter_id", ForeignKey("counter.id", ondelete="CASCADE"), primary_key=True),
    Column("service_id", ForeignKey("service.id", ondelete="CASCADE"), primary_key=True),
    Column("preference", SmallInteger, nullable=False, default=1, server_default="1"),
)
"""Which services a counter takes. ``preference``: 1 is called first, the next only while nobody waits for those."""


class ProofOfWork(StrEnum):
    """Whether booking online demands a proof of work. ``PROFILE``: in the production profile it does."""

    PROFILE = "profile"
    ON = "on"
    OFF = "off"


class VoiceReading(StrEnum):
    """How the number of a label is said: digit by digit, or as a number."""

    DIGITS = "digits"
    NUMBER = "number"


class VoiceDisplays(StrEnum):
    """Which displays of a room speak: all of them, or one that they agree on."""

    ALL = "all"
    ONE = "one"


class Office(Base):
    """One place with its own counters, services, calendar and time zone: the unit of partition.

    ``version`` is the ``seq`` of the office's last event; every board carries it. ``holidays_close``: suggested
    holidays close the office without being confirmed (estimated ones never do). ``overbooking``: slots take more than
    their capacity by the measured share of those who do not come, at most by ``overbooking_cap_percent``.
    ``nik_required``: nobody books online without a NIK. ``cooling_off``: see ``queue_app.cooling_off``. ``presence``:
    paired displays show the code that proves being here; ``presence_required``: nobody checks in without such a proof;
    ``pairing``: see ``queue_app.pairing``.
    Who waits is told at place ``tell_at_place``; who booked is reminded at that minute of the evening before, and so
    many minutes before the slot (0: not at all). ``issuing_stopped_on``: no more numbers for that local day are given.
    ``voice``: displays say each call ``voice_repeat`` times, each time in all of ``voice_languages``, after a chime.
    ``wait_target_minutes``: nobody should wait longer. The ``alert_`` thresholds (0: not at all) are those of
    ``queue_app.alerts``; ``alert_address_sealed`` is where they are sent, as Apprise writes addresses.
    After ``recall_limit`` calls in vain the desk offers the no-show first; so long after a hold it reminds (0: never).
    ``receipt_text``: the office's own words at the end of every receipt. ``second_step``: supervisors and
    administrators sign in with a code of their phone too. ``lock_minutes``: a screen that nobody touches is covered
    after so long (0: never). ``kept_``: how long personal data are kept, see ``queue_app.privacy.terms``;
    ``privacy_contact``: whom citizens ask about them.
    """

    __tablename__ = "office"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    address: Mapped[str] = mapped_column(String(240), default="")
    timezone: Mapped[str] = mapped_column(String(40), default="Asia/Jakarta")
    version: Mapped[int] = mapped_column(BigInteger, default=0)
    booking_days_ahead: Mapped[int] = mapped_column(default=30)
    grace_minutes: Mapped[int] = mapped_column(default=60)
    rule_name: Mapped[RuleName] = mapped_column(stored_by_value(RuleName), default=RuleName.ACCUMULATING)
    rates: Mapped[dict[str, float]] = mapped_column(Json, default=lambda: dict(STANDARD_RATES))
    longest_wait_minutes: Mapped[int] = mapped_column(default=120)
    holidays_close: Mapped[bool] = mapped_column(default=False)
    overbooking: Mapped[bool] = mapped_column(default=False)
    overbooking_cap_percent: Mapped[int] = mapped_column(default=20)
    nik_required: Mapped[bool] = mapped_column(default=False)
    proof_of_work: Mapped[ProofOfWork] = mapped_column(stored_by_value(ProofOfWork), default=ProofOfWork.PROFILE)
    cooling_off: Mapped[bool] = mapped_column(default=True)
    presence: Mapped[bool] = mapped_column(default=False)
    presence_required: Mapped[bool] = mapped_column(default=False)
    pairing: Mapped[int] = mapped_column(default=0)
    tell_at_place: Mapped[int] = mapped_column(default=3)
    remind_evening_minute: Mapped[int] = mapped_column(default=18 * 60)
    remind_minutes_before: Mapped[int] = mapped_column(default=60)
    wait_target_minutes: Mapped[int] = mapped_column(default=60)
    alert_queue_length: Mapped[int] = mapped_column(default=40)
    alert_longest_wait_minutes: Mapped[int] = mapped_column(default=90)
    alert_at_risk: Mapped[int] = mapped_column(default=5)
    alert_no_counter_minutes: Mapped[int] = mapped_column(default=5)
    alert_pause_minutes: Mapped[int] = mapped_column(default=30)
    alert_serving_factor: Mapped[int] = mapped_column(default=3)
    alert_display_minutes: Mapped[int] = mapped_column(default=2)
    alert_address_sealed: Mapped[bytes | None]
    issuing_stopped_on: Mapped[date | None]
    recall_limit: Mapped[int] = mapped_column(default=3)
    hold_reminder_minutes: Mapped[int] = mapped_column(default=15)
    voice: Mapped[bool] = mapped_column(default=True)
    voice_reading: Mapped[VoiceReading] = mapped_column(stored_by_value(VoiceReading), default=VoiceReading.DIGITS)
    voice_repeat: Mapped[int] = mapped_column(default=1)
    voice_languages: Mapped[list[str]] = mapped_column(Json, default=lambda: ["id"])
    voice_chime: Mapped[bool] = mapped_column(default=True)
    voice_displays: Mapped[VoiceDisplays] = mapped_column(stored_by_value(VoiceDisplays), default=VoiceDisplays.ALL)
    receipt_text: Mapped[str] = mapped_column(String(240), default="")
    second_step: Mapped[bool] = mapped_column(default=False)
    lock_minutes: Mapped[int] = mapped_column(default=0)
    kept_people_days: Mapped[int] = mapped_column(default=30)
    kept_contacts_days: Mapped[int] = mapped_column(default=2)
    kept_complainant_days: Mapped[int] = mapped_column(default=30)
    kept_complaint_days: Mapped[int] = mapped_column(default=365)
    kept_comment_days: Mapped[int] = mapped_column(default=365)
    privacy_contact: Mapped[str] = mapped_column(String(240), default="")

    services: Mapped[list["Service"]] = relationship(back_populates="office", order_by="Service.code")
    counters: Mapped[list["Counter"]] = relationship(
        primaryjoin="and_(Counter.office_id == Office.id, Counter.active)", order_by="Counter.number", viewonly=True
    )
    """Those in use."""

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    @property
    def rule(self) -> Rule:
        """The rule by which tickets are called here."""
        return Rule(self.rule_name, self.rates, timedelta(minutes=self.longest_wait_minutes))


class Service(Base):
    """What a citizen comes for. ``active`` False: known from past records only, not offered.

    Quotas are of one day (None: no limit); each channel's is a maximum within ``daily_quota``, so that what the others
    leave is kept for people without a phone. Likewise at most ``online_share_percent`` of a slot goes online.
    ``slot_plan``: from which minute of the day its slots have another capacity, see ``capacity_at``.
    ``lead_minutes``: so long before its start a slot closes for online (None: it is open until its end). ``release``:
    when which share of a day's online places opens, see ``queue_app.release``; empty: all at once.
    ``online_needs_slot``: online, nobody books without an arrival slot. ``cost_rupiah`` 0: free of charge.
    ``wait_target_minutes`` None: the office's. ``calls_paused_on``: on that local day nobody is called for it;
    ``issuing_stopped_on``: no more numbers for that day are given. A forgotten lever so ends with its day.
    ``merged_into_id``: the service that it became part of (``merging``); ``reported_together``: its past visits are
    reported under that one; ``was_active``: whether it was offered before.
    """

    __tablename__ = "service"
    __table_args__ = (UniqueConstraint("office_id", "code"), UniqueConstraint("office_id", "prefix"))

    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"))
    code: Mapped[str] = mapped_column(String(40))
    prefix: Mapped[str] = mapped_column(String(8))
    name_id: Mapped[str] = mapped_column(String(120))
    name_en: Mapped[str] = mapped_column(String(120))
    documents: Mapped[list[dict[str, str]]] = mapped_column(Json, default=list)
    standard_minutes: Mapped[int | None]
    cost_rupiah: Mapped[int] = mapped_column(default=0)
    daily_quota: Mapped[int | None]
    online_quota: Mapped[int | None]
    kiosk_quota: Mapped[int | None]
    reception_quota: Mapped[int | None]
    slot_minutes: Mapped[int] = mapped_column(default=30)
    slot_capacity: Mapped[int] = mapped_column(default=4)
    slot_plan: Mapped[list[dict[str, int]]] = mapped_column(Json, default=list)
    online_share_percent: Mapped[int] = mapped_column(default=100)
    online_needs_slot: Mapped[bool] = mapped_column(default=False)
    lead_minutes: Mapped[int | None]
    release: Mapped[list[dict[str, int]]] = mapped_column(Json, default=list)
    active: Mapped[bool] = mapped_column(default=True)
    wait_target_minutes: Mapped[int | None]
    calls_paused_on: Mapped[date | None]
    issuing_stopped_on: Mapped[date | None]
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("service.id"))
    merged_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    reported_together: Mapped[bool] = mapped_column(default=False)
    was_active: Mapped[bool] = mapped_column(default=True)

    office: Mapped[Office] = relationship(back_populates="services")
    counters: Mapped[list["Counter"]] = relationship(secondary=counter_service, back_populates="services")

    def name(self, language: str) -> str:
        return self.name_en if language == "en" else self.name_id

    def capacity_at(self, minute: int) -> int:
        """The places of the slot that starts at a minute of the day; 0: that slot is not offered. Before the first time
        of the plan it is ``slot_capacity``."""
        from_then = [step for step in self.slot_plan if step["minute"] <= minute]
        return max(from_then, key=lambda step: step["minute"])["capacity"] if from_then else self.slot_capacity

    def document_names(self, language: str) -> list[str]:
        return [document.get(language) or document["id"] for document in self.documents]


class Pool(Base):
    """Counters that take the same services, in the same order of preference; a ticket may be kept for any of them."""

    __tablename__ = "pool"
    __table_args__ = (UniqueConstraint("office_id", "code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"))
    code: Mapped[str] = mapped_column(String(40))

    counters: Mapped[list["Counter"]] = relationship(back_populates="pool", order_by="Counter.number")


class Counter(Base):
    """A desk with a number; serves a set of services. ``active`` False: taken out of use, and known from its past."""

    __tablename__ = "counter"
    __table_args__ = (UniqueConstraint("office_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"))
    number: Mapped[int]
    pool_id: Mapped[int | None] = mapped_column(ForeignKey("pool.id"), index=True)
    active: Mapped[bool] = mapped_column(default=True, server_default=true())

    office: Mapped[Office] = relationship()
    pool: Mapped[Pool | None] = relationship(back_populates="counters")
    services: Mapped[list[Service]] = relationship(
        secondary=counter_service, back_populates="counters", order_by=Service.code
    )


class Speaker(Base):
    """The one display of an office that speaks, where only one is to, until when, and the ``seq`` of what it last said.

    ``display`` is a name that its page made up. See ``queue_app.speaker``.
    """

    __tablename__ = "speaker"

    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"), primary_key=True)
    display: Mapped[str] = mapped_column(String(40))
    is_paired: Mapped[bool]
    said: Mapped[int] = mapped_column(BigInteger)
    until: Mapped[datetime] = mapped_column(UTCDateTime)


class VisitTemplate(Base):
    """A visit of several services in a fixed order, asked for by one name. ``steps``: the codes of its services.

    ``active`` False: no longer offered.
    """

    __tablename__ = "visit_template"
    __table_args__ = (UniqueConstraint("office_id", "code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"))
    code: Mapped[str] = mapped_column(String(40))
    name_id: Mapped[str] = mapped_column(String(120))
    name_en: Mapped[str] = mapped_column(String(120))
    steps: Mapped[list[str]] = mapped_column(Json)
    active: Mapped[bool] = mapped_column(default=True)

    office: Mapped[Office] = relationship()

    def name(self, language: str) -> str:
        return self.name_en if language == "en" else self.name_id


class OpeningHours(Base):
    """One open interval of a weekday (0 Monday), in minutes from local midnight; a break is a gap between two.

    Rows with a ``service_id`` replace the office's rows for that service.
    """

    __tablename__ = "opening_hours"
    __table_args__ = (
        CheckConstraint("weekday BETWEEN 0 AND 6", name="weekday"),
        CheckConstraint("0 <= opens_minute AND opens_minute < closes_minute AND closes_minute <= 1440", name="minutes"),
        Index(None, "office_id", "weekday"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"))
    service_id: Mapped[int | None] = mapped_column(ForeignKey("service.id"))
    weekday: Mapped[int]
    opens_minute: Mapped[int]
    closes_minute: Mapped[int]


class Closure(Base):
    """A day on which the weekly hours don't hold. ``hours``: the office is open at these alone, like
    "08:00-10:30 13:00-14:00"; empty: it is closed."""

    __tablename__ = "closure"
    __table_args__ = (UniqueConstraint("office_id", "day"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"))
    day: Mapped[date]
    reason: Mapped[str] = mapped_column(String(120), default="")
    hours: Mapped[str] = mapped_column(String(80), default="", server_default="")


class Decision(StrEnum):
    """What the office made of a holiday."""

    SUGGESTED = "suggested"
    CLOSED = "closed"
    OPEN = "open"


class Holiday(Base):
    """A public holiday or joint leave of the country as the library names it: a suggestion until the office decides.

    ``is_estimate``: the date depends on the moon and is not announced yet.
    """

    __tablename__ = "holiday"
    __table_args__ = (UniqueConstraint("office_id", "day"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"))
    day: Mapped[date]
    name: Mapped[str] = mapped_column(String(200))
    is_estimate: Mapped[bool] = mapped_column(default=False)
    decision: Mapped[Decision] = mapped_column(stored_by_value(Decision), default=Decision.SUGGESTED)
