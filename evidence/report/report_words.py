# SPDX-License-Identifier: GPL-3.0-or-later
"""What a report says in plain words: the summary, how it was made, and what it cannot show. Pure: from its numbers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from evidence.findings.finding_words import period
from evidence.report import leak_words
from evidence.report_counts.subject import About
from store.base.sentences import Sentence, figure, say, say_count, together
from store.names.purpose import Kind

Numbers = Mapping[str, Any]

MOST = 5  # companies of one sentence
PURPOSES = {
    "analytics": say("analytics: what you do is counted or recorded"), "ads": say("advertising"),
    "crash": say("reports of crashes"), "push": say("push messages"), "update": say("updates"),
    "config": say("settings of programs"), "cloud": say("your data in a cloud, control of a device"),
    "content": say("content that you read, see, hear or buy"), "infrastructure": say("what the network itself needs"),
    "function": say("what an app needs to work"), "unknown": say("unknown"),
}  # fmt: skip
KINDS = {Kind.TRACKING.word: say("tracking"), Kind.USE.word: say("use"), Kind.UNKNOWN.word: say("unknown")}
SOURCES = {
    "companies": say("Telltale's table of companies"), "companiesdb": say("companiesdb (CC BY-SA 4.0)"),
    "telemetry": say("Telltale's table of telemetry names"), "labels": say("a word in the name"),
    "lists": say("a blocklist that holds it"), "cname": say("where it leads to"),
    "correction": say("a person of this home"), "": say("nothing knows it"),
}  # fmt: skip


def summary(document: Numbers) -> Iterator[Sentence]:
    """The sentences with which a report begins."""
    numbers, subject, span = document["numbers"], document["subject"], document["range"]
    if document.get("kept"):
        yield say("The query log no longer has all rows of this time. These are the numbers that were kept when the "
                  "idle test was over; its statements cannot be run again.")  # fmt: skip
    total, kinds = numbers["total"], {row["kind"]: row for row in numbers["kinds"]}
    if not total["queries"] and document.get("kept"):
        yield say("Idle test: from {from_} to {to} nobody used {title}. By itself it asked for nothing.",
                  from_=span["from"], to=span["to"], title=subject["title"])  # fmt: skip
        return
    if not total["queries"]:
        yield say("From {from_} to {to} the query log has no query of {title}.", from_=span["from"], to=span["to"],
                  title=subject["title"])  # fmt: skip
        return
    names = say_count(total["names"], "{count:,} name", "{count:,} names")
    lookups = say_count(total["lookups"], "{count:,} look-up", "{count:,} look-ups")
    if subject["about"] == About.COMPANY:
        devices = len({row["device_id"] for row in numbers["devices"] if row["lookups"]})
        yield say(
            "From {from_} to {to} {devices} of this home asked for {names} of {title}, in {lookups}.",
            devices=say_count(devices, "{count:,} device", "{count:,} devices"), names=names, title=subject["title"],
            lookups=lookups, from_=span["from"], to=span["to"],
        )  # fmt: skip
    elif document["test"]:
        yield say("Idle test: from {from_} to {to} nobody used {title}. By itself it asked for {names}, in {lookups}.",
                  from_=span["from"], to=span["to"], title=subject["title"], names=names, lookups=lookups)  # fmt: skip
    else:
        yield say("From {from_} to {to} {title} asked for {names}, in {lookups}.", from_=span["from"], to=span["to"],
                  title=subject["title"], names=names, lookups=lookups)  # fmt: skip
    yield from _tracking(kinds[Kind.TRACKING.word], total, numbers, subject["about"] == About.DEVICE)
    yield from leak_words.summary(numbers)
    if (unknown := kinds[Kind.UNKNOWN.word])["lookups"]:
        yield say_count(
            unknown["lookups"],
            "Of {count:,} look-up ({share}) nobody knows what it is for.",
            "Of {count:,} look-ups ({share}) nobody knows what they are for.",
            share=_share(unknown["lookups"], total["lookups"]),
        )
    yield from map(_half, numbers.get("halves", ()))
    yield from _beats(document["beats"])


def method(document: Numbers) -> Iterator[Sentence]:
    """How the numbers came about."""
    yield say("Telltale answers the DNS queries of the home and writes a record of each into its query log: when, by "
              "which address, for which name, and what became of it. This report counts those records.")  # fmt: skip
    if document.get("kept"):
        yield say("This report itself was made from the result of the idle test, as it was counted from those records "
                  "on {computed} and kept: the query log has let rows of that time go.",
                  computed=document["kept"]["computed"])  # fmt: skip
    yield say("A look-up is what an app does once: queries for addresses (A, AAAA, HTTPS, SVCB) of one name by one "
              "device within a second are one; each query of another type is one by itself. What became of a look-up "
              "is what became of the query that began it.")  # fmt: skip
    yield say("Whose a name is, and what for, is looked up in tables that come with Telltale, without asking anybody; "
              "the source is beside each name. Tracking is analytics, advertising and crash reports: it tells about "
              "you. Use is what you, or a feature, asked for. These are the facts of version {version}.",
              version=document["facts_version"])  # fmt: skip
    yield say("A beat is told where the times of look-ups show a program rather than a person: most intervals are one "
              "period long or a multiple of it, for hours, also at night. Caches hide beats, so the period is at least "
              "as often as told.")  # fmt: skip
    yield say("Times are those of {zone}; hours in the picture are whole hours of UTC. Days of the chain are days of "
              "UTC.", zone=document["zone"])  # fmt: skip


def limits(document: Numbers) -> Iterator[Sentence]:
    """What the report cannot show."""
    around = document["circumstances"]
    yield say("DNS shows that a device asked for a name, and when. It shows neither what was sent there, nor whether "
              "anything was, nor which app asked.")  # fmt: skip
    yield say("A look-up that a device answers from its own cache, or an app that uses an address it already has, is "
              "not in the log: there may be more connections than look-ups.")  # fmt: skip
    yield say("A name that belongs to a company is no proof that the company's software asked: a web page or an app "
              "of others may have had it fetched.")  # fmt: skip
    yield _wall(around["wall"])
    caught = [each for each in around["bypasses"] or () if each["watched"] or each["refused"]]
    if caught:
        kinds = ", ".join(f"{each['title']} {each['watched'] + each['refused']:,}" for each in caught)
        yield say("The wall caught attempts to go around DNS in this time: {kinds}.", kinds=kinds)
    yield from document["kept"]["limits"] if document.get("kept") else _of_log(document)
    yield from leak_words.limits(document["numbers"])
    yield say("The facts about names are as good as their sources: a name may have been given to another company "
              "since, and a shared server answers for many.")  # fmt: skip


def _of_log(document: Numbers) -> Iterator[Sentence]:
    """What its log lacks."""
    around = document["circumstances"]
    if around["dropped"]:
        yield say_count(
            around["dropped"],
            "{count:,} record of the whole home was dropped in this time, since it could not be written.",
            "{count:,} records of the whole home were dropped in this time, since they could not be written.",
        )
    else:
        yield say("No record is known to have been dropped in this time.")
    if around["gap_hours"]:
        yield say_count(
            around["gap_hours"],
            "In {count:,} hour of this time the log has nothing of any device: Telltale was off, or nobody asked.",
            "In {count:,} hours of this time the log has nothing of any device: Telltale was off, or nobody asked.",
        )
    if around["deleted_to_us"] >= document["range"]["from_us"]:
        yield say("Records at the beginning of this time are no longer kept in the log, for their age or its size.")
    if around["cleared"]:
        yield say_count(
            around["cleared"],
            "{count:,} time a person deleted records that may have been of this time.",
            "{count:,} times a person deleted records that may have been of this time.",
        )
    if document["numbers"]["total"]["imported"]:
        yield say_count(
            document["numbers"]["total"]["imported"],
            "{count:,} query was taken over from another program's log; this appliance did not see it itself.",
            "{count:,} queries were taken over from another program's log; this appliance did not see them itself.",
        )


def proof(document: Numbers) -> Iterator[Sentence]:
    """What makes the report one that can be checked."""
    chain = document["chain"]
    if document.get("kept"):
        yield say("This file ends with a digest of itself: `telltale evidence verify FILE` finds any byte that was "
                  "changed. Run where the idle test is kept, it also compares each number with the result "
                  "there.")  # fmt: skip
        yield say("The rows behind it are no longer in the query log, so nobody can count them again.")
        yield say("It does not prove that the appliance wrote the truth in the first place.")
        return
    yield say("This file ends with a digest of itself: `telltale evidence verify FILE` finds any byte that was "
              "changed. Run where the log is, it also counts every number again, and compares each row.")  # fmt: skip
    if chain["links"]:
        yield say("The query log's days are chained as they close, each with the one before. Keep the head of the "
                  "chain elsewhere: from then on nothing before it can be changed without that showing.")  # fmt: skip
    else:
        yield say("No day of the log was closed yet when this report was made, so the chain does not protect its rows.")
    yield say("It does not prove that the appliance wrote the truth in the first place.")


def purpose(word: str) -> str:
    """What a name is for, in plain words."""
    return PURPOSES.get(word, word)


def source(word: str) -> str:
    """Where a fact comes from, in plain words."""
    if word.startswith("pack:"):
        return say("Telltale's pack {pack}", pack=word.removeprefix("pack:"))
    return SOURCES.get(word, word)


def _tracking(tracking: Numbers, total: Numbers, numbers: Numbers, of_device: bool) -> Iterator[Sentence]:
    if not tracking["lookups"]:
        yield say("None of them was for a name that is known to track.")
        return
    yield say_count(
        tracking["lookups"],
        "{count:,} look-up ({share}) was tracking: it tells about you.",
        "{count:,} look-ups ({share}) were tracking: they tell about you.",
        share=_share(tracking["lookups"], total["lookups"]),
    )
    whom = [row for row in numbers["companies"] if row["kind"] == Kind.TRACKING.word and row["company"]]
    if of_device and whom:
        most = ", ".join(f"{row['company']} ({row['lookups']:,})" for row in whom[:MOST])
        yield say_count(
            len(whom), "It was for {count:,} company: {most}.", "It was for {count:,} companies, most of all {most}.",
            most=most,
        )  # fmt: skip
    yield say("Of the tracking, {blocked:,} look-ups were blocked and {answered:,} were answered{failed}.",
              blocked=tracking["blocked"], answered=tracking["answered"],
              failed=say("; {failed:,} got no answer", failed=tracking["failed"] + tracking["other"])
              if tracking["failed"] + tracking["other"] else "")  # fmt: skip


def _beats(beats: list[Any]) -> Iterator[Sentence]:
    tracking = [beat for beat in beats if beat["kind"] == Kind.TRACKING.word]
    for beat in (tracking or beats)[:3]:
        if beat["night"] is None:
            yield say("{name} ({company}) was asked for at a beat: at least every {period}.", name=beat["name"],
                      company=beat["company"] or say("unknown"), period=period(beat["period_s"]))  # fmt: skip
            continue
        at_night = say("also at night") if beat["night"] else say("by day")
        yield say("{name} ({company}) was asked for at a beat: at least every {period}, {at_night}.", name=beat["name"],
                  company=beat["company"] or say("unknown"), period=period(beat["period_s"]),
                  at_night=at_night)  # fmt: skip


def _half(row: Numbers) -> Sentence:
    if row["blocking"] == "off":
        return say("While blocking was paused: {lookups:,} look-ups, {answered:,} of them answered.",
                   lookups=row["lookups"], answered=row["answered"])  # fmt: skip
    return say("While it was on: {lookups:,} look-ups, {blocked:,} of them blocked and {answered:,} answered.",
               lookups=row["lookups"], blocked=row["blocked"], answered=row["answered"])  # fmt: skip


def _wall(wall: Numbers | None) -> Sentence:
    if wall is None:
        return say("Whether devices could go around DNS at that time is not known.")
    around = say("A device can go around DNS: by another DNS server, by encrypted DNS, or by fixed addresses.")
    modes = {
        "off": say("The wall was off when this report was made, so nobody watched for it."),
        "watch": say("The wall watched for it when this report was made, and let it pass."),
        "enforce": say("The wall refused what it knows of it when this report was made."),
    }
    return together(around, modes.get(wall["mode"], modes["off"]))


def _share(part: int, whole: int) -> str:
    return say("{number}\u00a0%", number=figure(100 * part / whole, ".1f") if whole else 0)
