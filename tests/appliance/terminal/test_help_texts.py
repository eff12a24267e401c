# SPDX-License-Identifier: GPL-3.0-or-later
"""The help of every command, and what commands print, in a language that says each sentence in brackets."""

import os
import re
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from brackets import TAG, Brackets, outside
from brackets import brackets as brackets
from typer.main import get_command

from appliance.cli import commands
from appliance.terminal import help_texts, printing
from appliance.terminal.quick import QUICK
from blocklists.packs import catalogue, vendor_packs
from firewall import recipes
from store.base.process_parts import State
from store.config import settings
from store.config.choices import PackLevel, RuleKind, TokenScope, WallMode
from store.config.wall_switches import BY_NAME
from store.log.records import Verdict

pytestmark = pytest.mark.database

Command = Callable[..., tuple[int, str, str]]


@pytest.fixture
def speaks(command: Command, brackets: Brackets) -> Command:
    """The command in a terminal whose language has brackets."""
    del brackets
    os.environ["LANGUAGE"] = TAG
    return command


def test_every_help_text_is_in_the_catalogue(speaks: Command) -> None:
    del speaks
    texts = [holder.help for holder in help_texts.holders(help_texts.spoken(commands.app))]
    assert len(texts) > 100, "every command and most options have one"
    assert not [text for text in texts if outside(text)]


def test_help_reads_in_the_language_of_the_terminal(speaks: Command) -> None:
    assert "⟦Show all blocklists.⟧" in speaks("lists", "--help")[1]
    assert "⟦Run the appliance in the foreground." in speaks("--help")[1]
    os.environ["LANGUAGE"] = "fr"
    assert "⟦" not in speaks("--help")[1]


def test_help_stays_english_without_another_language() -> None:
    before = [holder.help for holder in help_texts.holders(get_command(commands.app))]
    assert [holder.help for holder in help_texts.holders(help_texts.spoken(commands.app))] == before


def paths(command: Any, *before: str) -> Iterator[tuple[str, ...]]:
    """The words of each command that the library runs."""
    yield before
    for name, inner in getattr(command, "commands", {}).items():
        if name not in QUICK:
            yield from paths(inner, *before, name)


# Syntax: names of commands and values, types, choices, options. A list of commands cuts their sentences short.
SYNTAX = re.compile(
    r"<[^>]+>|\{[^}]+\}|^  \[?[\w|-]+\]?…?(?= +(?:<|⟦|\[))|⟦default:⟧\s+\w+|-[-\w]+|⟦[^⟦⟧\n]*\.$", re.M
)


def bare(text: str) -> list[str]:
    """Words of a help text in no brackets."""
    return re.findall(r"[A-Za-z]*[a-z]{2,}", outside(SYNTAX.sub(" ", re.sub("telltale[ a-z-]*", "", text))))


@pytest.mark.parametrize("path", list(paths(get_command(commands.app))), ids=" ".join)
def test_every_line_of_every_help_is_in_the_catalogue(speaks: Command, path: tuple[str, ...]) -> None:
    assert not bare(speaks(*path, "--help")[1])


@pytest.mark.parametrize("name", ["run", "health", "demo"])
def test_commands_with_a_parser_of_their_own_too(
    speaks: Command, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    with pytest.raises(SystemExit):
        speaks(name, "--help")
    out = capsys.readouterr().out
    assert "⟦show this help message and exit⟧" in out and not bare(out)


def told() -> Iterator[tuple[str, ...]]:
    """Commands, and what goes wrong with them."""
    yield from [
        ("lists",), ("lists", "on", "pack:lg"), ("lists", "off", "pack:lg"), ("lists", "level", "pack:lg", "strict"),
        ("lists", "level", "pack:lg", "none"), ("lists", "on", "nothing"), ("lists", "answer", "pack:lg", "nxdomain"),
        ("lists", "answer", "pack:lg"), ("lists", "remove", "pack:lg"), ("lists", "add", "/no/such/file"),
        ("lists", "guard", "pack:lg", "maybe"), ("devices",), ("devices", "rename", "7", "x"), ("groups", "add", "g"),
        ("groups",), ("groups", "answer", "1"), ("groups", "answer", "1", "refused"), ("groups", "remove", "1"),
        ("groups", "remove", "9"), ("rules", "add", "block", "x.example"), ("rules",), ("rules", "remove", "1"),
        ("rules", "add", "block", ".."), ("rules", "add", "maybe", "x.example"), ("token",), ("token", "revoke", "t"),
        ("token", "create", "t", "--scope", "none"), ("password",), ("wall", "set", "doh", "watch"),
        ("wall", "set", "none", "watch"), ("wall", "set", "doh", "watch", "--group", "g", "--device", "1"),
        ("explain", "data.mistat.xiaomi.com", "--offline"), ("explain", "a.example", "--offline"),
        ("explain", "..", "--offline"), ("explain", "a.example", "--type", "NONE"),
        ("explain", "a.example", "--client", "x", "--offline"), ("doctor",), ("health",), ("gateway", "recipe"),
        ("gateway", "recipe", "none"), ("lists", "add"), ("lists", "frobnicate"), ("lists", "--frobnicate"),
        ("rules", "remove", "x"), ("explain", "--client"), ("run", "--frobnicate"), ("run", "--state"),
        ("health", "--json=1"), ("demo", "--pace", "x"), ("lists", "on", "pack:lg", "x.example"), ("--state",),
        ("lists", "--json=1"), ("run", "x.example"),
    ]  # fmt: skip


@pytest.fixture(scope="module")
def known() -> list[str]:
    """What is no word of a sentence: ids, names, values, and what a person has typed."""
    packs, routers = vendor_packs.load(), recipes.load()
    names = [name for pack in packs for name in vendor_packs.names_at(pack, "everything")]
    words = {text for one in (*catalogue.load(), *routers) for text in (one.id, one.title)}
    words |= {text for pack in packs for text in (pack.blocklist_id, pack.title)}
    words |= {text for name in names for text in (name.name, name.purpose, name.note)} - {""}
    words |= {*WallMode, *BY_NAME, *settings.SETTINGS, *Verdict.__members__, *State, *PackLevel, *TokenScope, *RuleKind}
    words |= {"telltale:", "house", "x.example", "a.example", "nothing", "none", "NONE", "maybe", "UTC", *time.tzname}
    words |= {"frobnicate", "URL_OR_FILE", "ID", "telltale run", "telltale health", "telltale demo"}
    words |= {f"telltale {command}" for command in ("lists", "lists add", "lists on", "rules remove", "explain")}
    words |= {"--client", "--json", "--pace", "--state"}
    words |= {"null", "nxdomain", "refused", "mistat.xiaomi", "com^"}
    return sorted(words, key=len, reverse=True)


@pytest.mark.parametrize("arguments", list(told()), ids=" ".join)
def test_what_is_printed_is_in_the_catalogue(speaks: Command, known: list[str], arguments: tuple[str, ...]) -> None:
    _, out, err = speaks(*arguments, stdin=b"long enough\n")
    left = re.sub(r"(?<!\S)/\S+", "", outside(out + err))  # paths
    for text in known:
        left = left.replace(text, " ")
    assert not re.findall(r"[^\W\d_]{2,}", left), left


def test_a_bare_sentence_is_found(speaks: Command, known: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """What the test above would say of a text that goes by the catalogue."""
    monkeypatch.setattr(printing, "tell_here", str)
    with pytest.raises(AssertionError, match="is on"):
        test_what_is_printed_is_in_the_catalogue(speaks, known, ("lists", "on", "pack:lg"))
