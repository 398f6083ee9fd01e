"""Pages are light: compressed on the way, and vendored files are never asked for twice."""

import gzip

import pytest
from flask.testing import FlaskClient

ASKED = {"Accept-Encoding": "gzip"}


@pytest.mark.parametrize("path", ["/o/senapelan", "/static/css/antrean.css", "/static/js/socket.js"])
def test_it_compresses_pages_styles_and_scripts(client: FlaskClient, path: str) -> None:
    plain = client.get(path, buffered=True)
    packed = client.get(path, buffered=True, headers={"Accept-Encoding": "br, gzip"})
    assert packed.headers["Content-Encoding"] == "br"
    assert "Accept-Encoding" in packed.headers["Vary"]
    assert len(packed.data) < len(plain.data) / 2


def test_it_gives_the_same_page_compressed(client: FlaskClient) -> None:
    path = "/static/icons.svg"
    answer = client.get(path, buffered=True, headers={"Accept-Encoding": "gzip;q=1, br;q=0, zstd;q=0, deflate;q=0"})
    body = gzip.decompress(answer.data) if "Content-Encoding" in answer.headers else answer.data
    assert body == client.get(path, buffered=True).data


def test_vendored_files_are_kept_for_good_and_pages_never(client: FlaskClient) -> None:
    vendored = client.get("/static/vendor/bootstrap-5.3.9/bootstrap.min.css", buffered=True, headers=ASKED)
    assert "immutable" in vendored.headers["Cache-Control"]
    assert client.get("/o/senapelan").headers["Cache-Control"] == "no-store"
