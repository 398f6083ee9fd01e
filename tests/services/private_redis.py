"""A private Redis server for the tests: nothing kept on disk, nothing shared with the machine's own."""

from redis import Redis
from redis.exceptions import ConnectionError as RedisConnectionError

from tests.services import components
from tests.services.keeper import Kept, new_folder
from tests.services.waiting import free_port, wait_until


class RedisServer:
    """One server for the whole run. `stop` and `start` play an outage; what it held is gone afterwards."""

    def __init__(self) -> None:
        program = components.redis_server()
        port = free_port()
        self.url = f"redis://127.0.0.1:{port}/0"
        settings = {"bind": "127.0.0.1", "port": str(port), "save": "", "appendonly": "no", "daemonize": "no"}
        options = [word for name, value in settings.items() for word in (f"--{name}", value)]
        self._server = Kept([str(program), *options], new_folder("redis"))
        try:
            self.start()
        except BaseException:
            self.remove()
            raise

    def start(self) -> None:
        """Start the server if it isn't running, and wait until it answers."""
        if self._server.is_running():
            return
        self._server.start()
        if not wait_until(lambda: self._answers() or not self._server.is_running()) or not self._answers():
            raise self._server.failed("the Redis server of the tests does not answer")

    def stop(self) -> None:
        """Stop the server: connections break, and nobody answers at `url` until `start`."""
        self._server.stop()

    def kill(self) -> None:
        """End it without warning."""
        self._server.kill()

    def remove(self) -> None:
        self._server.remove()

    def _answers(self) -> bool:
        with Redis.from_url(self.url, socket_timeout=5) as client:
            try:
                return bool(client.ping())
            except RedisConnectionError:
                return False
