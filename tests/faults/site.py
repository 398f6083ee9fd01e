"""A site that things happen to: one server process on SQLite, or several on PostgreSQL and Redis over faulty links.

What an acknowledged commit means is what is tried here, so PostgreSQL waits for its log (``synchronous_commit``).
"""

import os
import random
import signal
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.faulty_link import FaultyLink
from tests.live_server import LiveServer
from tests.services.private_postgresql import PostgresqlServer
from tests.services.private_redis import RedisServer
from tests.services.waiting import wait_until

WORKER_KILLED = "a server's worker killed"

AWAY_S = 0.5
"""How long what was ended or cut stays away."""


class Site:
    """Servers and what may happen to them: ``faults`` by name; each happens, and is over when it returns."""

    def __init__(self, database_url: str, folder: Path, servers: int = 1, **environment: str) -> None:
        self.servers = [LiveServer(database_url, folder / f"server{number}", environment) for number in range(servers)]
        with ThreadPoolExecutor() as pool:
            list(pool.map(LiveServer.start, self.servers))
        self.faults: dict[str, Callable[[random.Random], None]] = {
            WORKER_KILLED: self._kill_worker,
            "a server killed and started again": self._kill_server,
        }

    def close(self) -> None:
        for server in self.servers:
            server.kill()

    def _kill_worker(self, chance: random.Random) -> None:
        """The process that serves; its parent starts another."""
        server = chance.choice(self.servers)
        for pid in children(server.pid):
            os.kill(pid, signal.SIGKILL)
        assert wait_until(server.answers)

    def _kill_server(self, chance: random.Random) -> None:
        server = chance.choice(self.servers)
        server.kill()
        server.start()


class Cluster(Site):
    """Two servers on one PostgreSQL and one Redis, over links that can be made to fail."""

    def __init__(self, database_url: str, folder: Path, postgresql: PostgresqlServer, redis: RedisServer) -> None:
        self._postgresql, self._redis = postgresql, redis
        self._to_postgresql = FaultyLink(postgresql.port).__enter__()
        self._to_redis = FaultyLink(int(redis.url.rpartition(":")[2].partition("/")[0])).__enter__()
        url = database_url.replace(f":{postgresql.port}/", f":{self._to_postgresql.port}/")
        super().__init__(url, folder, servers=2, REDIS_URL=f"redis://127.0.0.1:{self._to_redis.port}/0")
        self.faults |= {
            "Redis killed": self._kill_redis,
            "PostgreSQL killed": self._kill_postgresql,
            "PostgreSQL cut off": lambda _: self._cut(self._to_postgresql),
            "PostgreSQL slow": lambda chance: self._slow(self._to_postgresql, chance),
            "PostgreSQL stalled": lambda _: self._stall(self._to_postgresql),
            "Redis cut off": lambda _: self._cut(self._to_redis),
            "Redis stalled": lambda _: self._stall(self._to_redis),
        }

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
