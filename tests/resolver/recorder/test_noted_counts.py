# SPDX-License-Identifier: GPL-3.0-or-later
"""What a worker noted is known when it is no more."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from resolver.recorder.noted_counts import NOTED, SENT, Gone, GoneWorkers, NotedCounts

WORKER = """
import sys
from pathlib import Path
from resolver.recorder.noted_counts import NotedCounts
noted = NotedCounts(Path(sys.argv[1]), 2, 77)
noted.counts[0], noted.counts[1] = 1000, 990
print("noted", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def told() -> list[Gone]:
    return []


@pytest.fixture
def workers(tmp_path: Path, told: list[Gone]) -> GoneWorkers:
    return GoneWorkers(tmp_path, told.append)


@pytest.fixture
def living(tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen([sys.executable, "-c", WORKER, tmp_path], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdout is not None and process.stdout.readline() == b"noted\n"
    yield process
    process.kill()
    process.communicate()


def killed(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGKILL)
    process.wait()


@pytest.mark.process
def test_a_killed_worker_is_told_of_at_the_second_look(
    living: subprocess.Popen[bytes], workers: GoneWorkers, told: list[Gone]
) -> None:
    workers.look()
    workers.look()
    assert not told, "it lives"
    killed(living)
    workers.look()
    assert not told, "what it sent may not be read yet"
    workers.look()
    workers.look()
    assert told == [Gone(2, 77, 1000, 990)]


@pytest.mark.process
def test_the_first_batch_of_the_next_process_tells_at_once(
    living: subprocess.Popen[bytes], workers: GoneWorkers, told: list[Gone]
) -> None:
    workers.heard(2, 77)
    killed(living)
    workers.heard(1, 5)
    assert not told, "another worker's"
    workers.heard(2, 88)
    workers.look()
    workers.look()
    assert told == [Gone(2, 77, 1000, 990)]


def test_who_ends_in_order_leaves_nothing(tmp_path: Path) -> None:
    noted = NotedCounts(tmp_path, 1, 5)
    noted.counts[NOTED] = noted.counts[SENT] = 7
    noted.end()
    assert not list(tmp_path.iterdir())


def test_who_could_not_send_all_leaves_word(tmp_path: Path) -> None:
    noted = NotedCounts(tmp_path, 1, 5)
    noted.counts[NOTED], noted.counts[SENT] = 7, 6
    noted.end()
    assert [path.name for path in tmp_path.iterdir()] == ["noted-1-5"]


@pytest.mark.parametrize("run", [None, Path("/nowhere/at/all")])
def test_without_a_file_it_counts_in_memory(run: Path | None) -> None:
    noted = NotedCounts(run, 1, 5)
    noted.counts[NOTED] += 3
    assert noted.counts[NOTED] == 3
    noted.end()


@pytest.mark.parametrize("contents", [b"", b"short", bytes(range(64))], ids=["empty", "short", "long"])
@pytest.mark.parametrize("name", ["noted-x-y", "noted-1", "noted-1-2-3"])
def test_what_is_no_such_file_is_nothing(
    tmp_path: Path, workers: GoneWorkers, told: list[Gone], name: str, contents: bytes
) -> None:
    (tmp_path / name).write_bytes(contents)
    workers.look()
    workers.look()
    assert not told
