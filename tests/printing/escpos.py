"""Reads what was sent to a receipt printer: enough of ESC/POS to say what lies on the paper."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Line:
    """``size``: times as wide and high as usual."""

    text: str
    size: int = 1
    bold: bool = False
    small: bool = False


@dataclass
class Paper:
    """What was printed: lines, the data of QR codes, pictures (width in dots, height), cuts."""

    lines: list[Line] = field(default_factory=list)
    codes: list[str] = field(default_factory=list)
    pictures: list[tuple[int, int]] = field(default_factory=list)
    cuts: int = 0
    asked: list[bytes] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "\n".join(line.text for line in self.lines if line.text)

    def line(self, text: str) -> Line:
        return next(line for line in self.lines if line.text == text)


_PARAMETERS = {b"\x1b@": 0, b"\x1bt": 1, b"\x1ba": 1, b"\x1bE": 1, b"\x1bM": 1, b"\x1b!": 1, b"\x1bd": 1}
_PARAMETERS |= {b"\x1d!": 1, b"\x1dV": 1, b"\x1dr": 1, b"\x1b-": 1, b"\x1bR": 1, b"\x1b3": 1, b"\x1b2": 0}


class _Reader:
    """Goes through the bytes once, command after command."""

    def __init__(self, data: bytes) -> None:
        self.paper = Paper()
        self._data, self._at = data, 0
        self._row = bytearray()
        self._size, self._bold, self._small, self._stored = 1, False, False, ""

    def read(self) -> Paper:
        while self._at < len(self._data):
            if self._data[self._at] in b"\x1b\x1d\x10":
                self._at += self._command(self._data[self._at :])
            else:
                self._letter(self._data[self._at])
                self._at += 1
        if self._row:
            raise ValueError(f"{bytes(self._row)!r} was never fed")
        return self.paper

    def _letter(self, byte: int) -> None:
        if byte == 0x0A:
            text = self._row.decode("ascii").strip()
            self.paper.lines.append(Line(text, self._size, self._bold, self._small))
            self._row.clear()
        elif 0x20 <= byte <= 0x7E:
            self._row.append(byte)
        else:
            raise ValueError(f"byte {byte:#x} at {self._at} is no letter")

    def _command(self, rest: bytes) -> int:
        """Follow a command; how many bytes it has."""
        command = rest[:2]
        if command == b"\x10\x04":
            self.paper.asked.append(rest[:3])
            return 3
        if command == b"\x1d(":
            length = int.from_bytes(rest[3:5], "little")
            self._code(rest[5 : 5 + length])
            return 5 + length
        if rest[:3] == b"\x1dv0":
            width, height = int.from_bytes(rest[4:6], "little"), int.from_bytes(rest[6:8], "little")
            self.paper.pictures.append((width * 8, height))
            return 8 + width * height
        if command not in _PARAMETERS:
            raise ValueError(f"unknown command {command!r} at {self._at}")
        self._set(command, rest[2] if _PARAMETERS[command] else 0)
        return 2 + _PARAMETERS[command]

    def _code(self, body: bytes) -> None:
        if body[:3] == b"1P0":
            self._stored = body[3:].decode("ascii")
        elif body == b"1Q0":
            self.paper.codes.append(self._stored)

    def _set(self, command: bytes, value: int) -> None:
        match command:
            case b"\x1d!":
                self._size = (value & 7) + 1
            case b"\x1b!":
                self._size = 1
            case b"\x1bE":
                self._bold = bool(value & 1)
            case b"\x1bM":
                self._small = value == 1
            case b"\x1dV":
                self.paper.cuts += 1
            case b"\x1dr":
                self.paper.asked.append(command + bytes([value]))


def decoded(data: bytes) -> Paper:
    """Raises ValueError for anything that no printer would understand."""
    return _Reader(data).read()
