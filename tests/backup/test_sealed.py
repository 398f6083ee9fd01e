"""An encrypted backup opens with its passphrase alone; anything else is refused and changes nothing."""

import io
from pathlib import Path

import pytest
from flask import Flask

from queue_app.backup import BackupFailed, make, restore, sealed
from queue_app.database import Database
from tests.office import SECRET, Desk

PASSPHRASE = b"kopi hujan sepeda 2846"
BLOCK = sealed.BLOCK


def sealed_text(text: bytes) -> bytes:
    out = io.BytesIO()
    with sealed.Sealing(out, PASSPHRASE) as sealing:
        for start in range(0, len(text), 300_001):
            sealing.write(text[start : start + 300_001])
    return out.getvalue()


def opened_text(data: bytes, passphrase: bytes = PASSPHRASE) -> bytes:
    return io.BufferedReader(sealed.Opening(io.BytesIO(data), passphrase)).read()


@pytest.mark.parametrize("size", [0, 1, BLOCK - 1, BLOCK, BLOCK + 1, 3 * BLOCK])
def test_any_length_comes_back_as_it_was(size: int) -> None:
    text = bytes(n % 251 for n in range(997)) * (size // 997 + 1)
    assert opened_text(sealed_text(text[:size])) == text[:size]


def test_nothing_can_be_changed_moved_or_left_out() -> None:
    whole = sealed_text(b"".join(bytes([n]) * BLOCK for n in range(3)))
    start = len(whole) - 3 * (BLOCK + 16)
    blocks = [whole[start + n * (BLOCK + 16) :][: BLOCK + 16] for n in range(3)]
    head = whole[:start]
    turned = bytearray(whole)
    turned[start + 5] ^= 1
    salted = bytearray(whole)
    salted[len(sealed.MARK)] ^= 1
    spoilt = {
        "a byte turned": bytes(turned),
        "another salt": bytes(salted),
        "cut within a block": whole[:-1],
        "cut at a block's end": head + blocks[0] + blocks[1],
        "without the first": head + blocks[1] + blocks[2],
        "two exchanged": head + blocks[1] + blocks[0] + blocks[2],
        "something added": whole + b"x",
        "the beginning alone": whole[: start - 3],
    }
    for what, data in spoilt.items():
        with pytest.raises(sealed.WrongKey):
            pytest.fail(f"{what}: {len(opened_text(data))} bytes were opened")
    with pytest.raises(sealed.WrongKey):
        opened_text(whole, PASSPHRASE + b"!")


def test_it_comes_back_with_its_passphrase_and_with_nothing_else(desk: Desk, tmp_path: Path) -> None:
    ticket = desk.join()
    path, _ = make.make(desk.db, {}, tmp_path / "nightly", desk.now, SECRET, passphrase=PASSPHRASE)
    assert path.name.endswith("Z.tar.gz.enc")
    assert ticket.public_id.encode() not in path.read_bytes()
    assert list((tmp_path / "nightly").iterdir()) == [path], "nothing that is not sealed stays beside it"
    url = f"sqlite:///{tmp_path / 'other' / 'other.sqlite'}"
    short = tmp_path / "short"
    short.write_bytes(path.read_bytes()[:-40])
    for file, key, why in (
        (path, None, "is encrypted"),
        (path, b"another passphrase", "another passphrase"),
        (short, PASSPHRASE, "damaged"),
    ):
        with pytest.raises(BackupFailed, match=why):
            restore.restore(file, url, {}, desk.now, force=True, passphrase=key)
        assert not (tmp_path / "other").exists()
    restore.restore(path, url, {}, desk.now, force=False, passphrase=PASSPHRASE)
    other = Database(url)
    assert Desk(other, desk.now).fresh(ticket).label == ticket.label
    other.dispose()


def test_a_plain_file_in_place_of_an_encrypted_one_is_refused(desk: Desk, tmp_path: Path) -> None:
    path, _ = make.make(desk.db, {}, tmp_path / "plain.tar.gz", desk.now, SECRET)
    with pytest.raises(BackupFailed, match="not encrypted"):
        restore.check(path, PASSPHRASE)


def test_the_commands(app: Flask, desk: Desk, tmp_path: Path) -> None:
    desk.join()
    run = app.test_cli_runner().invoke
    key, folder = tmp_path / "key", tmp_path / "nightly"
    key.write_bytes(b"too short\n")
    refused = run(args=["backup", "--to", str(folder), "--encrypt", str(key)])
    assert (refused.exit_code, "too short" in refused.output, folder.exists()) == (1, True, False)
    key.write_bytes(PASSPHRASE + b"\n")
    folder.mkdir()
    for name in ("antrean-20200101T000000Z.tar.gz", "antrean-20200102T000000Z.tar.gz.enc"):
        (folder / name).write_bytes(b"")
    done = run(args=["backup", "--to", str(folder), "--encrypt", str(key), "--keep", "1"])
    assert (done.exit_code, "It is encrypted" in done.output) == (0, True)
    [path] = folder.iterdir()
    locked = run(args=["restore", str(path), "--check"])
    assert (locked.exit_code, "--key" in locked.output) == (1, True)
    checked = run(args=["restore", str(path), "--check", "--key", str(key)])
    assert (checked.exit_code, "is whole" in checked.output) == (0, True)
