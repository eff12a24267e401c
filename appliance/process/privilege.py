# SPDX-License-Identifier: GPL-3.0-or-later
"""What a process may do, and giving it up: Linux capabilities through prctl(2), capget(2) and capset(2).

The supervisor needs one power, binding ports under 1024, and needs it once. After that it holds none, and neither
does any process it starts: the bounding set is emptied and no_new_privs is set, so that not even a set-uid program
or a file capability gives one back.
"""

import ctypes
import os
import pwd
import signal
from collections.abc import Sequence
from pathlib import Path

from appliance.errors import Complaint
from store.base.sentences import say

_PR_SET_PDEATHSIG = 1
_PR_CAPBSET_READ = 23
_PR_CAPBSET_DROP = 24
_PR_SET_NO_NEW_PRIVS = 38
_PR_CAP_AMBIENT = 47
_PR_CAP_AMBIENT_RAISE = 2
_PR_CAP_AMBIENT_CLEAR_ALL = 4
_PR_SET_KEEPCAPS = 8
_CAP_CHOWN, _CAP_SETGID, _CAP_SETUID = 0, 6, 7
_CAP_SETPCAP = 8
_CAP_NET_BIND_SERVICE = 10
_CAP_NET_ADMIN = 12
_CAP_NET_RAW = 13
# What dnsmasq needs to serve DHCP: port 67, packets to who has no address yet, and ARP entries for them.
_DHCP = (_CAP_NET_BIND_SERVICE, _CAP_NET_ADMIN, _CAP_NET_RAW)
_CAPABILITY_VERSION_3 = 0x20080522
# The kernel's two 32-bit words of capabilities: no number beyond 63 can exist under version 3.
_MAX_CAPABILITIES = 64

_libc = ctypes.CDLL(None, use_errno=True)


class _Header(ctypes.Structure):
    _fields_ = (("version", ctypes.c_uint32), ("pid", ctypes.c_int))


class _Word(ctypes.Structure):
    _fields_ = (("effective", ctypes.c_uint32), ("permitted", ctypes.c_uint32), ("inheritable", ctypes.c_uint32))


_Words = _Word * 2


def raise_bind_service() -> None:
    """Make CAP_NET_BIND_SERVICE effective when it is permitted: a file capability marked `p` alone leaves it lowered.

    It is marked so because a file marked `ep` cannot even be started where the capability is withheld.
    """
    words = _get()
    bit = 1 << _CAP_NET_BIND_SERVICE
    if words[0].permitted & bit and not words[0].effective & bit:
        words[0].effective |= bit
        _set(words)


def drop_all(entry: pwd.struct_passwd | None = None) -> None:
    """Become the user, if one is given, and give up every capability for good, here and in all that is started.

    Quiet where there is none. The bounding set goes first: who has become another user may not empty it any more.
    """
    _empty_bounding_set()
    if entry is not None:
        become(entry)
    _libc.prctl(_PR_CAP_AMBIENT, _PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0)
    _set(_Words())
    _no_new_privs()


def may_bind_low() -> bool:
    """Whether this process may open ports under 1024."""
    return bool(_get()[0].effective & 1 << _CAP_NET_BIND_SERVICE)


def has_net_admin() -> bool:
    """Whether this process may change the firewall, or may take that power up."""
    return _permitted(_CAP_NET_ADMIN)


def keep_net_admin(entry: pwd.struct_passwd | None) -> None:
    """Become the user, if one is given, and keep CAP_NET_ADMIN alone, through exec too. For a fresh child."""
    _keep((_CAP_NET_ADMIN,), entry)


def has_dhcp() -> bool:
    """Whether this process holds, or may take up, all that a DHCP server needs."""
    return all(map(_permitted, _DHCP))


def keep_dhcp(entry: pwd.struct_passwd | None) -> None:
    """The same with the three capabilities that a DHCP server needs."""
    _keep(_DHCP, entry)


def keep_to_hand_on(entry: pwd.struct_passwd | None) -> None:
    """The same with those three, and where it is there with CAP_SETPCAP: what is started from here can then give up for
    good what is not for it, even where it is root."""
    _keep((*_DHCP, *filter(_permitted, (_CAP_SETPCAP,))), entry)


def keep_on() -> None:
    """What this process may take up of those four is in force, and goes through the next exec: begun from a file with
    capabilities, as the image's interpreter is, it has them without either, and its next exec would end them."""
    bits = sum(1 << capability for capability in filter(_permitted, (*_DHCP, _CAP_SETPCAP)))
    words = _get()
    words[0].effective |= bits
    words[0].inheritable |= bits
    _set(words)
    for capability in range(_MAX_CAPABILITIES):
        if bits & 1 << capability:
            _libc.prctl(_PR_CAP_AMBIENT, _PR_CAP_AMBIENT_RAISE, capability, 0, 0)


def keep_bind_service(entry: pwd.struct_passwd | None) -> None:
    """The same with CAP_NET_BIND_SERVICE, which opens ports under 1024; quiet where it is not there to be kept."""
    if _permitted(_CAP_NET_BIND_SERVICE):
        _keep((_CAP_NET_BIND_SERVICE,), entry)
    else:
        drop_all(entry)


