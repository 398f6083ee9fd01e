"""Call to the last of 1, 200, 1,000 and 5,000 displays, all held by one server process, and the memory of each.

    python -m benchmarks.many_sockets [--displays 1 200 1000 5000] [--calls 6] [--rounds 5]

Beside it stands a bare broadcast of asyncio's `websockets` with as many clients in the same run, the two in turn, as in
`benchmarks.straight_way`. Told are the median of the rounds' medians, and what each connection adds to the memory that
the server's processes have for themselves (PSS). A display that does not get a call within 20 seconds ends the run. The
displays are in one process of their own on the same machine, which takes its part of the time. Linux only.
"""

import argparse
import asyncio
import statistics
import tempfile
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path

from benchmarks import processes
from benchmarks.displaying import Api, Display, bare_display, product_display
from benchmarks.start_up import memory_mb
from benchmarks.straight_way import OFFICE, QUIET_S, bare_calls, machine, prepare, product_calls

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
    print(f"{'displays':>8}{'bare':>10}{'Antrean':>10}{'times':>8}{'bare kB':>10}{'Antrean kB':>12}")
    for count in asked.displays:
        with tempfile.TemporaryDirectory(prefix="antrean-bench-") as name:
            asyncio.run(_measure(Path(name), count, asked.rounds, asked.calls))


async def _connected(count: int, connect: Callable[[], Awaitable[Display]]) -> list[Display]:
    found: list[Display] = []
    while len(found) < count:
        found += await asyncio.gather(*(connect() for _ in range(min(AT_ONCE, count - len(found)))))
    return found


async def _measure(folder: Path, count: int, rounds: int, calls: int) -> None:
    url = f"sqlite:///{folder / 'displays.sqlite'}"
    token = prepare(url)
    with processes.product(url, folder) as port, processes.bare_broadcast(folder) as bare_port:
        api = Api(port, token)
        await api.open()
        await api.post("/counters/1/open")
        for _ in range(rounds * calls + 1):
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
    b, p = statistics.median(bare), statistics.median(product)
    print(f"{count:>8}{b:>10.1f}{p:>10.1f}{p / b:>8.1f}{each[1]:>10.1f}{each[0]:>12.1f}", flush=True)


if __name__ == "__main__":
    main()
