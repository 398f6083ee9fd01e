"""Papers: HTML in, PDF out. The PDF is made in a process of its own, which gives its memory back and can be ended."""

import os
import signal
import subprocess
import sys

from queue_app.config import ROOT
from queue_app.errors import N_, QueueError

LONGEST_S = 90.0
"""How long a paper may take before its process is ended; a usual one takes two seconds."""


def to_pdf(html: str, longest_s: float = LONGEST_S) -> bytes:
    """The paper as PDF. Whatever the HTML names outside of itself is not fetched; letters are the pages' own font.

    Call it where requests are served and in no thread of one's own: the server's other work goes on while the process
    is waited for, and gevent waits for processes in its first thread alone.

    Raises QueueError ``document_failed`` (503) when it takes too long or its process dies.
    """
    with subprocess.Popen(
        [sys.executable, "-m", "queue_app.documents.pdf_program"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as process:
        try:
            made, _ = process.communicate(html.encode(), timeout=longest_s)
        except subprocess.TimeoutExpired as error:
            os.killpg(process.pid, signal.SIGKILL)
            raise _failed() from error
    if process.returncode or not made.startswith(b"%PDF"):
        raise _failed()
    return made


def _failed() -> QueueError:
    return QueueError("document_failed", N_("Berkas PDF tidak dapat dibuat sekarang. Silakan coba lagi."), 503)
