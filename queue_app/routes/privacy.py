"""The notice to citizens of what is kept of them and why, and the data map with its proof for who oversees it."""

from flask import Blueprint, render_template

from queue_app import clock, queries
from queue_app.auth import signed_in_user
from queue_app.errors import N_
from queue_app.extensions import database
from queue_app.models import PrivacyDeedKind
from queue_app.privacy import bases, data_map, keys, record, retention
from queue_app.privacy.terms import TERMS, Kind

bp = Blueprint("privacy", __name__)

RUNS = 50

DEEDS = {
    PrivacyDeedKind.RETENTION: N_("dihapus karena waktunya"),
    PrivacyDeedKind.SEARCH: N_("dicari"),
    PrivacyDeedKind.EXPORT: N_("disalin"),
    PrivacyDeedKind.ERASE: N_("dihapus atas permintaan"),
}
FOUND_BY = {"ticket": N_("nomor tiket"), "nik": N_("NIK"), "phone": N_("nomor telepon")}


@bp.get("/o/<slug>/privasi")
def notice(slug: str) -> str:
    with database().read() as session:
        office = queries.office(session, slug)
        return render_template("citizen/privacy.html", office=office)


@bp.get("/supervisor/privacy")
def show() -> str:
    now = clock.now()
    with database().read() as session:
        office = signed_in_user(session).office
        wishes = [kind for kind in PrivacyDeedKind if kind is not PrivacyDeedKind.RETENTION]
        return render_template(
            "supervisor/privacy.html",
            office=office,
            items=data_map.ITEMS,
            kinds={kind: (TERMS[kind].what, TERMS[kind].since, getattr(office, TERMS[kind].setting)) for kind in Kind},
            bases=bases,
            left=retention.check(session, office, now),
            runs=record.latest(session, office, [PrivacyDeedKind.RETENTION], RUNS),
            wishes=record.latest(session, office, wishes, RUNS),
            deeds=DEEDS,
            found_by=FOUND_BY,
            key_kept=keys.are_kept(session),
        )
