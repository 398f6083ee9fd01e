"""Citizens and officers who don't give up: each asks again, the same way, until somebody answers, and notes it."""

import random
import threading
import time
from collections.abc import Sequence
from typing import Any

import requests

from tests.faults.history import Operation
from tests.live_server import LiveServer

API = "/api/v1"
OFFICE = "senapelan"
ANSWER_S = 3.0
REST_S = 0.05
MOST_WAITING = 30
GIVES_UP = 0.03
"""Of the citizens, who close the page when the first try brings no answer."""
REPEATS = 0.1
"""Of all requests, that are sent once more after they were answered, as a network may that doubles."""

_NO_ANSWER = (requests.ConnectionError, requests.Timeout, requests.exceptions.ChunkedEncodingError)


class Crowd:
    """``history`` of all members, from ``start`` to ``stop``; may be started again."""

    def __init__(self, servers: Sequence[LiveServer], tokens: Sequence[str], seed: int) -> None:
        self.history: list[Operation] = []
        self.refused: list[str] = []
        self.retries = 0
        self._servers = servers
        self._tokens = tokens
        self._chance = random.Random(seed)
        self._over = threading.Event()
        self._members: list[threading.Thread] = []
        self._waiting = 0

    def start(self) -> None:
        self._over.clear()
        work = [*[self._citizen] * 3, *[self._officer] * len(self._tokens)]
        self._members = [
            threading.Thread(target=one, args=(number - 3, random.Random(self._chance.random())), daemon=True)
            for number, one in enumerate(work)
        ]
        for member in self._members:
            member.start()

    def stop(self) -> None:
        """Let everybody end what they have begun."""
        self._over.set()
        for member in self._members:
            member.join()

    def serve_all(self) -> None:
        """Officers alone go on until nobody waits."""
        self._over.clear()
        self._members = [
            threading.Thread(
                target=self._officer, args=(number, random.Random(number)), kwargs={"until_empty": True}, daemon=True
            )
            for number in range(len(self._tokens))
        ]
        for member in self._members:
            member.start()
        for member in self._members:
            member.join()

    def open_counters(self) -> None:
        for number, token in enumerate(self._tokens, start=1):
            self._do(random.Random(), "open", "", "", f"/counters/{number}/open", {}, token)
        self.history.clear()

    def _citizen(self, _number: int, chance: random.Random) -> None:
        while not self._over.is_set():
            if self._waiting > MOST_WAITING:
                time.sleep(REST_S)
                continue
            wish = {"service": chance.choice("AB"), "channel": "kiosk"}
            key = f"issue {chance.getrandbits(64):x}"
            patient = chance.random() > GIVES_UP
            self._do(chance, "issue", "citizen", key, f"/offices/{OFFICE}/tickets", wish, patient=patient)
            self._waiting += 1

    def _officer(self, number: int, chance: random.Random, until_empty: bool = False) -> None:
        who, token = f"petugas{number + 1}", self._tokens[number]
        while not self._over.is_set():
            key = f"call {chance.getrandbits(64):x}"
            called = self._do(chance, "call", who, key, f"/counters/{number + 1}/call-next", {}, token)
            if called is None:
                if until_empty:
                    return
                time.sleep(REST_S)
                continue
            self._waiting -= 1
            version = called["version"]
            for kind in ("start", "finish"):
                path = f"/tickets/{called['id']}/{kind}"
                moved = self._do(chance, kind, who, f"{kind} {called['id']}", path, {"version": version}, token)
                assert moved is not None
                version = moved["version"]

    def _do(
        self,
        chance: random.Random,
        kind: str,
        who: str,
        key: str,
        path: str,
        body: dict[str, Any],
        token: str | None = None,
        patient: bool = True,
    ) -> dict[str, Any] | None:
        headers = {"Idempotency-Key": key} | ({"Authorization": f"Bearer {token}"} if token else {})
        for _ in range(2 if chance.random() < REPEATS else 1):
            begun = time.monotonic()
            answer = self._until_answered(chance, path, body, headers, patient)
            if answer is None:
                self.history.append(Operation(kind, who, key, begun))
                return None
            said = answer.json() if answer.status_code != 204 else {}
            if answer.status_code >= 400:
                self.refused.append(f"{kind} {who} {answer.status_code} {said.get('code')}")
                raise AssertionError(self.refused[-1])
            label = said["label"] if kind == "issue" else ""
            version = 1 if kind == "issue" else said.get("version", 0)  # asked again, it may have moved on
            self.history.append(Operation(kind, who, key, begun, time.monotonic(), said.get("id"), version, label))
        return said or None

    def _until_answered(
        self,
        chance: random.Random,
        path: str,
        body: dict[str, Any],
        headers: dict[str, str],
        patient: bool = True,
    ) -> requests.Response | None:
        """Ask any server, and another when there is no answer or it is busy; None for who is not patient."""
        while True:
            server = chance.choice(self._servers)
            try:
                answer = requests.post(f"{server.url}{API}{path}", json=body, headers=headers, timeout=ANSWER_S)
                if answer.status_code != 503:
                    return answer
            except _NO_ANSWER:
                pass
            if not patient:
                return None
            self.retries += 1
            time.sleep(REST_S)
