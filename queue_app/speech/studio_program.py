"""The studio's own process: makes the recordings that are ordered on standard input, each a whole file or none.

    python -m queue_app.speech.studio_program < orders.json

Each order has ``out``, and either ``arguments`` (the engine's command, which writes ``wav``) with ``text``, or ``runs``
(lists of clips). A failure of one is told on standard error and leaves the others alone.
"""

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from queue_app.errors import QueueError
from queue_app.speech import sound

ENGINE_S = 10.0
"""An engine that has not spoken within this time is ended."""
LONGEST_SENTENCE_S = 30.0


def make(order: Mapping[str, Any]) -> None:
    """Raises QueueError for a clip or an engine's file that is not sound, OSError or SubprocessError for the rest."""
    out = Path(order["out"])
    if order["runs"]:
        samples = sound.joined([[sound.read(Path(clip)) for clip in run] for run in order["runs"]])
    else:
        samples = _spoken(order)
    unfinished = out.with_suffix(".part")
    sound.write(samples, unfinished)
    unfinished.replace(out)


def _spoken(order: Mapping[str, Any]) -> sound.Samples:
    wav = Path(order["wav"])
    try:
        subprocess.run(  # noqa: S603 - the office's own engine
            order["arguments"],
            input=order["text"].encode(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            timeout=ENGINE_S,
            check=True,
        )
        return sound.read(wav, LONGEST_SENTENCE_S)
    finally:
        wav.unlink(missing_ok=True)


def main() -> int:
    """How many orders failed."""
    failed = 0
    for order in json.load(sys.stdin):
        try:
            make(order)
        except (QueueError, OSError, subprocess.SubprocessError) as error:
            failed += 1
            said = getattr(error, "stderr", None) or b""
            sys.stderr.write(f"{Path(order['out']).name}: {error} {said.decode(errors='replace').strip()[-300:]}\n")
    return failed


if __name__ == "__main__":
    sys.exit(main())
