# SPDX-License-Identifier: GPL-3.0-or-later
"""What each process says of itself, as RUN/<role>.json: small, replaced whole, lost at a reboot on purpose."""

import contextlib
import json
import os
import re
import time
import zlib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

from store.base import file_faults
from store.base.file_faults import Fault, set_aside
from store.base.process_status import (
    CertificateStatus,
    DhcpStatus,
    EncryptedStatus,
    EvidenceStatus,
    FirewallStatus,
    InsightStatus,
    Moment,
    RecorderStatus,
    RecursorStatus,
    Status,
    Statuses,
    SupervisorStatus,
    UpdaterStatus,
    WorkerStatus,
)
from store.base.sentences import packed
from store.base.typed_json import read_as

MAX_FILE = 256 * 1024  # a status is a page of numbers; more than this is damage
SAME_SECONDS = 10.0  # between two statuses that say the same; well before anybody takes it for stale
MAX_WORKERS = 128  # more than any machine has cores
ROOM = 64 * 1024  # in memory: twice what all of it takes

_S = TypeVar("_S", bound=Status)
_WORKER = re.compile(r"worker-[1-9][0-9]{0,3}")
_KINDS: dict[str, type[Status]] = {
    "supervisor": SupervisorStatus,
    "recorder": RecorderStatus,
    "updater": UpdaterStatus,
    "firewall": FirewallStatus,
    "dhcp": DhcpStatus,
    "recursor": RecursorStatus,
    "evidence": EvidenceStatus,
    "insight": InsightStatus,
    "certificate": CertificateStatus,
    "encrypted": EncryptedStatus,
}


def run_dir(state: Path, environ: Mapping[str, str] | None = None) -> Path:
    """The directory for what need not survive, created: TELLTALE_RUN, else in memory, else STATE/run.

    /dev/shm spares the memory card: a status changes every second. It is everybody's: where others have filled it, who
    starts goes elsewhere. Where nothing can be created, the last choice is returned; `publish` says False then.
    """
    environ = os.environ if environ is None else environ
    if (chosen := environ.get("TELLTALE_RUN")) and _mine(Path(chosen)):
        return Path(chosen)
    memory, spare = _in_memory(state), state / "run"
    if not _is_used(spare) and memory.parent.is_dir() and _mine(memory) and _has_room(memory):
        with contextlib.suppress(OSError):
            _file(spare, "supervisor").unlink(missing_ok=True)  # of an earlier run
        return memory
    _mine(spare)
    return spare


def find_run_dir(state: Path, environ: Mapping[str, str] | None = None) -> Path:
    """Where the processes of this state directory publish, for one who only reads: nothing is created.

    As `run_dir`, but what belongs to the owner of the state directory counts too: root may look at what a user runs.
    """
    environ = os.environ if environ is None else environ
    if chosen := environ.get("TELLTALE_RUN"):
        return Path(chosen)
    memory, spare = _in_memory(state), state / "run"
    with contextlib.suppress(OSError):
        if _file(spare, "supervisor").exists():  # there was no room in memory
            return spare
        if memory.lstat().st_uid in (os.geteuid(), state.stat().st_uid) and not memory.is_symlink():
            return memory
    return spare


def publish(run: Path, role: str, status: Status) -> bool:
    """Replace RUN/<role>.json by this status, with our pid and the time; False when that fails.

    A status is a courtesy: whoever publishes goes on working without it. Raises ValueError when it is not the role's.
    """
    if not isinstance(status, _kind_of(role)):
        raise ValueError(f"A {type(status).__name__} is not what '{role}' says of itself.")
    stamped = replace(status, pid=os.getpid(), time=time.time(), clock=time.monotonic())
    draft, path, text = run / f".{role}.{os.getpid()}.new", _file(run, role), json.dumps(_plain(stamped))
    try:
        try:
            draft.write_text(text)
            _put(draft, path)
        except OSError as error:
            draft.unlink(missing_ok=True)
            if file_faults.fault_of(error) is not Fault.FULL:
                return False
            file_faults.write_over(path, text.encode())  # /dev/shm is everybody's, and may be full for long
    except OSError:
        return False
    return True


class Teller:
    """Publishes what one role says of itself where that is another than before, or was said a while ago: a status that
    stays the same is written seldom, since each wakes a disk's or a processor's sleep. `seconds` are of any clock that
    never jumps."""

    def __init__(self, run: Path, role: str) -> None:
        self._run, self._role = run, role
        self._said: Status | None = None
        self._said_at = 0.0

    def tell(self, now: Status, seconds: float) -> None:
        """As `publish`; what could not be published is tried again the next time."""
        if now != self._said or seconds - self._said_at >= SAME_SECONDS:
            self._said, self._said_at = now if publish(self._run, self._role, now) else None, seconds


