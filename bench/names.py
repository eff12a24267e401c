# SPDX-License-Identifier: GPL-3.0-or-later
"""Names to block and names to ask, from fixed seeds: plausible, distinct, the same on every machine."""

import random
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate, islice
from pathlib import Path

SMALL = 650_000  # names of the large public lists that homes use most
LARGE = 1_590_000  # everything at once
SEED = 20_260_101

_FIRST = (
    "ads", "track", "metrics", "pixel", "stats", "log", "telemetry", "beacon", "events", "collect", "analytics",
    "adserver", "sync", "tags", "click", "data", "report", "push", "config", "crash", "banner", "c", "s", "t",
)  # fmt: skip
_SYLLABLES = (
    "ba", "cor", "del", "fin", "gra", "hu", "ist", "jo", "ka", "lu", "mer", "net", "or", "pix", "qua", "ri", "sol",
    "ta", "uni", "ver", "wix", "xen", "yo", "zan", "tra", "ble", "cli", "dro",
)  # fmt: skip
_ENDS = ("com", "com", "com", "com", "net", "net", "org", "io", "de", "co.uk", "ru", "cn", "info", "biz", "xyz")


def generated(seed: int = SEED) -> Iterator[str]:
    """Distinct names without end: trackers under made-up sites, some 22 characters each."""
    random_ = random.Random(seed)
    pick, below = random_.choice, random_.random
    seen: set[str] = set()  # as many as the caller takes: 1.6 million
    while True:
        site = f"{pick(_SYLLABLES)}{pick(_SYLLABLES)}{pick(_SYLLABLES)}{int(below() * 1000)}.{pick(_ENDS)}"
        for _ in range(int(below() * 3) + 1):
            name = f"{pick(_FIRST)}{int(below() * 40)}.{site}" if below() < 0.75 else site
            if name not in seen:
                seen.add(name)
                yield name


def read(lines: Iterable[str]) -> list[str]:
    """The distinct names of a list of domains or of a hosts file, in their order."""
    words = (line.partition("#")[0].split() for line in lines)
    return list(dict.fromkeys(found[-1].lower().rstrip(".") for found in words if found and "." in found[-1]))


def two_lists(folder: Path, given: Path | None, small: int = SMALL, large: int = LARGE) -> tuple[Path, Path]:
    """Write (or find) the list and the list that is added to it, which share no name."""
    first, second = folder / f"names-{small}.txt", folder / f"names-{large}-more.txt"
    if given:
        first = folder / "names-given.txt"
        known = read(given.read_text(encoding="utf-8").splitlines())
        first.write_text("\n".join(known) + "\n")
        small = len(known)
    if not (first.exists() and second.exists()):
        made = list(islice(generated(), large))
        if not given:
            _write(first, made[:small])
        _write(second, made[min(small, large - 1) :])
    return first, second


def _write(path: Path, names: Sequence[str]) -> None:
    """Whole or not at all: an interrupted run leaves no half list behind."""
    draft = path.with_suffix(".new")
    draft.write_text("\n".join(names) + "\n")
    draft.replace(path)


def sites(count: int, salt: str = "") -> list[str]:
    """Names that no list holds, as a home asks for them."""
    random_ = random.Random(f"{SEED} {salt}")
    first = ("www", "api", "cdn", "img", "static", "mail", "app", "edge", "login", "video")
    return [f"{first[number % 10]}.{random_.choice(_SYLLABLES)}{number:x}{salt}.org" for number in range(count)]


def zipf(names: Sequence[str], count: int, random_: random.Random) -> list[str]:
    """`count` draws, the name of rank r as often as 1/r."""
    weights = list(accumulate(1 / rank for rank in range(1, len(names) + 1)))
    return random_.choices(names, cum_weights=weights, k=count)


def mix(blocked: Sequence[str], passed: Sequence[str], count: int, share: float = 0.3, aaaa: float = 0.3) -> list[str]:
    """Lines for dnsperf: a home's queries, `share` of them blocked, `aaaa` of them for IPv6 addresses."""
    random_ = random.Random(SEED)
    bad, good = zipf(blocked, count, random_), zipf(passed, count, random_)
    return [
        f"{bad[number] if random_.random() < share else good[number]} {'AAAA' if random_.random() < aaaa else 'A'}"
        for number in range(count)
    ]


def unique(count: int, salt: str) -> list[str]:
    """Lines for dnsperf, each name once; another salt gives others."""
    return [f"h{number:x}.u{salt}{number % 4999}.org A" for number in range(count)]
