"""The demonstration office: Disdukcapil Senapelan, open round the clock so that it can be tried at any hour."""

import secrets
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from queue_app import accounts
from queue_app.demo import SLUG
from queue_app.models import Counter, Office, OpeningHours, Role, Service, User, VisitTemplate
from queue_app.signin import passwords

COUNTERS = 5

_KTP = {"id": "KTP-el asli", "en": "Original ID card (KTP-el)"}
_KK = {"id": "Kartu Keluarga asli", "en": "Original family card (KK)"}

SERVICES = [
    (
        "A",
        "Akta kelahiran",
        "Birth certificate",
        15,
        [
            {"id": "Surat keterangan lahir dari bidan atau rumah sakit", "en": "Birth letter from midwife or hospital"},
            {"id": "KTP-el kedua orang tua", "en": "ID cards of both parents"},
            _KK,
            {"id": "Buku nikah atau akta perkawinan", "en": "Marriage book or certificate"},
        ],
    ),
    (
        "B",
        "Kartu keluarga",
        "Family card",
        10,
        [_KK, _KTP, {"id": "Buku nikah (bila ada perubahan)", "en": "Marriage book (if changed)"}],
    ),
    (
        "C",
        "KTP-el: perekaman dan pencetakan",
        "ID card: recording and printing",
        10,
        [_KK, {"id": "Surat kehilangan (bila hilang)", "en": "Loss report (if lost)"}],
    ),
    (
        "D",
        "Pindah datang",
        "Change of residence",
        15,
        [_KK, _KTP, {"id": "Surat keterangan pindah (SKPWNI)", "en": "Relocation letter (SKPWNI)"}],
    ),
    (
        "E",
        "Akta kematian",
        "Death certificate",
        15,
        [
            {"id": "Surat kematian dari dokter atau kelurahan", "en": "Death letter from doctor or village office"},
            {"id": "KTP-el dan Kartu Keluarga almarhum", "en": "ID and family card of the deceased"},
            {"id": "KTP-el pelapor", "en": "ID card of the person reporting"},
        ],
    ),
    (
        "F",
        "Kartu Identitas Anak (KIA)",
        "Child identity card",
        10,
        [
            {"id": "Kutipan akta kelahiran", "en": "Birth certificate extract"},
            _KK,
            {"id": "Pas foto anak (usia 5 tahun ke atas)", "en": "Photo of the child (from age 5)"},
        ],
    ),
]


@dataclass(frozen=True, slots=True)
class Demo:
    """What was made; ``password`` is the same for all demonstration users."""

    usernames: list[str]
    password: str


def seed(session: Session, password: str | None = None) -> Demo | None:
    """Make the demonstration office with its people; None when it is there already."""
    if session.scalar(select(Office.id).where(Office.slug == SLUG)) is not None:
        return None
    office = Office(
        slug=SLUG,
        name="Disdukcapil Senapelan",
        address="Senapelan, Pekanbaru, Riau",
        timezone="Asia/Jakarta",
        presence=True,
        cooling_off=False,  # whoever tries things out misses many bookings
    )
    session.add(office)
    session.flush()
    services = [
        Service(
            office_id=office.id,
            code=code,
            prefix=code,
            name_id=name_id,
            name_en=name_en,
            standard_minutes=minutes,
            documents=documents,
        )
        for code, name_id, name_en, minutes, documents in SERVICES
    ]
    session.add_all(services)
    session.add(
        VisitTemplate(
            office_id=office.id,
            code="bayi-lahir",
            name_id="Bayi lahir: akta, KK, dan KIA",
            name_en="Newborn: certificate, family card and child card",
            steps=["A", "B", "F"],
        )
    )
    session.add_all(Counter(office_id=office.id, number=n, services=list(services)) for n in range(1, COUNTERS + 1))
    session.add_all(OpeningHours(office_id=office.id, weekday=d, opens_minute=0, closes_minute=1440) for d in range(7))
    return Demo(_people(session, office, password := password or secrets.token_urlsafe(9)), password)


def opened_by(session: Session, password: str) -> list[str]:
    """Whose accounts of the demonstration office the password still opens."""
    people = session.scalars(
        select(User).join(Office, User.office_id == Office.id).where(Office.slug == SLUG, User.active).order_by(User.id)
    )
    return [user.username for user in people if passwords.matches(user.password_hash, password)]


def _people(session: Session, office: Office, password: str) -> list[str]:
    people = [(f"petugas{n}", f"Petugas {n}", Role.OFFICER) for n in range(1, COUNTERS + 1)]
    people += [("supervisor", "Supervisor", Role.SUPERVISOR), ("admin", "Administrator", Role.ADMIN)]
    for username, display_name, role in people:
        accounts.create_user(
            session, office=office, username=username, role=role, password=password, display_name=display_name
        )
    return [username for username, _, _ in people]
