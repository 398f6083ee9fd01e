"""A site that things happen to: one server process on SQLite, or several on PostgreSQL and Redis over faulty links.

What an acknowledged commit means is what is tried here, so PostgreSQL waits for its log (``synchronous_commit``).
"""

import logging
import os
import random
import signal
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from tests.faults import messages
from tests.faults.small_disk import SmallDisk
from tests.faulty_link import FaultyLink
from tests.live_server import PATIENCE_S, LiveServer
from tests.services.driven_clock import DrivenClock
from tests.services.private_postgresql import PostgresqlServer
from tests.services.private_redis import RedisServer
from tests.services.waiting import wait_until

log = logging.getLogger(__name__)

WORKER_KILLED = "a server's worker killed"
ALL_WORKERS_KILLED = "the workers of all servers killed"
CLOCK_JUMPED = "a server's clock jumped, and back"
DISK_FULL = "the disk full"
WORDS_LOST = "words between servers lost"
WORDS_DOUBLED = "words between servers doubled"

AWAY_S = 0.5
"""How long what was ended or cut stays away."""
FELT_S = 10.0
"""How long a full disk may take to be felt, where few write."""
FARTHEST_JUMP_S = 1800.0
ZONE = ZoneInfo("Asia/Jakarta")


class Site:
    """Servers and what may happen to them: ``faults`` by name; each happens, and is over when it returns. ``killed``:
    how many processes that served were."""

    def __init__(
        self, database_url: str, folder: Path, servers: int = 1, disk: SmallDisk | None = None, **environment: str
    ) -> None:
        """``disk``: what holds the SQLite file; it is filled up where it could be mounted."""
        self.killed = 0
        self._clocks = [DrivenClock(folder / f"clock{number}") for number in range(servers)]
        self.servers = [
            LiveServer(database_url, folder / f"server{number}", {**environment, **clock.environment})
            for number, clock in enumerate(self._clocks)
        ]
        with ThreadPoolExecutor() as pool:
            list(pool.map(LiveServer.start, self.servers))
        self.faults: dict[str, Callable[[random.Random], None]] = {
            WORKER_KILLED: self._kill_worker,
            "a server killed and started again": self._kill_server,
            CLOCK_JUMPED: self._jump,
        }
        if disk is not None and disk.folder is not None:
            self.faults[DISK_FULL] = lambda _: self._fill(disk)

    def close(self) -> None:
        for server in self.servers:
            server.kill()

    def _kill_worker(self, chance: random.Random) -> None:
        self._kill_workers([chance.choice(self.servers)])

    def _kill_workers(self, servers: Sequence[LiveServer]) -> None:
        """The processes that serve; their parents start others."""
        for server in servers:
            for pid in children(server.pid):
                os.kill(pid, signal.SIGKILL)
                self.killed += 1
        for server in servers:
            assert wait_until(server.answers, within_s=PATIENCE_S)

    def _kill_server(self, chance: random.Random) -> None:
        server = chance.choice(self.servers)
        server.kill()
        self.killed += 1
        server.start()

    def _jump(self, chance: random.Random) -> None:
        """Half an hour at most, and never into another day, which would rightly end what is going on."""
        clock, jump = chance.choice(self._clocks), chance.uniform(-FARTHEST_JUMP_S, FARTHEST_JUMP_S)
        now = clock.now().astimezone(ZONE)
        clock.set_off(jump if (now + timedelta(seconds=jump)).date() == now.date() else -jump)
        time.sleep(2 * AWAY_S)
        clock.set_off(0.0)

    @staticmethod
    def _fill(disk: SmallDisk) -> None:
        disk.fill()
        time.sleep(2 * AWAY_S)
        disk.clear()


class Cluster(Site):
    """Two servers on one PostgreSQL and one Redis, over links that can be made to fail."""

    def __init__(
        self,
        database_url: str,
        folder: Path,
        postgresql: PostgresqlServer,
        redis: RedisServer,
        disk: SmallDisk | None = None,
    ) -> None:
        self._postgresql, self._redis = postgresql, redis
        self._to_postgresql = FaultyLink(postgresql.port).__enter__()
        self._to_redis = FaultyLink(int(redis.url.rpartition(":")[2].partition("/")[0])).__enter__()
        url = database_url.replace(f":{postgresql.port}/", f":{self._to_postgresql.port}/")
        super().__init__(url, folder, servers=2, REDIS_URL=f"redis://127.0.0.1:{self._to_redis.port}/0")
        self.faults |= {
            ALL_WORKERS_KILLED: lambda _: self._kill_workers(self.servers),
            "Redis killed": self._kill_redis,
            "PostgreSQL killed": self._kill_postgresql,
            "PostgreSQL cut off": lambda _: self._cut(self._to_postgresql),
            "PostgreSQL slow": lambda chance: self._slow(self._to_postgresql, chance),
            "PostgreSQL stalled": lambda _: self._stall(self._to_postgresql),
            "Redis cut off": lambda _: self._cut(self._to_redis),
            "Redis stalled": lambda _: self._stall(self._to_redis),
            WORDS_LOST: lambda _: messages.lose(redis.url, 2 * AWAY_S),
            WORDS_DOUBLED: lambda chance: messages.double(redis.url, 4 * AWAY_S, chance),
        }
        if disk is not None and disk.folder is not None:
            self.faults["PostgreSQL's disk full"] = lambda _: self._fill_postgresql(disk)

    def close(self) -> None:
        super().close()
        self._to_postgresql.__exit__()
        self._to_redis.__exit__()

    def _kill_redis(self, _chance: random.Random) -> None:
        self._redis.kill()
        time.sleep(AWAY_S)
        self._redis.start()

    def _kill_postgresql(self, _chance: random.Random) -> None:
        self._postgresql.kill()
        time.sleep(AWAY_S)
        self._postgresql.start()

    def _fill_postgresql(self, disk: SmallDisk) -> None:
        """With no room for its log PostgreSQL ends itself; then it is started again, as systemd does."""
        before = self._said_full()
        disk.fill()
        wait_until(lambda: self._said_full() > before, within_s=FELT_S)
        time.sleep(AWAY_S)
        disk.clear()
        assert wait_until(self._postgresql_answers)
        log.info("PostgreSQL found the disk full %s times", self._said_full() - before)

    def _postgresql_answers(self) -> bool:
        self._postgresql.start()
        return self._postgresql.answers()

    def _said_full(self) -> int:
        return self._postgresql.logged().count("No space left on device")

    @staticmethod
    def _cut(link: FaultyLink) -> None:
        link.cut()
        time.sleep(AWAY_S)
        link.restore()

    @staticmethod
    def _slow(link: FaultyLink, chance: random.Random) -> None:
        link.delay(chance.uniform(0.002, 0.05))
        time.sleep(2 * AWAY_S)
        link.restore()

    @staticmethod
    def _stall(link: FaultyLink) -> None:
        link.stall()
        time.sleep(2 * AWAY_S)
        link.restore()


def children(pid: int) -> list[int]:
    found = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    return [int(child) for child in found]