def _permitted(capability: int) -> bool:
    """Whether this process holds it, or may take it up."""
    return bool(_get()[0].permitted & 1 << capability)


def _keep(capabilities: Sequence[int], entry: pwd.struct_passwd | None) -> None:
    _empty_bounding_set(but=capabilities)
    _libc.prctl(_PR_SET_KEEPCAPS, 1, 0, 0, 0)
    if entry is not None:
        become(entry)
    words, bits = _Words(), sum(1 << capability for capability in capabilities)
    words[0].effective = words[0].permitted = words[0].inheritable = bits
    _set(words)
    _libc.prctl(_PR_CAP_AMBIENT, _PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0)
    for capability in capabilities:
        _libc.prctl(_PR_CAP_AMBIENT, _PR_CAP_AMBIENT_RAISE, capability, 0, 0)
    _no_new_privs()


def _empty_bounding_set(but: Sequence[int] = ()) -> None:
    for number in range(_MAX_CAPABILITIES):
        if _libc.prctl(_PR_CAPBSET_READ, number, 0, 0, 0) < 0:
            break
        # Refused without CAP_SETPCAP; no_new_privs then does the same work for the children.
        if number not in but:
            _libc.prctl(_PR_CAPBSET_DROP, number, 0, 0, 0)


def _no_new_privs() -> None:
    if _libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "no_new_privs could not be set")


def account(name: str) -> pwd.struct_passwd:
    """The user to become. Raises Complaint when there is none of that name or this process may not become it."""
    try:
        entry = pwd.getpwnam(name)
    except KeyError:
        raise Complaint(say(
            "There is no user named {name}; create it with `useradd --system {name}` or leave --user out.", name=name
        )) from None
    if os.geteuid() not in (0, entry.pw_uid):
        raise Complaint(say("Only root can become the user {name}; start with sudo or leave --user out.", name=name))
    return entry


def may_become_others() -> bool:
    """Whether this process may become another user, and give files to it: root in a container often may not."""
    capabilities = _get()[0].effective
    return os.geteuid() == 0 and all(capabilities & 1 << number for number in (_CAP_CHOWN, _CAP_SETGID, _CAP_SETUID))


def unreadable(entry: pwd.struct_passwd, paths: Sequence[Path], reached: Sequence[Path] = ()) -> Path | None:
    """The first of the paths that the user could not read, or of those `reached` that it could not even come to.

    None: there is none such.
    """
    every = (*paths, *reached)
    pid = os.fork()
    if pid == 0:
        try:
            become(entry)
            modes = [os.R_OK | (os.X_OK if os.path.isdir(path) else 0) for path in paths]  # noqa: PTH112 - never raises
            modes += [os.F_OK] * len(reached)
            closed = [not os.access(path, mode) for path, mode in zip(every, modes, strict=True)]
            os._exit(min(closed.index(True) + 1, 255) if any(closed) else 0)
        except BaseException:
            os._exit(1)
    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    return None if code == 0 else every[min(max(code, 1), len(every)) - 1]


def become(entry: pwd.struct_passwd) -> None:
    """Change user and groups for good; nothing happens when this process is that user already."""
    if os.geteuid() == entry.pw_uid:
        return
    os.setgroups([])
    os.setresgid(entry.pw_gid, entry.pw_gid, entry.pw_gid)
    os.setresuid(entry.pw_uid, entry.pw_uid, entry.pw_uid)


def become_owner(folder: Path) -> None:
    """As root, become the owner of a folder: what root writes into it, its owner could not read afterwards."""
    info = folder.stat()
    if os.geteuid() != 0 or info.st_uid == 0:
        return
    os.setgroups([])
    os.setresgid(info.st_gid, info.st_gid, info.st_gid)
    os.setresuid(info.st_uid, info.st_uid, info.st_uid)


def hand_over(folder: Path, entry: pwd.struct_passwd) -> None:
    """Give a folder and all in it to the user, when it is root's; raise Complaint when it is another person's."""
    owner = folder.stat().st_uid
    if owner not in (0, entry.pw_uid):
        raise Complaint(say(
            "{folder} belongs to user {owner}; give it away with `chown -R {user} {folder}`.",
            folder=folder, owner=owner, user=entry.pw_name,
        ))
    for path in (folder, *folder.rglob("*")):
        os.chown(path, entry.pw_uid, entry.pw_gid, follow_symlinks=False)


def die_with(parent: int, signum: int = signal.SIGTERM) -> None:
    """Ask the kernel for a signal when the parent dies, and end at once if it is gone already. For a fresh child."""
    _libc.prctl(_PR_SET_PDEATHSIG, signum, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(1)


def _get() -> ctypes.Array[_Word]:
    words = _Words()
    if _libc.capget(ctypes.byref(_Header(_CAPABILITY_VERSION_3, 0)), words) != 0:
        raise OSError(ctypes.get_errno(), "capabilities could not be read")
    return words


def _set(words: ctypes.Array[_Word]) -> None:
    if _libc.capset(ctypes.byref(_Header(_CAPABILITY_VERSION_3, 0)), words) != 0:
        raise OSError(ctypes.get_errno(), "capabilities could not be given up")
