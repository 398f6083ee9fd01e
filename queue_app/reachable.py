"""What the server needs of PostgreSQL and Redis, asked once at its start, so that a wrong address is one sentence."""

from redis import Redis
from redis.exceptions import AuthenticationError, InvalidResponse, RedisError, ResponseError
from redis.exceptions import ConnectionError as NotConnected
from redis.exceptions import TimeoutError as NoAnswer
from sqlalchemy import text

from queue_app.database import Database

OLDEST_POSTGRESQL = 15
OLDEST_REDIS = (6, 2)
ANSWER_S = 3.0


class Unusable(Exception):
    """A server of the settings is not one that this program can work with; the text says what to do."""


def require_postgresql(database: Database) -> None:
    """Raises Unusable for a PostgreSQL that is older than what the program is tried with, or that takes no writes."""
    with database.engine.connect() as connection:
        number = int(connection.scalar(text("SHOW server_version_num")) or 0)
        is_replica = connection.scalar(text("SELECT pg_is_in_recovery()"))
    if number // 10_000 < OLDEST_POSTGRESQL:
        raise Unusable(f"DATABASE_URL: PostgreSQL {number // 10_000} is too old; use {OLDEST_POSTGRESQL} or newer")
    if is_replica:
        raise Unusable("DATABASE_URL names a read replica, which takes no writes; name the primary server")


def ask_redis(url: str) -> str:
    """What to say of a Redis that does not answer now (the program works without it meanwhile); empty when it does.

    Raises Unusable for one that will never do: a wrong password, an old version, something else at that address.
    """
    try:
        with Redis.from_url(url, socket_timeout=ANSWER_S, socket_connect_timeout=ANSWER_S) as client:
            version = str(client.info("server")["redis_version"])
    except (AuthenticationError, InvalidResponse, ResponseError, ValueError) as error:
        raise Unusable(f"REDIS_URL: what answers there cannot be used: {error}") from error
    except (NotConnected, NoAnswer) as error:
        return (
            f"REDIS_URL: no answer ({error}). Starting without it: displays see what other processes do within "
            "two seconds, and each process counts the limits for itself, until it answers."
        )
    except RedisError as error:
        raise Unusable(f"REDIS_URL: what answers there cannot be used: {error}") from error
    if tuple(int(part) for part in version.split(".")[:2]) < OLDEST_REDIS:
        raise Unusable(f"REDIS_URL: Redis {version} is too old; use {'.'.join(map(str, OLDEST_REDIS))} or newer")
    return ""