def read(run: Path) -> Statuses:
    """The last word of every process, however old; what does not read as a status is None."""
    workers = ((role, _read(run, role, WorkerStatus)) for role in _worker_roles(run))
    return Statuses(
        supervisor=_read(run, "supervisor", SupervisorStatus),
        workers={role: worker for role, worker in workers if worker is not None},
        recorder=_read(run, "recorder", RecorderStatus),
        updater=_read(run, "updater", UpdaterStatus),
        firewall=_read(run, "firewall", FirewallStatus),
        dhcp=_read(run, "dhcp", DhcpStatus),
        recursor=_read(run, "recursor", RecursorStatus),
        evidence=_read(run, "evidence", EvidenceStatus),
        insight=_read(run, "insight", InsightStatus),
        certificate=_read(run, "certificate", CertificateStatus),
        encrypted=_read(run, "encrypted", EncryptedStatus),
    )


def read_live(run: Path) -> Statuses:
    """The same, without what is left over from processes that are gone."""
    statuses = read(run)
    return statuses.live(now())


def read_supervisor(run: Path) -> SupervisorStatus | None:
    """The supervisor's last word alone: who is bound where, for whoever looks often."""
    return _read(run, "supervisor", SupervisorStatus)


def read_encrypted_live(run: Path) -> EncryptedStatus | None:
    """What is served in encrypted DNS, alone; None where who serves is gone, or hangs."""
    encrypted = _read(run, "encrypted", EncryptedStatus)
    return encrypted if encrypted is not None and encrypted.is_live(now()) else None


def read_recursor(run: Path) -> RecursorStatus | None:
    """The last word of our own resolver's keeper alone, for whoever looks often."""
    return _read(run, "recursor", RecursorStatus)


def read_updater(run: Path) -> UpdaterStatus | None:
    """The last word of whoever updates lists alone."""
    return _read(run, "updater", UpdaterStatus)


def read_certificate(run: Path) -> CertificateStatus | None:
    """What the certificate in force is, as it was looked at last, alone."""
    return _read(run, "certificate", CertificateStatus)


def read_pid(run: Path, role: str) -> int | None:
    """The process that wrote a role's last word; None while there is none."""
    status = _read(run, role, Status)
    return status.pid if status else None


def now() -> Moment:
    """By both clocks, to tell how old a status is."""
    return Moment(time.time(), time.monotonic())


def _in_memory(state: Path) -> Path:
    crc = zlib.crc32(os.fsencode(state.resolve()))
    return Path(f"/dev/shm/telltale-{crc:08x}")  # noqa: S108 - owned by us alone, or not used: see _mine


def _file(run: Path, role: str) -> Path:
    return run / f"{role}.json"


def _is_used(run: Path) -> bool:
    """Whether a supervisor that runs tells of itself there."""
    supervisor = read_supervisor(run)
    if supervisor is None or not supervisor.is_live(now()) or supervisor.pid == os.getpid():
        return False
    return Path(f"/proc/{supervisor.pid}").exists()


def _has_room(memory: Path) -> bool:
    """Whether statuses fit; else the folder goes if nothing is in it, so that nobody looks for any there."""
    draft = memory / f".room.{os.getpid()}.new"
    try:
        fd = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
        try:
            os.posix_fallocate(fd, 0, ROOM)
        finally:
            os.close(fd)
            draft.unlink()
    except OSError as error:
        if file_faults.fault_of(error) is not Fault.FULL:
            return True
        with contextlib.suppress(OSError):
            memory.rmdir()
        return False
    return True


def _kind_of(role: str) -> type[Status]:
    """What a role says of itself. Raises ValueError for one that says nothing, which is no name of a file either."""
    if role in _KINDS:
        return _KINDS[role]
    if _WORKER.fullmatch(role):
        return WorkerStatus
    raise ValueError(f"'{role}' is no role that publishes a status.")


def _worker_roles(run: Path) -> list[str]:
    try:
        roles = [path.stem for path in run.glob("worker-*.json") if _WORKER.fullmatch(path.stem)]
    except OSError:
        return []
    return sorted(roles, key=lambda role: int(role.removeprefix("worker-")))[:MAX_WORKERS]


def _put(draft: Path, path: Path) -> None:
    """A file takes the place of whatever else is there; a folder alone must be moved away first. Raises OSError."""
    try:
        draft.replace(path)
    except IsADirectoryError:
        set_aside(path, Fault.NO_FILE)
        draft.replace(path)


def _read(run: Path, role: str, kind: type[_S]) -> _S | None:
    """The role's last word as a status of this kind; None for a file that is missing, too long or no JSON object."""
    try:
        data = file_faults.read(_file(run, role), MAX_FILE)
        return read_as(kind, json.loads(data)) if len(data) <= MAX_FILE else None
    except (OSError, ValueError, RecursionError):
        return None


def _plain(value: Any) -> Any:
    """The same as json takes it: dataclasses as objects, each sentence with what it was made of."""
    if value is None or isinstance(value, int | float):
        return value
    if isinstance(value, str):
        return packed(value)
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return {name: _plain(getattr(value, name)) for name in value.__dataclass_fields__}


def _mine(path: Path) -> bool:
    """Create it for us alone; False when it cannot be, or when another user got there first."""
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        info = path.lstat()
    except OSError:
        return False
    return info.st_uid == os.geteuid() and path.is_dir() and not path.is_symlink() and os.access(path, os.W_OK)
