"""The yardstick for the display: asyncio websockets; what one client sends is sent to all others at once.

python -m benchmarks.bare_broadcast PORT
"""

import asyncio
import sys

from websockets.asyncio.server import ServerConnection, broadcast, serve


async def main(port: int) -> None:
    clients: set[ServerConnection] = set()

    async def follow(client: ServerConnection) -> None:
        clients.add(client)
        try:
            async for message in client:
                broadcast(clients - {client}, message)
        finally:
            clients.discard(client)

    async with serve(follow, "127.0.0.1", port):
        await asyncio.get_running_loop().create_future()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
