"""Start-up: from the command to the first answer, idle memory, and how soon a killed worker answers again.

    python -m benchmarks.start_up [--times N]

The very first start makes the database and the demonstration office (with three days of past); all others find it
there. Memory is what the processes have for themselves and their share of what they have in common (PSS), after the
page of the office and a pause of three seconds; beside it stands the sum of what each has in all (RSS), which counts
twice what they share. Beside the whole start stand its parts: a command that does nothing, and the first page after the
first answer. Processor time is what the machine's other work changes least. Linux only.
"""

import argparse
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

from benchmarks import processes
from benchmarks.straight_way import OFFICE, machine, prepare

IDLE_S = 3.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("--times", type=int, default=5)
    times = parser.parse_args().times
    print(machine())
    rows: dict[str, list[float]] = {}
    with tempfile.TemporaryDirectory(prefix="antrean-start-") as name:
        folder = Path(name)
        url = f"sqlite:///{folder / 'office.sqlite'}"
        begun = time.perf_counter()
        with processes.product(f"sqlite:///{folder / 'first.sqlite'}", folder, DEMO_DAYS="3"):
            print(f"\nthe very first start, once: {time.perf_counter() - begun:.2f} s to the first answer")
        prepare(url)
        for _ in range(times):
            for what, value in _once(url, folder).items():
                rows.setdefault(what, []).append(value)
    print(f"\nmedian of {times}")
    for what, values in rows.items():
        print(f"{what:<56}{statistics.median(values):>9.2f}   ({min(values):.2f} to {max(values):.2f})")


def _once(url: str, folder: Path) -> dict[str, float]:
    before = _children_cpu_s()
    started = time.perf_counter()
    _command(url, folder, "user", "--help")
    command_s, command_cpu_s = time.perf_counter() - started, _children_cpu_s() - before
    begun = time.perf_counter()
    with processes.product(url, folder) as port:
        answered_s = time.perf_counter() - begun
        parents = processes_of(f"127.0.0.1:{port}")
        cpu_s = sum(processor_s(process) for process in parents)
        begun = time.perf_counter()
        urllib.request.urlopen(f"http://127.0.0.1:{port}/o/{OFFICE}", timeout=30).read()
        page_s = time.perf_counter() - begun
        time.sleep(IDLE_S)
        memory = memory_mb(f"127.0.0.1:{port}")
        whole = memory_mb(f"127.0.0.1:{port}", "Rss")
        again_s, again_cpu_s = _kill_worker(port)
    return {
        "a command that looks at nothing, s": command_s,
        "a command that looks at nothing, s of processor time": command_cpu_s,
        "command to the first answer, s": answered_s,
        "command to the first answer, s of processor time": cpu_s,
        "the first page, s": page_s,
        "idle memory of all its processes, MB": memory,
        "the same, what they share counted twice, MB": whole,
        "a killed worker to the next answer, s": again_s,
        "a killed worker to the next answer, s of processor time": again_cpu_s,
    }


def _command(url: str, folder: Path, *words: str) -> None:
    environment = {**os.environ, "DATABASE_URL": url, "SECRET_KEY": processes.SECRET, "INSTANCE_DIR": str(folder)}
    command = [sys.executable, "-m", "flask", "--app", "queue_app", *words]
    subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL)


def _children_cpu_s() -> float:
    found = os.times()
    return found.children_user + found.children_system


def _kill_worker(port: int) -> tuple[float, float]:
    """Until its successor answers, and what that has used of the processor by then."""
    mark = f"127.0.0.1:{port}"
    (worker,) = (process for process in of_children(processes_of(mark)) if process in processes_of(mark))
    begun = time.perf_counter()
    os.kill(int(worker.name), signal.SIGKILL)
    while not processes.answers(port):
        time.sleep(0.02)
    passed_s = time.perf_counter() - begun
    (worker,) = (process for process in of_children(processes_of(mark)) if process in processes_of(mark))
    return passed_s, processor_s(worker)


def memory_mb(mark: str, kind: str = "Pss") -> float:
    """What the processes that name ``mark`` in their commands have for themselves, with their share of the rest."""
    lines = "".join((process / "smaps_rollup").read_text() for process in processes_of(mark)).splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith(f"{kind}:")) / 1024


def processes_of(mark: str) -> list[Path]:
    """The folders in /proc of a server's processes: gunicorn names its address in the command of each."""
    return [path.parent for path in Path("/proc").glob("[0-9]*/cmdline") if mark.encode() in _read(path)]


def of_children(parents: list[Path]) -> list[Path]:
    """The folders in /proc of the processes that these have started."""
    ids = {parent.name for parent in parents}
    found = [(path.parent, _read(path).rpartition(b")")[2].split()) for path in Path("/proc").glob("[0-9]*/stat")]
    return [process for process, fields in found if fields and fields[1].decode() in ids]


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:  # it has ended meanwhile
        return b""


def processor_s(process: Path) -> float:
    """What it has used until now."""
    user, system = (process / "stat").read_text().rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    main()
