"""The QR code of a ticket, drawn as one path."""

import re

import numpy as np
import pytest
import qrcode
from qrcode.constants import ERROR_CORRECT_M
from qrcode.util import lost_point

from queue_app.routes.qr import qr_code
from queue_app.routes.qr_mask import lost_points

ADDRESS = "https://antrean.example/t/6FuC7dCCykHL-3rbdjXDcQ"


@pytest.mark.parametrize("number", range(40))
def test_the_path_draws_every_dark_module_and_no_other(number: int) -> None:
    text = f"{ADDRESS}{number**7}"[:: 1 + number % 2]
    reference = qrcode.QRCode(error_correction=ERROR_CORRECT_M)
    reference.add_data(text)
    drawn = qr_code(text)
    dark = {
        (int(x) + step, int(y))
        for x, y, length in re.findall(r"M(\d+) (\d+)h(\d+)v1h-\d+z", drawn.path)
        for step in range(int(length))
    }
    rows = reference.get_matrix()
    assert drawn.side == len(rows)
    assert dark == {(x, y) for y, row in enumerate(rows) for x, module in enumerate(row) if module}


@pytest.mark.parametrize("length", [1, 20, 49, 60, 100, 300])
def test_each_mask_is_judged_as_the_library_does(length: int) -> None:
    """Those of short and long texts, the longer ones with marks of their version."""
    code = qrcode.QRCode(error_correction=ERROR_CORRECT_M)
    code.add_data((ADDRESS * 10)[:length])
    drawings = []
    for mask in range(8):
        code.makeImpl(True, mask)
        drawings.append(code.modules)
    assert lost_points(np.array(drawings, dtype=np.bool_)).tolist() == [lost_point(drawing) for drawing in drawings]
