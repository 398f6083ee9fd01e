"""What the forms about complaints carry. Whatever is typed in, none of it is a fault."""

from flask import request
from flask_login import current_user

from queue_app import clock
from queue_app.complaints.filing import Filed
from queue_app.complaints.record import KEY_LENGTH, Deed
from queue_app.errors import N_, Forbidden, Invalid
from queue_app.models import Resolution, Role, Severity, Subject, User
from queue_app.routes.citizen_forms import new_key

_LARGEST = 2**31 - 1


def filed() -> Filed:
    """What a complainant says. Raises Invalid ``no_subject``."""
    return Filed(
        subject(), request.form.get("text"), request.form.get("name", "")[:200], request.form.get("phone", "")[:200]
    )


def deed(who: User | None = None, *, with_version: bool = False) -> Deed:
    """The deed of the form. Raises Invalid ``bad_form`` where it must carry a version and does not."""
    key = request.form.get("key", "")[:KEY_LENGTH] or new_key()
    return Deed(clock.now(), key, who, number("version") if with_version else None)


def subject() -> Subject:
    try:
        return Subject(request.form.get("subject", ""))
    except ValueError as error:
        raise Invalid("no_subject", N_("Pilih hal yang Anda adukan.")) from error


def severity() -> Severity:
    try:
        return Severity(request.form.get("severity", ""))
    except ValueError as error:
        raise Invalid("bad_severity", N_("Pilih tingkat pengaduan.")) from error


def resolution() -> Resolution:
    try:
        return Resolution(request.form.get("resolution", ""))
    except ValueError as error:
        raise Invalid("bad_resolution", N_("Pilih putusannya.")) from error


def number(name: str) -> int:
    """A whole number of the form. Raises Invalid ``bad_form``."""
    value = request.form.get(name, "")
    if not value.isascii() or not value.isdigit() or len(value) > 10 or int(value) > _LARGEST:
        raise Invalid("bad_form", N_("Formulir ini tidak lengkap. Muat ulang halaman, lalu coba lagi."))
    return int(value)


def optional_number(name: str) -> int | None:
    return number(name) if request.form.get(name) else None


def refuse_officers() -> None:
    """No officer reads a complainant's own words. Raises Forbidden ``not_for_officers``."""
    if current_user.is_authenticated and current_user.role == Role.OFFICER:
        raise Forbidden(
            "not_for_officers",
            N_("Halaman ini milik pelapor. Masukan tentang pekerjaan Anda ada di “Masukan untuk saya”."),
        )
