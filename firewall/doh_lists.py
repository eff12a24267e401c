# SPDX-License-Identifier: GPL-3.0-or-later
"""More addresses of DNS services, out of the last good copies of lists that hold one address or network a line.

A list is written by strangers: what is no address of the internet, or wider than one service needs, is left out.
"""

import contextlib
import sqlite3
from collections.abc import Iterable
from functools import lru_cache
from ipaddress import ip_network
from pathlib import Path

from blocklists.index import list_files
from firewall.kernel import WallError
from firewall.targets import Target
from network.address_sets import elements
from store.base import db
from store.base.file_faults import open_file
from store.base.sentences import say, sentence_of
from store.config.choices import ListFormat
from store.wall import wall_address_lists
from store.wall.wall_address_lists import AddressList
from wire.addresses import SPARED, Network

# Of one list; those known have some 3,000 lines. A longer one is no list of DNS services.
MAX_BYTES = 1_048_576
MAX_ADDRESSES = 10_000  # of all lists together: well within one set of the kernel
NARROWEST = {4: 24, 6: 48}  # the widest network that is taken, by IP version
_KEPT = 16  # lists whose parse is remembered between two looks

_SPARED = elements(SPARED)


def targets(state: Path, chosen: Iterable[str]) -> tuple[tuple[Target, ...], tuple[str, ...]]:
    """(what the lists add, a sentence for each list that was chosen and cannot be used).

    Raises WallError when config.db does not read.
    """
    path = state / "config.db"
    if not path.exists():
        return (), ()
    try:
        with contextlib.closing(db.connect(path, read_only=True)) as con:
            lists = wall_address_lists.address_lists(con, chosen)
    except sqlite3.Error as error:
        raise WallError(say(
            "The blocklists cannot be read ({error}); `telltale doctor` says more.", error=sentence_of(error)
        )) from None
    return _gathered(state, lists, set(chosen) - {listed.id for listed in lists})


def parse(text: str) -> tuple[Network, ...]:
    """The networks of a list, in its order; none when it holds names rather than addresses."""
    networks, others = dict[Network, None](), 0
    for line in text.splitlines():
        word = line.split("#")[0].split(";")[0].strip()
        if not word or word.startswith(("!", "//")):
            continue
        network = _network(word)
        if network is None:
            others += 1
        elif is_one_service(network):
            networks[network] = None
    return tuple(networks) if len(networks) > others else ()


def is_one_service(network: Network) -> bool:
    """Whether it is of the internet, narrow enough, and no place that the wall never touches."""
    if network.prefixlen < NARROWEST[network.version] or not network.is_global:
        return False
    return network.network_address not in _SPARED


def _gathered(
    state: Path, lists: Iterable[AddressList], unknown: Iterable[str]
) -> tuple[tuple[Target, ...], tuple[str, ...]]:
    added: list[Target] = []
    notes: list[str] = [
        say("There is no blocklist '{id}', so it gives the wall no addresses.", id=name) for name in sorted(unknown)
    ]
    for listed in lists:
        problem, networks = _of(state, listed)
        if len(added) + len(networks) > MAX_ADDRESSES:
            problem, networks = say("the lists together have more than {most} addresses", most=MAX_ADDRESSES), ()
        if problem and listed.chosen:
            notes.append(say("The list '{list}' gives the wall no addresses: {why}.", list=listed.title, why=problem))
        added += [Target(network, listed.title, f"blocklist {listed.id}") for network in networks]
    return tuple(added), tuple(notes)


def _of(state: Path, listed: AddressList) -> tuple[str, tuple[Network, ...]]:
    """("", networks) of a list, or why it has none."""
    if listed.format not in (None, ListFormat.ADDRESSES):
        return say("it holds names"), ()
    path = list_files.text_path(state, listed.id)
    try:
        info = path.stat()
        if info.st_size > MAX_BYTES:
            return say("it is larger than {most} KiB", most=MAX_BYTES // 1024), ()
        networks = _read(path, info.st_mtime_ns, info.st_size)
    except OSError:
        return say("it was never fetched"), ()
    return ("", networks) if networks else (say("it holds names"), ())


@lru_cache(maxsize=_KEPT)
def _read(path: Path, _changed: int, _size: int) -> tuple[Network, ...]:
    with open_file(path) as file:
        return parse(file.read(MAX_BYTES).decode("utf-8", "replace"))


def _network(word: str) -> Network | None:
    try:
        return None if "%" in word else ip_network(word, strict=False)
    except ValueError:
        return None
