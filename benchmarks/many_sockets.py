"""Call to the last of 1, 200, 1,000 and 5,000 displays, all held by one server process, and the memory of each.

    python -m benchmarks.many_sockets [--displays 1 200 1000 5000] [--calls 6] [--rounds 5]

Beside it stands a bare broadcast of asyncio's `websockets` with as many clients in the same run, the two in turn, as in
`benchmarks.straight_way`. Told are the median of the rounds' medians, and what each connection adds to the memory that
the server's processes have for themselves (PSS). A display that does not get a call within 20 seconds ends the run. The
displays are in one process of their own on the same machine, which takes its part of the time. Linux only.

Then all displays go and come back at once, as after a restart, while an officer calls again and again: told are the
seconds until each has its board, and how long the officer waits for the answer meanwhile, at most and in the middle.
"""

import argparse
import asyncio
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path

from benchmarks import processes
from benchmarks.displaying import Api, Display, bare_display, product_display
from benchmarks.start_up import memory_mb
from benchmarks.straight_way import OFFICE, QUIET_S, bare_calls, machine, prepare, product_calls

CALLS_MEANWHILE = 150
"""At most so many calls while the displays come back."""

AT_ONCE = 50
"""So many connect at the same time."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--displays", type=int, nargs="+", default=[1, 200, 1_000, 5_000])
    parser.add_argument("--calls", type=int, default=6)
    parser.add_argument("--rounds", type=int, default=5)
    asked = parser.parse_args()
    print(machine())
    print(f"\nCall to the last display, ms (median of {asked.rounds} medians of {asked.calls} calls), and kB of each")
    print(
        f"{'displays':>8}{'bare':>10}{'Antrean':>10}{'times':>8}{'bare kB':>10}{'Antrean kB':>12}"
        f"{'back in s':>11}{'officer ms':>12}{'most':>8}"
    )
    for count in asked.displays:
        with tempfile.TemporaryDirectory(prefix="antrean-bench-") as name:
            asyncio.run(_measure(Path(name), count, asked.rounds, asked.calls))


async def _connected(count: int, connect: Callable[[], Awaitable[Display]]) -> list[Display]:
    found: list[Display] = []
    while len(found) < count:
        found += await asyncio.gather(*(connect() for _ in range(min(AT_ONCE, count - len(found)))))
    return found


async def _come_back(stack: AsyncExitStack, port: int, api: Api, displays: list[Display]) -> tuple[float, list[float]]:
    """Seconds until all displays have gone and come back, and the milliseconds of the officer's calls meanwhile."""
    await asyncio.gather(*(display.link.close() for display in displays))
    begun = time.perf_counter()
    answers: list[float] = []
    back = asyncio.gather(*(product_display(stack, port, OFFICE) for _ in displays))
    while not back.done() and len(answers) < CALLS_MEANWHILE:
        await product_calls(api, [], answers, 1)
    await back
    return time.perf_counter() - begun, answers


async def _measure(folder: Path, count: int, rounds: int, calls: int) -> None:
    url = f"sqlite:///{folder / 'displays.sqlite'}"
    token = prepare(url)
    with processes.product(url, folder) as port, processes.bare_broadcast(folder) as bare_port:
        api = Api(port, token)
        await api.open()
        await api.post("/counters/1/open")
        for _ in range(rounds * calls + CALLS_MEANWHILE):
            await api.post(f"/offices/{OFFICE}/tickets", {"service": "A", "channel": "kiosk"})
        async with AsyncExitStack() as stack:
            first = [await product_display(stack, port, OFFICE), await bare_display(stack, bare_port)]
            marks = f"127.0.0.1:{port}", f"bare_broadcast\0{bare_port}"
            before = [memory_mb(mark) for mark in marks]
            displays = await _connected(count, lambda: product_display(stack, port, OFFICE))
            others = await _connected(count, lambda: bare_display(stack, bare_port))
            await asyncio.sleep(QUIET_S)
            each = [1024 * (memory_mb(mark) - was) / count for mark, was in zip(marks, before, strict=True)]
            product, bare = [], []
            for _ in range(rounds):
                api.close()  # kept connections are closed after a while of silence
                await api.open()
                bare.append(statistics.median(await bare_calls(first[1], others, calls)))
                product.append(statistics.median(await product_calls(api, displays, [], calls)))
            api.close()
            await api.open()
            back_s, answers = await _come_back(stack, port, api, displays)
        api.close()
    told = f"{back_s:>11.1f}{statistics.median(answers):>12.0f}{max(answers):>8.0f}"
    b, p = statistics.median(bare), statistics.median(product)
    print(f"{count:>8}{b:>10.1f}{p:>10.1f}{p / b:>8.1f}{each[1]:>10.1f}{each[0]:>12.1f}{told}", flush=True)


if __name__ == "__main__":
    main()
