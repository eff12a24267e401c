# SPDX-License-Identifier: GPL-3.0-or-later
"""A hosts file as local records: `192.168.1.5 nas.lan nas  # the box in the cellar`. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import ip_address

from store.base.sentences import say, sentence_of
from store.local import local_records
from store.local.local_records import MAX_COMMENT, LocalRecord
from wire import addresses

MAX_TEXT = 2 << 20  # bytes; as many records as there may be have less
# What every hosts file has of the machine itself, which is no name of the home.
_MACHINE_S = frozenset({
    "localhost", "localhost.localdomain", "localhost4", "localhost6", "broadcasthost", "local", "ip6-localhost",
    "ip6-loopback", "ip6-localnet", "ip6-mcastprefix", "ip6-allnodes", "ip6-allrouters", "ip6-allhosts",
})  # fmt: skip
_nowhere = addresses.holder(addresses.NOWHERE)


@dataclass(frozen=True, slots=True)
class HostsLine:
    """What a line asks for: a record, or why it is none."""

    number: int
    record: LocalRecord | None
    comment: str = ""
    refused: str = ""


def parse(text: str) -> Iterator[HostsLine]:
    """One of them for each name of each line; names of the machine itself are left out."""
    for number, line in enumerate(text.splitlines(), 1):
        entry, _, comment = line.lstrip("\ufeff").partition("#")
        words = entry.split()
        if not words:
            continue
        if len(words) == 1:
            yield HostsLine(number, None, refused=say("'{text}' has no name.", text=words[0][:80]))
        for name in words[1:]:
            if name.lower().rstrip(".") not in _MACHINE_S:
                yield _read(number, words[0], name, comment.strip()[:MAX_COMMENT])


def _read(number: int, address: str, name: str, comment: str) -> HostsLine:
    try:
        at = ip_address(address.partition("%")[0])
        if _nowhere(at.packed):
            return HostsLine(number, None, refused=say(
                "{address} is nowhere: to block {name}, add the file as a blocklist.", address=address[:40],
                name=name[:80],
            ))  # fmt: skip
        record = local_records.check(name, "A" if at.version == 4 else "AAAA", str(at))
    except ValueError as error:
        why = sentence_of(error) if error.args and "does not appear" not in str(error) else ""
        return HostsLine(number, None, refused=why or say("'{text}' is no address.", text=address[:80]))
    return HostsLine(number, record, comment)
