# SPDX-License-Identifier: GPL-3.0-or-later
"""What is wrong with a certificate, in plain words with the cure. Pure.

    bad       no client takes it
    warning   some clients do not, or soon none will
"""

from __future__ import annotations

import stat
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from store.base.helper_statuses import CertificateFault
from store.base.sentences import say, say_count
from store.certificates import certificate_names, clock_sense
from store.certificates.certificate_facts import CertificateFacts
from store.certificates.certificate_files import Source

DAY = 86_400
SOON = 14 * DAY  # before its end it is told of
LONGEST_DAYS = 825  # what Apple's systems take of an authority that somebody installed
OTHERS_READ = stat.S_IROTH | stat.S_IWOTH


@dataclass(frozen=True, slots=True)
class Wanted:
    """What clients use: names, with `*.` where devices have names of their own below, and addresses."""

    names: tuple[str, ...]
    addresses: tuple[str, ...]


def judge(facts: CertificateFacts, source: Source, wanted: Wanted, key_mode: int, now: float) -> list[CertificateFault]:
    """All that is wrong, the worst first. `key_mode`: of the key's file, as `stat` tells it."""
    faults = [
        *_time(facts, source, now), *_pair(facts), *_chain(facts), *_names(facts, source, wanted), *_mode(key_mode),
        *_life(facts),
    ]  # fmt: skip
    return sorted(faults, key=lambda fault: not fault.bad)


def _time(facts: CertificateFacts, source: Source, now: float) -> Iterator[CertificateFault]:
    end, left = _date(facts.until), facts.until - now
    if not clock_sense.is_sane(now):
        text = say(
            "The clock of this machine is not set ({date}), so nobody can tell whether the certificate is valid.",
            date=_date(now),
        )
        cure = say("Set the clock, or wait until this machine has heard the time.")
        yield CertificateFault("clock", True, text, cure)
    elif now < facts.begin:
        text = say("The certificate is valid from {date} on only.", date=_date(facts.begin))
        cure = say("Look whether the clock of this machine is right; else wait, or use another.")
        yield CertificateFault("not_yet", True, text, cure)
    elif left <= 0:
        text = say("The certificate ended on {date}; clients refuse it.", date=end)
        yield CertificateFault("expired", True, text, _renewal(source))
    elif left <= SOON:
        text = say_count(
            int(left // DAY), "The certificate ends in {count:,} day, on {date}.",
            "The certificate ends in {count:,} days, on {date}.", date=end,
        )  # fmt: skip
        yield CertificateFault("expires", False, text, _renewal(source))


def _renewal(source: Source) -> str:
    if source is Source.HOME:
        return say("It should have been made anew by itself: run `telltale certificate make`.")
    return say("Have whoever made it renew it; new files in the same place are taken up by themselves.")


def _pair(facts: CertificateFacts) -> Iterator[CertificateFault]:
    if not facts.fits:
        text = say("The key does not fit the certificate: they were made for different pairs.")
        yield CertificateFault("key", True, text, say("Take both files from the same folder, of the same day."))
    if facts.is_authority and not facts.self_signed:
        text = say("The file begins with an authority’s certificate, {title}.", title=facts.title)
        yield CertificateFault("order", True, text, _order())
    elif not facts.for_servers:
        text = say("The certificate is not meant for servers, so clients refuse it.")
        yield CertificateFault("purpose", True, text, say("Have one made for a web server."))
    if facts.weak:
        text = say("The certificate is too weak for clients of today ({key}).", key=facts.key_kind)
        yield CertificateFault("weak", True, text, say("Make one with EC P-256 or RSA 2048, signed with SHA-256."))


def _order() -> str:
    return say("The server’s own certificate comes first, then who signed it, as in certbot’s fullchain.pem.")


def _chain(facts: CertificateFacts) -> Iterator[CertificateFault]:
    for link, following in zip(facts.chain, facts.chain[1:], strict=False):
        if not link.signed_by_next:
            text = say(
                "The chain is in the wrong order, or cut: {subject} was signed by {issuer}, and {following} follows.",
                subject=link.subject, issuer=link.issuer, following=following.subject,
            )  # fmt: skip
            yield CertificateFault("order", True, text, _order())
            return
    if len(facts.chain) == 1 and facts.from_public_authority:
        text = say("The chain is cut: {issuer}, which signed the certificate, is not in the file.", issuer=facts.issuer)
        cure = say("Use the file with the whole chain; certbot’s is called fullchain.pem, not cert.pem.")
        yield CertificateFault("chain", False, text, cure)


def _names(facts: CertificateFacts, source: Source, wanted: Wanted) -> Iterator[CertificateFault]:
    if not (facts.names or facts.addresses):
        text = say("The certificate holds no name that clients look at (subjectAltName).")
        cure = say("Have one made with the name in that field; the common name alone is not enough.")
        yield CertificateFault("no_names", True, text, cure)
    elif source is Source.HOME and (missing := _missing(facts, wanted)):
        text = say("The certificate does not hold {names}.", names=", ".join(missing))
        cure = say(
            "It is made anew by itself. Else `telltale certificate make --new-authority` does it, and "
            "devices must be told to trust it again."
        )
        yield CertificateFault("names", False, text, cure)


def _missing(facts: CertificateFacts, wanted: Wanted) -> list[str]:
    addresses = [each for each in wanted.addresses if not certificate_names.holds(facts.addresses, each)]
    return [name for name in wanted.names if not _held(facts.names, name)] + addresses


def _held(names: Sequence[str], name: str) -> bool:
    return name in names or (not name.startswith("*.") and certificate_names.covers(names, name))


def _mode(mode: int) -> Iterator[CertificateFault]:
    if mode & OTHERS_READ:
        text = say("Everybody on this machine can read the key.")
        cure = say("Close it with `chmod o-rwx`; where others use this machine, have a new one made.")
        yield CertificateFault("readable", False, text, cure)


def _life(facts: CertificateFacts) -> Iterator[CertificateFault]:
    days = (facts.until - facts.begin) // DAY
    if days > LONGEST_DAYS:
        text = say(
            "The certificate is valid for {days} days; iPhones, iPads and Macs refuse more than {most}.",
            days=days, most=LONGEST_DAYS,
        )  # fmt: skip
        yield CertificateFault("long", False, text, say("Have one made for 397 days or less."))


def _date(seconds: float) -> str:
    return time.strftime("%Y-%m-%d", time.localtime(seconds))
