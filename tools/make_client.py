"""Make the typed Python client of the API from the document that the server checks requests against.

    python tools/make_client.py FOLDER     (with the development requirements; FOLDER is written anew)

The package is ``antrean_client``: a module for each operation, a class for each model, sync and asyncio, on httpx.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from queue_app.routes.api.frame.document import document
from queue_app.routes.api.frame.operation import OPERATIONS

CONFIG = {
    "project_name_override": "antrean-client",
    "package_name_override": "antrean_client",
    "post_hooks": [],
    # Its maker knows no kinds of file but this one: all are bytes.
    "content_type_overrides": {
        media: "application/octet-stream" for declared in OPERATIONS for media in declared.media
    },
}


def make(folder: Path) -> None:
    """Write the package into ``folder``. Raises CalledProcessError naming what the document has that cannot be made."""
    with tempfile.TemporaryDirectory() as place:
        described, config = Path(place) / "openapi.json", Path(place) / "config.json"
        described.write_text(json.dumps(document()), encoding="utf-8")
        config.write_text(json.dumps(CONFIG), encoding="utf-8")
        program = Path(sys.executable).with_name("openapi-python-client")
        options = ["--path", str(described), "--config", str(config), "--output-path", str(folder)]
        subprocess.run([program, "generate", *options, "--overwrite", "--fail-on-warning"], check=True)  # noqa: S603


if __name__ == "__main__":
    make(Path(sys.argv[1]))
