# SPDX-License-Identifier: GPL-3.0-or-later
"""The kernel's side of the wall: our table put up, taken down and read, by the program `nft`. No other table is named.

A change is one transaction, which `nft` checks first: the kernel has either the old table or the new one, whenever
this process or `nft` itself is killed.
"""

import json
import os
import subprocess
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from firewall.render import REMOVE, TABLE, elements_of
from store.base.sentences import say, sentence_of

NFT_SECONDS = 30  # the longest transaction known (50,000 elements on a slow machine) takes three
# Carried from an old table into the new one; render.ANSWERS_SIZE bounds each set.
CARRIED = ("answers4", "answers6", "answers_mac4", "answers_mac6")


class WallError(Exception):
    """The wall could not be changed or read; the text is a sentence that names the cure. The old table stays."""


@dataclass(frozen=True, slots=True)
class Element:
    """One element of a set as the kernel tells it: parts as text, packets counted, seconds left (0: no time-out)."""

    parts: tuple[str, ...]
    packets: int
    expires: int


def check(text: str) -> None:
    """Let the kernel look at a transaction without carrying it out. Raises WallError."""
    _nft(["-c", "-f", "-"], text)


def apply(text: str) -> None:
    """Check, then carry out a transaction made by `render`. Raises WallError; the old table then stays as it was."""
    check(text)
    carry_out(text)


def carry_out(text: str) -> None:
    """A transaction that needs no check. Raises WallError."""
    _nft(["-f", "-"], text)


def remove() -> bool:
    """Take the table away, whole; whether there was one. Raises WallError."""
    there = standing()
    if there:
        _nft(["-f", "-"], REMOVE)
    return there


def standing(name: str = TABLE) -> bool:
    """Whether the table is up. Raises WallError when that cannot be seen."""
    return any(table.get("name") == name and table.get("family") == "inet" for table in _list("tables", "table"))


def read_set(name: str) -> list[Element]:
    """What a set of our table holds. Raises WallError, also when there is no such set."""
    return [_element(raw) for each in _list("set", "set", "inet", TABLE, name) for raw in each.get("elem", [])]


def set_names() -> set[str]:
    """The sets of our table. Raises WallError."""
    return {str(each["name"]) for each in _list("sets", "set") if each.get("table") == TABLE}


def carried() -> list[str]:
    """The answers in the standing table, as lines for `render`; none when there is no table or it holds none."""
    lines: list[str] = []
    if standing():
        names = set_names()
        for name in CARRIED:
            if name in names:
                lines += elements_of(name, ((" . ".join(element.parts), element.expires) for element in read_set(name)))
    return lines


def add_elements(lines: Iterable[str]) -> None:
    """Put elements into sets of the standing table, in one transaction. Raises WallError."""
    text = "\n".join(lines)
    if text:
        _nft(["-f", "-"], text + "\n")


def _element(raw: Any) -> Element:
    body = raw["elem"] if isinstance(raw, dict) and "elem" in raw else {"val": raw}
    value = body["val"]
    parts = value["concat"] if isinstance(value, dict) and "concat" in value else [value]
    return Element(tuple(map(str, parts)), int(body.get("counter", {}).get("packets", 0)), int(body.get("expires", 0)))


def _list(what: str, kind: str, *names: str) -> list[dict[str, Any]]:
    listing = _nft(["-j", "list", what, *names])
    try:
        return [entry[kind] for entry in json.loads(listing)["nftables"] if kind in entry]
    except (ValueError, KeyError, TypeError) as error:
        raise WallError(say(
            "nft said what cannot be read ({error}); is it version 1.0 or newer?", error=sentence_of(error)
        )) from None


def _nft(arguments: Sequence[str], text: str | None = None) -> str:
    path = os.environ.get("PATH", "") + ":/usr/sbin:/sbin"
    try:
        done = subprocess.run(
            ["nft", *arguments],
            input=text,
            stdin=subprocess.DEVNULL if text is None else None,
            capture_output=True,
            text=True,
            timeout=NFT_SECONDS,
            check=False,
            env={**os.environ, "PATH": path, "LC_ALL": "C"},
        )
    except FileNotFoundError:
        raise WallError(say("The program nft is missing; install it with `apt-get install nftables`.")) from None
    except subprocess.TimeoutExpired:
        raise WallError(say(
            "nft did not end within {seconds} s; nothing was changed by it.", seconds=NFT_SECONDS
        )) from None
    if done.returncode != 0:
        raise WallError(_why(done.stderr))
    return done.stdout


def _why(output: str) -> str:
    first = " ".join(output.split("\n")[0].split())[:200]
    if "Operation not permitted" in output or "must be root" in output or "Permission denied" in output:
        return say(
            "The kernel does not let this process change the firewall; it needs CAP_NET_ADMIN (start as root)."
        )
    return say("nft refused ({why}); the firewall stays as it was.", why=first or say("without a word"))
