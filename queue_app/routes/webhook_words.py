"""What the pages of webhooks call things."""

from collections.abc import Mapping, Sequence

from flask_babel import gettext

from queue_app.errors import N_
from queue_app.lifecycle import Action
from queue_app.models import Webhook
from queue_app.routes.labels import logged_action
from queue_app.webhooks.kinds import GROUPS, KINDS, of_group

DONE: Mapping[str, str] = {
    "test": N_("Kejadian uji sedang dikirim. Muat ulang halaman ini untuk melihat hasilnya."),
    "replay": "",
    "rotate": "",
    "stop": N_("Webhook dihentikan. Yang belum terkirim tidak dikirim."),
    "start": N_("Webhook berjalan lagi, untuk kejadian mulai sekarang."),
    "remove": N_("Webhook sudah dihapus."),
    "change": N_("Alamat dan jenis kejadian sudah disimpan."),
}

_GROUPS: Mapping[str, str] = {
    "ticket": N_("Tiket"),
    "counter": N_("Loket"),
    "office": N_("Kantor"),
    "display": N_("Layar"),
}

_OTHERS: Mapping[str, str] = {
    "counter.open": N_("loket dibuka"),
    "counter.pause": N_("loket jeda"),
    "counter.resume": N_("loket dilanjutkan"),
    "counter.close": N_("loket ditutup"),
    "office.service_pause": N_("layanan dijeda"),
    "office.service_resume": N_("layanan dilanjutkan"),
    "office.issuing_stop": N_("nomor baru dihentikan"),
    "office.issuing_resume": N_("nomor baru diberikan lagi"),
    "office.announce": N_("pengumuman"),
    "office.announce_end": N_("pengumuman ditarik"),
    "office.day_close": N_("hari ditutup"),
    "display.change": N_("layar diubah"),
    "display.pair": N_("layar dipasangkan"),
    "display.revoke": N_("layar dilepas"),
    "display.content_change": N_("isi layar diubah"),
    "test": N_("uji"),
}

_REASONS: Mapping[str, str] = {
    "timeout": N_("terlalu lama tidak dijawab"),
    "unreachable": N_("tidak dapat dihubungi"),
    "connection lost": N_("sambungan putus"),
    "certificate": N_("sertifikatnya tidak sah"),
    "not allowed": N_("alamatnya menuju jaringan yang tidak diizinkan"),
    "redirect": N_("dialihkan ke alamat lain, tidak diikuti"),
    "secret unreadable": N_("rahasianya tidak dapat dibuka server"),
}


def groups() -> Sequence[tuple[str, Sequence[str]]]:
    """The kinds that can be chosen, with the names of their groups."""
    return [(gettext(_GROUPS[group]), of_group(group)) for group in GROUPS]


def kind(name: str) -> str:
    """What a kind of event is called."""
    if name in _OTHERS:
        return str(gettext(_OTHERS[name]))
    action = next((action for action, known in KINDS.items() if known == name), "")
    return logged_action(action) if action in set(Action) else name


def reason(word: str) -> str:
    return str(gettext(_REASONS[word])) if word in _REASONS else word


def state(webhook: Webhook) -> tuple[str, str]:
    """The class and the words of its badge."""
    if webhook.stopped_at is not None and webhook.failing_since is not None:
        return "no-show", gettext("dihentikan karena gagal")
    if webhook.stopped_at is not None:
        return "on-hold", gettext("dihentikan")
    if webhook.gave_up_at is not None:
        return "no-show", gettext("gagal")
    if webhook.failing_since is not None:
        return "called", gettext("dicoba lagi")
    return "waiting", gettext("berjalan")
