"""Call to display: from the POST of a call to the last of N displays holding the board that shows it.

The product's displays speak its protocol (Engine.IO 4, Socket.IO 5) over the same websocket client that the bare
server's use, so that the difference is the servers'. Time runs in the clients' process.
"""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from typing import Any

from websockets.asyncio.client import ClientConnection, connect

PATIENCE_S = 20.0
CONNECT_S = 120.0
"""Thousands may connect at once."""

Call = Callable[[], Awaitable[str]]
"""Makes a call and returns the mark that the message about it holds."""


class Display:
    """One connected display; ``seen`` is told of each message with the instant of its arrival."""

    def __init__(self, link: ClientConnection) -> None:
        self.link = link
        self.messages: asyncio.Queue[tuple[float, str]] = asyncio.Queue()

    async def follow(self) -> None:
        async for message in self.link:
            text = str(message)
            if text == "2":  # Engine.IO asks whether we live
                await self.link.send("3")
            else:
                self.messages.put_nowait((time.perf_counter(), text))

    async def arrival_of(self, mark: str) -> float:
        while True:
            at, text = await asyncio.wait_for(self.messages.get(), PATIENCE_S)
            if mark in text:
                return at

    def forget(self) -> None:
        while not self.messages.empty():
            self.messages.get_nowait()


async def product_display(stack: AsyncExitStack, port: int, office: str) -> Display:
    link = await stack.enter_async_context(
        connect(
            f"ws://127.0.0.1:{port}/socket.io/?EIO=4&transport=websocket",
            compression=None,
            max_size=None,
            open_timeout=CONNECT_S,
        )
    )
    await link.recv()  # the server's opening
    await link.send("40/display," + json.dumps({"office": office}))
    while not str(await link.recv()).startswith("42/display,"):
        pass
    return _followed(stack, link)


async def bare_display(stack: AsyncExitStack, port: int) -> Display:
    return _followed(stack, await stack.enter_async_context(connect(f"ws://127.0.0.1:{port}/", compression=None)))


def _followed(stack: AsyncExitStack, link: ClientConnection) -> Display:
    """A display that answers the server from now on, also while others are measured."""
    display = Display(link)
    stack.callback(asyncio.create_task(display.follow()).cancel)
    return display


async def latencies_ms(displays: list[Display], rounds: int, act: Callable[[], Awaitable[tuple[float, str]]],
                       settle: Callable[[], Awaitable[None]]) -> list[float]:  # fmt: skip
    """Per round the milliseconds from ``act``'s start (it returns that and the mark) to the last display's message."""
    found = []
    for _ in range(rounds):
        for display in displays:
            display.forget()
        begun, mark = await act()
        arrivals = await asyncio.gather(*(display.arrival_of(mark) for display in displays))
        found.append(1000 * (max(arrivals, default=begun) - begun))
        await settle()
    return found


class Api:
    """The few requests of an officer's program, on one kept connection."""

    def __init__(self, port: int, token: str) -> None:
        self._port, self._token = port, token

    async def open(self) -> None:
        self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self._port)

    def close(self) -> None:
        self._writer.close()

    async def post(self, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        content = json.dumps(body).encode() if body is not None else b""
        kind = "Content-Type: application/json\r\n" if body is not None else ""
        head = (
            f"POST /api/v1{path} HTTP/1.1\r\nHost: 127.0.0.1:{self._port}\r\nAuthorization: Bearer {self._token}\r\n"
            f"{kind}Content-Length: {len(content)}\r\n\r\n"
        )
        self._writer.write(head.encode() + content)
        answer = (await self._reader.readuntil(b"\r\n\r\n")).decode().lower()
        status = int(answer.split(" ", 2)[1])
        length = int(answer.split("content-length:")[1].split("\r\n")[0]) if "content-length:" in answer else 0
        text = await self._reader.readexactly(length)
        if status >= 300:
            raise RuntimeError(f"{path}: {status} {text[:300]!r}")
        return json.loads(text) if text else {}
