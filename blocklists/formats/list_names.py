# SPDX-License-Identifier: GPL-3.0-or-later
"""What counts as a name in a list, and which addresses mean "block". Pure.

A name has labels of letters, digits, hyphens and underscores, each of at most 63 and together of at most 253 characters
(RFC 1035; underscores and leading hyphens occur in real lists). Letters beyond ASCII become A-labels (RFC 5891).
"""

import ipaddress
import re
from functools import lru_cache

from blocklists.rules.complex_rule import ComplexRule, Network
from blocklists.rules.rule import Kind
from store.base.sentences import mark
from wire import addresses

NOT_A_NAME = mark("not a name")
ADDRESS = mark("address, not a name")
SINGLE_LABEL = mark("single label")
LOCAL = mark("machine-local name")

# What a line gives: a rule for a name, or one that no hash holds (with the line), or the reason why there is none.
Item = tuple[Kind, str] | tuple[ComplexRule, str] | tuple[Network, str] | tuple[None, str]

MAX_NAME = 253
LOCAL_NAMES = frozenset(
    (
        "localhost", "localhost.localdomain", "localdomain", "local", "broadcasthost", "ip6-localhost", "ip6-loopback",
        "ip6-localnet", "ip6-mcastprefix", "ip6-allnodes", "ip6-allrouters", "ip6-allhosts", "ip6-allblackhole",
    )
)  # fmt: skip
# Debian and systemd write the machine's own name beside these, and with it that name's first label.
MACHINE_ADDRESSES = frozenset({"127.0.1.1", "127.0.0.53", "127.0.0.54"})
_leads_nowhere = addresses.holder(addresses.NOWHERE)
_ALONE = tuple(kind for kind in Kind if kind.scope == "exact")
_WHOLE = re.compile(r"(?:[a-z0-9_-]{1,63}\.)*[a-z0-9_-]{1,63}").fullmatch


def item(raw: str, kind: Kind) -> tuple[Kind, str] | tuple[None, str]:
    """Return the rule of `kind` for the name `raw`, or the reason why there can be none.

    A single label is taken only where the rule is written to hold for all below it: `||zip^` is meant.
    """
    name = raw.removesuffix(".")
    if not name.isascii():
        name = a_label(name)
    if len(name) > MAX_NAME or not _WHOLE(name):
        return None, ADDRESS if address(raw) else NOT_A_NAME
    if name.rpartition(".")[2].isdigit():
        return None, ADDRESS if address(raw) else NOT_A_NAME
    if name in LOCAL_NAMES:
        return None, LOCAL
    if kind in _ALONE and "." not in name:
        return None, SINGLE_LABEL
    return kind, name


def doubtful(name: str) -> bool:
    """Whether a name of good form still needs `item`: too long, machine-local, or perhaps an address."""
    return len(name) > MAX_NAME or name[-1].isdigit() or name in LOCAL_NAMES


def plausible(text: str) -> bool:
    """Whether `text` can be meant as a whole name (or as an address) rather than as a pattern."""
    return not text.isascii() or bool(_WHOLE(text.removesuffix("."))) or address(text)


def a_label(name: str) -> str:
    """Return `name` with its labels in ASCII, or "" when IDNA forbids it."""
    import idna  # 0.2 MB of tables, for the few names that need them

    try:
        return idna.encode(name, uts46=True).decode()
    except (idna.IDNAError, UnicodeError):
        return ""


def address(text: str) -> bool:
    """Whether `text` is an IPv4 or IPv6 address or network, with or without a zone."""
    return _network(text) is not None


def network(text: str) -> str:
    """Return an address or network as `ipaddress` writes a network: `192.0.2.1/32`."""
    return str(_network(text) or "")


def span(first: str, last: str) -> list[str]:
    """Return the networks that make up a range of addresses; none for what is no range, or takes too many."""
    try:
        ends = ipaddress.ip_address(first), ipaddress.ip_address(last)
        return [str(net) for net in ipaddress.summarize_address_range(*ends)]
    except (ValueError, TypeError):
        return []


def answer(address: str) -> str:
    """Return the answer, as `store.config.custom_responses` writes it, that leads to this address."""
    return f"{'AAAA' if ':' in address else 'A'} {ipaddress.ip_address(address)}"


def sinkhole(text: str) -> bool:
    """Whether `text` is an address that leads nowhere, so that a line with it means "block"."""
    net = _network(text)
    return net is not None and _leads_nowhere(net.network_address.packed)


def machine_local(text: str) -> bool:
    """Whether a hosts line with this address may tell a machine its own name."""
    return text in MACHINE_ADDRESSES


# A list repeats one or two addresses on all of its lines.
@lru_cache(maxsize=64)
def _network(text: str) -> addresses.Network | None:
    if not text or text[0] not in "0123456789abcdef:[":
        return None
    if text == "0":
        text = "0.0.0.0"  # noqa: S104 - as some lists write it, to be short
    try:
        return ipaddress.ip_network(text.strip("[]").partition("%")[0], strict=False)
    except ValueError:
        return None
