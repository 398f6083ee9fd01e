"""The administrator's page of programs' tokens: made for a person, for some uses and until a day; revoked."""

from http import HTTPStatus

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from queue_app import api_tokens, auth, clock
from queue_app.errors import N_, Invalid, QueueError
from queue_app.extensions import database
from queue_app.models import Scope
from queue_app.routes.labels import error_text
from queue_app.signin import people

bp = Blueprint("tokens", __name__, url_prefix="/manage/tokens")

SCOPE_TEXTS = {
    Scope.TICKETS: N_("Nomor antrean: memberi nomor sebagai kios atau resepsionis, lapor datang, kelompok prioritas"),
    Scope.DESK: N_("Loket: membuka loket, memanggil, melayani"),
    Scope.FIGURES: N_("Angka: membaca indikator, waktu tunggu dan rencana"),
    Scope.EXPORT: N_("Catatan: membaca catatan kejadian kantor"),
    Scope.WEBHOOKS: N_("Webhook: mengatur sistem lain yang diberi tahu"),
    Scope.DISPLAYS: N_("Layar: membuat, memasangkan, mengganti isi layar ruang tunggu"),
    Scope.MOVING: N_("Pindahan: membawa masuk catatan dari sistem lain, dan mengurungkannya"),
    Scope.PEOPLE: N_("Pegawai: membuat dan menonaktifkan akun, mengganti peran, mengatur token"),
    Scope.PRIVACY: N_("Data pribadi: mencari, menyalin dan menghapus data seorang warga yang memintanya"),
    Scope.MANAGE: N_("Pengaturan: membaca dan mengubah pengaturan kantor"),
    Scope.LEVERS: N_("Kendali: menghentikan, mengumumkan, memindahkan, menutup hari"),
    Scope.SUPERVISE: N_("Pengawasan: pengaduan, sanggahan, dialog kinerja, intervensi, catatan bagan"),
}
_DAYS = (30, 90, 180, 365, 730)


@bp.get("")
def show() -> ResponseReturnValue:
    return _page()


@bp.post("")
def create() -> ResponseReturnValue:
    """Answers with the page that shows the token, once: it stands in no cookie and no address."""
    form = request.form
    try:
        with database().write() as session:
            actor = auth.signed_in_user(session)
            user = people.find(session, actor, form.get("person", 0, int))
            name, days = form.get("name", "").strip(), form.get("days", 0, int)
            if not name:
                raise Invalid("bad_token_name", N_("Beri token ini nama, agar kelak dikenali."))
            wanted = [scope for scope in Scope if scope.value in form.getlist("scope")]
            made = api_tokens.create(session, actor, user, name, wanted, days, clock.now())
    except QueueError as error:
        return _page(error=error)
    return _page(made=made)


@bp.post("/<int(max=2147483647):token_id>/revoke")
def revoke(token_id: int) -> ResponseReturnValue:
    with database().write() as session:
        actor = auth.signed_in_user(session)
        api_tokens.revoke(session, actor, actor.office_id, token_id, clock.now())
    flash(gettext("Token sudah dicabut. Program yang memakainya ditolak mulai sekarang."), "success")
    return redirect(url_for(".show"), HTTPStatus.SEE_OTHER)


def _page(made: str = "", error: QueueError | None = None) -> ResponseReturnValue:
    now = clock.now()
    with database().read() as session:
        office = auth.signed_in_user(session).office
        tokens = api_tokens.of_office(session, office.id)
        page = render_template(
            "manage/tokens.html",
            office=office,
            zone=office.zone,
            tokens=[(token, api_tokens.state(token, now)) for token in tokens],
            people=[person for person in people.of_office(session, office.id) if person.active],
            scopes=[(scope, gettext(text)) for scope, text in SCOPE_TEXTS.items()],
            days=_DAYS,
            usual_days=api_tokens.USUAL_DAYS,
            days_left=lambda token: api_tokens.days_left(token, now),
            made=made,
            error=error_text(error) if error else "",
            typed=request.form if error else {},
            chosen=request.form.getlist("scope") if error else [],
        )
    return page, error.status if error else HTTPStatus.OK
