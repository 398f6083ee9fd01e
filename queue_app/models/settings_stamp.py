"""By what a process sees that settings it remembers have changed."""

from sqlalchemy import BigInteger, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from queue_app.database import Base


class SettingsStamp(Base):
    """Another number after every change to what an office is: its row (but for ``version``), services, hours, closed
    days, counters, pools, visits and announcements. The database itself writes it, by triggers, whoever changes what;
    see the migration and ``queue_app.kept_settings``.
    """

    __tablename__ = "settings_stamp"

    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"), primary_key=True, autoincrement=False)
    stamp: Mapped[int] = mapped_column(BigInteger)
