# SPDX-License-Identifier: GPL-3.0-or-later
"""Sentences that people read: each is in the catalogue as it stands in the source."""

import importlib.util
import sys
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from babel.messages.catalog import Catalog

HOUSE = Path(__file__).parents[1]


def _loaded() -> ModuleType:
    spec = importlib.util.spec_from_file_location("messages", HOUSE / "scripts" / "messages.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules["messages"] = module
    spec.loader.exec_module(module)
    return module


messages = _loaded()
messages.calls = cache(lambda read=messages.calls: tuple(read()))  # the source stays as it is while tests run


def ids(catalogue: Catalog) -> set[tuple[object, ...]]:
    return {(message.context, message.id, *sorted(message.flags)) for message in catalogue if message.id}


def test_the_catalogue_holds_what_the_source_says() -> None:
    said, held = ids(messages.catalogue()), ids(messages.read(messages.POT))
    new, gone = said - held, held - said
    assert not new, "make messages"
    assert not gone, "no place in the source says these any more: make messages"


def test_every_sentence_stands_there_and_is_given_what_it_names() -> None:
    wrong = []
    for call in messages.calls():
        where = f"{call.place}:{call.line}"
        texts = [call.texts[at] for at in messages.CALLS[call.function] if at is not None]
        if not all(texts):
            wrong.append(f"{where}: a sentence is a literal, else it is in no catalogue")
            continue
        sense = messages.CALLS[call.function][0]
        named = set().union(*(messages.fields(text) for text in texts if sense is None or text != call.texts[sense]))
        filled = call.function != "mark" and call.values is not None  # what is marked is filled by a script
        if filled and named and named != call.values - ({"count"} - named):
            wrong.append(f"{where}: names {sorted(named)} and is given {sorted(call.values)}")
        if call.values and not named and call.values != {"count"}:
            wrong.append(f"{where}: names nothing and is given {sorted(call.values)}")
    assert not wrong


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ('say("Saved.")', ("Saved.", None, None, set())),
        ('say("a {b}" " c", b=say("d"))', ("a {b} c", None, None, {"b"})),
        ('say_count(len(x), "one", "many", who=1)', ("one", "many", None, {"who", "count"})),
        ('say_as("time", "From")', ("From", None, "time", set())),
        ('say(f"a {b}")', (None, None, None, set())),
        ('say("a {b}", **more)', ("a {b}", None, None, None)),
    ],
)
def test_how_a_sentence_is_found(source: str, found: tuple[object, ...]) -> None:
    for call in [*messages.in_python(source, "x.py"), *_in_template(source)]:
        if call.texts[-1] != "d":
            sense, text, many = (None if at is None else call.texts[at] for at in messages.CALLS[call.function])
            assert (text, many, sense, call.values) == found


def _in_template(source: str) -> list[Any]:
    """As a template writes it, where it can be written there at all."""
    if 'f"' in source or '" "' in source:
        return []
    return list(messages.in_template("{{ " + source + " }}", "x.html"))


def test_two_plurals_of_one_text_are_refused() -> None:
    made = Catalog()
    messages.add(made, "{count} name", "{count} names", None, "x.py")
    with pytest.raises(ValueError, match="two plurals"):
        messages.add(made, "{count} name", "{count} namen", None, "x.py")
