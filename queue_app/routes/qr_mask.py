"""The library's QR codes, drawn sooner: it tries eight masks module by module, which takes longer than a whole page."""

from collections.abc import Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray
from qrcode import QRCode
from qrcode.image.base import BaseImage
from qrcode.util import mask_func

Drawings = NDArray[np.bool_]
"""Drawings of one side, by their masks, rows and columns."""

_LIKE_A_CORNER = (0b10111010000, 0b00001011101)


class Code(QRCode[BaseImage]):
    """Drawn as the library does, the mask chosen for all of a drawing at once."""

    _is_free: NDArray[np.bool_]

    def map_data(self, data: Sequence[int], mask_pattern: int) -> None:
        self._is_free = np.array([[module is None for module in row] for row in self.modules])
        super().map_data(data, mask_pattern)

    def best_mask_pattern(self) -> int:
        self.makeImpl(True, 0)
        masks = _masks(self.modules_count)
        drawings = np.array(self.modules, dtype=np.bool_) ^ ((masks ^ masks[0]) & self._is_free)
        return int(lost_points(drawings).argmin())


@cache
def _masks(side: int) -> Drawings:
    masks = [mask_func(number) for number in range(8)]
    return np.array([[[mask(y, x) for x in range(side)] for y in range(side)] for mask in masks])


def lost_points(drawings: Drawings) -> NDArray[np.int_]:
    """Of each, as the standard counts: runs and squares of one colour, what looks like a corner, uneven colours."""
    across, down = drawings, drawings.transpose(0, 2, 1)
    lines = _of_runs(across) + _of_runs(down) + _of_corners(across) + _of_corners(down)
    return lines + _of_squares(drawings) + _of_colours(drawings)


def _of_runs(lines: Drawings) -> NDArray[np.int_]:
    is_same = lines[:, :, 1:] == lines[:, :, :-1]
    fives = is_same[:, :, :-3] & is_same[:, :, 1:-2] & is_same[:, :, 2:-1] & is_same[:, :, 3:]
    continued = fives[:, :, 1:] & fives[:, :, :-1]
    # Three for a run of five, one for each module more.
    return 3 * _number(fives) - 2 * _number(continued)


def _of_corners(lines: Drawings) -> NDArray[np.int_]:
    """A finder's pattern with four light modules before or after it."""
    count = lines.shape[2] - 10
    elevens = np.zeros((*lines.shape[:2], count), dtype=np.int16)
    for place in range(11):
        elevens = elevens << 1 | lines[:, :, place : place + count]
    return 40 * _number((elevens == _LIKE_A_CORNER[0]) | (elevens == _LIKE_A_CORNER[1]))


def _of_squares(drawings: Drawings) -> NDArray[np.int_]:
    is_same = drawings[:, :, 1:] == drawings[:, :, :-1]
    return 3 * _number(is_same[:, 1:] & is_same[:, :-1] & (drawings[:, 1:, 1:] == drawings[:, :-1, 1:]))


def _of_colours(drawings: Drawings) -> NDArray[np.int_]:
    share = _number(drawings) / drawings[0].size
    twentieths: NDArray[np.int_] = (np.abs(share * 100 - 50) / 5).astype(np.int_)
    return 10 * twentieths


def _number(of: Drawings) -> NDArray[np.int_]:
    number: NDArray[np.int_] = np.count_nonzero(of, axis=(1, 2))
    return number
