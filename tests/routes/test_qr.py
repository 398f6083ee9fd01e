"""The QR code of a ticket, drawn as one path."""

import re

import qrcode
from qrcode.constants import ERROR_CORRECT_M

from queue_app.routes.qr import qr_code

ADDRESS = "https://antrean.example/t/6FuC7dCCykHL-3rbdjXDcQ"


def test_the_path_draws_every_dark_module_and_no_other() -> None:
    reference = qrcode.QRCode(error_correction=ERROR_CORRECT_M)
    reference.add_data(ADDRESS)
    drawn = qr_code(ADDRESS)
    dark = {
        (int(x) + step, int(y))
        for x, y, length in re.findall(r"M(\d+) (\d+)h(\d+)v1h-\d+z", drawn.path)
        for step in range(int(length))
    }
    rows = reference.get_matrix()
    assert drawn.side == len(rows)
    assert dark == {(x, y) for y, row in enumerate(rows) for x, module in enumerate(row) if module}
