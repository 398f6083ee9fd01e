"""A receipt printer on loopback: takes bytes as a network printer does, answers as one, and misbehaves as asked."""

import socket
import threading
from contextlib import suppress
from dataclasses import dataclass, field

from tests.printing.escpos import Paper, decoded

READY, OFFLINE = b"\x16", b"\x1e"
PAPER_THERE, NO_PAPER = b"\x12", b"\x72"
PRINTED = b"\x00"


@dataclass
class TcpPrinter:
    """``mood``: well, no_paper, offline, hang (accepts and is silent), mute (prints and never answers), dies (goes away
    in the middle of the receipt), jam (takes the receipt and never says that it was printed)."""

    mood: str = "well"
    received: list[bytes] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listening.getsockname()[1]
        self._over = threading.Event()
        self._changed = threading.Condition()
        self.visits = 0
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    def slips(self) -> list[Paper]:
        """What was printed, one for each cut."""
        with self._changed:
            papers = [decoded(data) for data in self.received]
        return [paper for paper in papers if paper.cuts]

    def close(self) -> None:
        if self._over.is_set():
            return
        self._over.set()
        self._listening.shutdown(socket.SHUT_RDWR)  # closing alone does not wake the thread that accepts
        self._listening.close()

    def _accept(self) -> None:
        while not self._over.is_set():
            try:
                connection, _ = self._listening.accept()
            except OSError:
                return
            with self._changed:
                self.visits += 1
                self.received.append(b"")
                place = len(self.received) - 1
            threading.Thread(target=self._serve, args=(connection, place), daemon=True).start()

    def _serve(self, connection: socket.socket, place: int) -> None:
        with connection, suppress(ConnectionError):  # whoever prints may be killed
            if self.mood == "hang":
                self._over.wait(30)
                return
            while data := connection.recv(4096):
                with self._changed:
                    before = len(self.received[place])
                    self.received[place] += data
                    whole = self.received[place]
                if self.mood == "dies" and b"\x1b@" in whole:
                    return
                for answer in self._answers(whole[before:]):
                    connection.sendall(answer)

    def _answers(self, data: bytes) -> list[bytes]:
        if self.mood == "mute":
            return []
        questions = {
            b"\x10\x04\x04": NO_PAPER if self.mood == "no_paper" else PAPER_THERE,
            b"\x10\x04\x01": OFFLINE if self.mood == "offline" else READY,
        }
        if self.mood != "jam":
            questions[b"\x1dr\x01"] = PRINTED
        found = sorted((data.find(question), answer) for question, answer in questions.items() if question in data)
        return [answer for _, answer in found]
