"""A network that fails: a TCP proxy on the loopback between a browser and a server, which can be told to misbehave.

    with FaultyLink(server.port) as link:
        page.goto(f"{link.url}/display/senapelan")
        link.swallow()    # a cable is out somewhere: nothing arrives, and nobody is told
        link.restore()

It runs in a thread of its own. A connection of which bytes were swallowed stays dead after ``restore`` and is not
closed, as where a router forgot it in between: the worst that a real network does.
"""

import asyncio
import contextlib
import socket
import struct
import threading
import time
from collections.abc import Callable, Coroutine
from enum import Enum
from typing import Any

from tests.services.waiting import free_port

_CHUNK = 65_536
_RESET_AT_CLOSE = struct.pack("ii", 1, 0)


class _Way(Enum):
    OPEN = "open"
    CUT = "cut"
    SWALLOWING = "swallowing"
    STALLED = "stalled"


class _Connection:
    """The two ends of what one client opened. ``is_dead``: bytes of it are lost, so that no more may follow."""

    def __init__(self, *writers: asyncio.StreamWriter) -> None:
        self.writers = list(writers)
        self.is_dead = False

    def abort(self) -> None:
        for writer in self.writers:
            with contextlib.suppress(OSError):
                writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_AT_CLOSE)
            writer.transport.abort()


class FaultyLink:
    """``url`` leads to the server at ``server_port``. Every method returns when the network is as was asked for."""

    def __init__(self, server_port: int) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.tries: list[float] = []
        """When somebody tried to open a connection (``time.monotonic``), also while it was cut."""
        self._server_port = server_port
        self._way = _Way.OPEN
        self._delay_s = 0.0
        self._connections: set[_Connection] = set()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def __enter__(self) -> "FaultyLink":
        self._thread.start()
        self._listener: asyncio.Server = self._wait_for(asyncio.start_server(self._accept, "127.0.0.1", self.port))
        self._is_open: asyncio.Event = self._wait_for(_new_event())
        return self

    def __exit__(self, *_: object) -> None:
        self._in_loop(self._listener.close)
        self._wait_for(self._end())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def cut(self) -> None:
        """Reset every connection, and each one that is tried."""
        self._become(_Way.CUT)

    def swallow(self) -> None:
        """Half-open: all connections stay, new ones are taken, and nothing that is sent arrives."""
        self._become(_Way.SWALLOWING)

    def stall(self) -> None:
        """Hold what is sent, and deliver all of it at ``restore``."""
        self._become(_Way.STALLED)

    def delay(self, seconds: float) -> None:
        """Deliver everything that is sent from now on so much later, in each direction."""
        self._delay_s = seconds

    def restore(self) -> None:
        self._delay_s = 0.0
        self._become(_Way.OPEN)

    def _become(self, way: _Way) -> None:
        self._in_loop(lambda: self._set(way))

    def _set(self, way: _Way) -> None:
        self._way = way
        if way is _Way.STALLED:
            self._is_open.clear()
        else:
            self._is_open.set()
        for connection in list(self._connections):
            if way is _Way.CUT:
                connection.abort()
            elif way is _Way.SWALLOWING:
                connection.is_dead = True

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.tries.append(time.monotonic())
        connection = _Connection(writer)
        self._connections.add(connection)
        try:
            if self._way is _Way.CUT:
                return
            if self._way is _Way.SWALLOWING:
                connection.is_dead = True
                await _read_to_the_end(reader)
                return
            there, back = await asyncio.open_connection("127.0.0.1", self._server_port)
            connection.writers.append(back)
            async with asyncio.TaskGroup() as both:
                both.create_task(self._carry(reader, back, connection))
                both.create_task(self._carry(there, writer, connection))
        except* OSError:
            pass  # the server is not there, or one side went
        finally:
            connection.abort()
            self._connections.discard(connection)

    async def _carry(self, source: asyncio.StreamReader, target: asyncio.StreamWriter, connection: _Connection) -> None:
        """What comes in is read at once and delivered when it is due; at its end ``target`` is closed, if it lives."""
        on_its_way: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()

        async def deliver() -> None:
            while True:
                due, data = await on_its_way.get()
                await asyncio.sleep(max(0.0, due - self._loop.time()))
                await self._is_open.wait()
                if not data:
                    if not connection.is_dead:
                        target.close()
                    return
                if connection.is_dead:
                    continue
                target.write(data)
                await target.drain()

        delivering = asyncio.create_task(deliver())
        try:
            data = b"first"
            while data:
                data = await source.read(_CHUNK)
                on_its_way.put_nowait((self._loop.time() + self._delay_s, data))
            await delivering
        finally:
            delivering.cancel()

    async def _end(self) -> None:
        self._set(_Way.CUT)
        if others := asyncio.all_tasks() - {asyncio.current_task()}:
            await asyncio.wait(others, timeout=5)

    def _wait_for(self, work: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(10)

    def _in_loop(self, change: Callable[[], None]) -> None:
        async def run() -> None:
            change()

        self._wait_for(run())


async def _new_event() -> asyncio.Event:
    event = asyncio.Event()
    event.set()
    return event


async def _read_to_the_end(reader: asyncio.StreamReader) -> None:
    while await reader.read(_CHUNK):
        pass
