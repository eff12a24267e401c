# SPDX-License-Identifier: GPL-3.0-or-later
"""`telltale evidence test`: a device is left alone for a while; `start`, `show`, `stop`, `compare`, `delete`."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from appliance.errors import Complaint
from appliance.evidence_cli import idle_test_words
from appliance.evidence_cli.asked_device import device_names, named
from appliance.terminal import context as cli_context
from appliance.terminal import printing
from blocklists.whose import home_facts
from evidence.idle_test import begin, compare, idle_test_rows, idle_tests_file, result_json, settle
from evidence.idle_test.idle_test import MAX_MINUTES, BadTest, Blocking, NewTest, NoTest
from evidence.idle_test.result import TestResult
from store.base import db, durations, status
from store.base.sentences import say, sentence_of
from store.base.store_errors import StoreError
from store.config import devices

MINUTE_S = 60

Device = Annotated[str, typer.Argument(metavar="DEVICE", help="Its number or name, as `telltale devices` shows it.")]
For = Annotated[str, typer.Option("--for", metavar="DURATION", help="A minute to a day: 15m, 60m, 8h.")]
Title = Annotated[str, typer.Option("--title", metavar="TEXT", help="What the test is called.")]
Block = Annotated[Blocking, typer.Option("--blocking", help="off: paused for the device; halves: first off, then on.")]
Id = Annotated[int, typer.Argument(metavar="ID", help="As `telltale evidence test show` shows it.")]
MaybeId = Annotated[int | None, typer.Argument(metavar="[ID]", help="One of them; without it all are listed.")]

app = typer.Typer(help="Leave a device alone, and see what it asks for.", rich_markup_mode=None, no_args_is_help=True)


@app.command()
def start(
    device: Device, length: For = "60m", title: Title = "", blocking: Block = Blocking.ON,
    state: cli_context.State = None, json: cli_context.Json = False,
) -> None:  # fmt: skip
    """Begin a test; it goes on by itself, also while the appliance is restarted."""
    engine, directory = cli_context.engine(state), cli_context.config(state)
    reading = closing(db.connect(directory / "config.db", read_only=True))
    with _opened(directory, writing=True) as con, reading as config:
        number, name = _device(directory, device)
        addresses = tuple(address for address, its in devices.clients(config).items() if its == number)
        new = NewTest(number, name, _minutes(length), title, blocking, addresses=addresses)
        test = begin.begin(con, engine, config, new, cli_context.user(), begin.now_us())
    if json:
        return printing.as_json(asdict(test))
    printing.tell(say("Test {id} of {device} runs until {time}. Leave the device alone now.", id=test.id,
                      device=printing.harmless(test.device), time=idle_test_words.when(test.to_us)))  # fmt: skip
    return printing.tell(say("What it asks for: telltale evidence test show {id}", id=test.id))


@app.command()
def show(number: MaybeId = None, state: cli_context.State = None, json: cli_context.Json = False) -> None:
    """Every test, the latest first; or what one shows: until now, or in all."""
    directory, now_us = cli_context.config(state, become_owner=False), begin.now_us()
    with _opened(directory, writing=False) as con:
        if number is None:
            tests = idle_test_rows.tests(con)
            return printing.as_json(list(map(asdict, tests))) if json else idle_test_words.tests(tests, now_us)
        test = idle_test_rows.test(con, number)
        _await_recorder(directory)
        result = settle.result_of(con, directory, test, home_facts.load(directory), now_us)
    if json:
        return printing.as_json({"test": asdict(test), **_plain(result)})
    return idle_test_words.result(test, result, now_us)


@app.command()
def stop(number: Id, state: cli_context.State = None) -> None:
    """End a test now, and the pause that came with it."""
    engine = cli_context.engine(state)
    with _opened(cli_context.config(state), writing=True) as con:
        test = begin.stop(con, engine, number, begin.now_us())
    printing.tell(say("Test {id} of {device} is over.", id=test.id, device=printing.harmless(test.device)))


@app.command("compare")
def compare_two(
    number: Id, other: Annotated[int, typer.Argument(metavar="ID", help="The other one.")],
    state: cli_context.State = None, json: cli_context.Json = False,
) -> None:  # fmt: skip
    """What is new, gone or changed between two tests, such as before and after an update."""
    directory, now_us = cli_context.config(state, become_owner=False), begin.now_us()
    if number == other:
        raise Complaint(say("Choose two tests: this is the same one twice."))
    with _opened(directory, writing=False) as con:
        facts, both = home_facts.load(directory), [idle_test_rows.test(con, each) for each in (number, other)]
        _await_recorder(directory)
        compared = compare.compare(*(settle.result_of(con, directory, test, facts, now_us) for test in both))
    if json:
        return printing.as_json({
            **asdict(compared), "before": compared.before.test_id, "after": compared.after.test_id
        })  # fmt: skip
    return idle_test_words.comparison(compared)


@app.command()
def delete(number: Id, state: cli_context.State = None) -> None:
    """Forget a test with its result, for good."""
    engine = cli_context.engine(state)
    with _opened(cli_context.config(state), writing=True) as con:
        begin.delete(con, engine, number, begin.now_us())
    printing.tell(say("Test {id} is deleted.", id=number))


def register(group: typer.Typer) -> None:
    """Add these commands to the group."""
    group.add_typer(app, name="test")


@contextmanager
def _opened(directory: Path, *, writing: bool) -> Iterator[sqlite3.Connection]:
    opened = idle_tests_file.open_writer if writing else idle_tests_file.open_reader
    before = idle_tests_file.asides(directory)
    try:
        with closing(opened(directory)) as con:
            for name in idle_tests_file.asides(directory):
                if name not in before:
                    printing.warn(idle_tests_file.put_aside_words(name))
            yield con
    except (NoTest, BadTest) as error:
        raise Complaint(sentence_of(error)) from None
    except (sqlite3.Error, StoreError) as error:
        raise Complaint(idle_tests_file.told(directory, error)) from None


def _await_recorder(directory: Path) -> None:
    settle.await_recorder(directory, status.find_run_dir(directory, os.environ))


def _device(directory: Path, text: str) -> tuple[int, str]:
    """By its number, else by its name."""
    names = device_names(directory)
    if text.isdecimal() and int(text) in names:
        return int(text), names[int(text)]
    number = named(directory, text)
    return number, names[number]


def _minutes(text: str) -> int:
    try:
        seconds = durations.parse_seconds(text)
    except ValueError as error:
        raise Complaint(sentence_of(error)) from None
    if seconds % MINUTE_S:
        raise Complaint(say("A test takes whole minutes, 1 to {most:,}.", most=MAX_MINUTES))
    return seconds // MINUTE_S


def _plain(result: TestResult) -> dict[str, Any]:
    """As it is kept, with counts by their names."""
    names = [
        {**each, "counts": asdict(name.counts), "unblocked": asdict(name.unblocked), "kind": name.kind.word,
         "times": name.times, "leaked": name.leaked}
        for each, name in zip(result_json.plain(result)["names"], result.names, strict=True)
    ]  # fmt: skip
    return {
        **result_json.plain(result), "counts": asdict(result.counts), "unblocked": asdict(result.unblocked),
        "leaked": result.leaked, "names": names,
    }  # fmt: skip
