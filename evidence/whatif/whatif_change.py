# SPDX-License-Identifier: GPL-3.0-or-later
"""A change that is only asked about: a toggle, a rule, who is in a group, a list that is not installed. Pure.

    {"toggle": {"blocklist": "pack:xiaomi", "scope": "house", "on": true, "level": "strict"}}    on null: as the wider
    {"rule": {"kind": "block", "name": "x.example", "scope": "house"}} · {"rule": {"remove": 5}}        scope has it
    {"group": {"device": 3, "group": 2, "member": true}}
    {"source": "https://…"} · {"source": "hagezi-pro"} · {"source": {"source": …, "scope": …, "allow": …, "format": …}}

What is in them is checked by the edit that makes the same change for good.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import MISSING, dataclass, fields
from types import UnionType
from typing import Any, get_args, get_type_hints

from store.base.sentences import say
from store.config.choices import RuleForm, RuleKind
from store.config.scopes import HOUSE

MAX_CHANGES = 20  # of one question; each list from outside is downloaded
MAX_PLANNED = 400  # of one that pages put together: all rules that one click makes, and a pack
KEEP = -1  # a toggle's schedule that stays as it is


class BadChange(ValueError):  # noqa: N818 - what the change is
    """What was asked about is no change; the text is a sentence."""


@dataclass(frozen=True, slots=True)
class ToggleChange:
    """A list, pack or service on or off for a scope; `on` None: as the wider scope has it."""

    blocklist: str
    scope: str = str(HOUSE)
    on: bool | None = True
    level: str | None = None
    schedule: int | None = KEEP


@dataclass(frozen=True, slots=True)
class RuleChange:
    """A rule of the home's own that there is not yet."""

    kind: str
    name: str
    scope: str = str(HOUSE)
    subdomains: bool = True
    form: str = RuleForm.NAME
    types: str = ""
    inverted: bool = False
    answer: str = ""


@dataclass(frozen=True, slots=True)
class RuleRemoval:
    """A rule of the home's own that goes, by its id."""

    remove: int


@dataclass(frozen=True, slots=True)
class GroupChange:
    """A device that comes into a group, or leaves it."""

    device: int
    group: int
    member: bool = True


@dataclass(frozen=True, slots=True)
class SourceChange:
    """A list by its address, its id in the catalogue or (on the command line) its file, on for a scope."""

    source: str
    scope: str = str(HOUSE)
    allow: bool = False
    format: str | None = None


Change = ToggleChange | RuleChange | RuleRemoval | GroupChange | SourceChange

_KINDS: dict[str, tuple[type[Any], ...]] = {
    "toggle": (ToggleChange,), "rule": (RuleRemoval, RuleChange), "group": (GroupChange,), "source": (SourceChange,),
}  # fmt: skip


def read_changes(values: object, most: int = MAX_CHANGES) -> tuple[Change, ...]:
    """The changes of a JSON array. Raises BadChange, which names what is wrong."""
    if not isinstance(values, list) or not values:
        raise BadChange(say("Say at least one change."))
    if len(values) > most:
        raise BadChange(say("At most {most} changes are asked about at once.", most=most))
    return tuple(map(read_change, values))


def read_change(value: object) -> Change:
    """One change of a JSON object with a single key. Raises BadChange."""
    if not isinstance(value, Mapping) or len(value) != 1 or next(iter(value)) not in _KINDS:
        raise BadChange(say("A change is one of {kinds}, with what it is about.", kinds=", ".join(_KINDS)))
    (kind, inner), = value.items()
    if kind == "source" and isinstance(inner, str):
        inner = {"source": inner}
    if not isinstance(inner, Mapping):
        raise BadChange(say("What stands in “{kind}” is no object.", kind=kind))
    classes = _KINDS[kind]
    cls = RuleRemoval if kind == "rule" and "remove" in inner else classes[-1]
    made: Change = _made(cls, kind, inner)
    if isinstance(made, RuleChange) and made.kind not in tuple(RuleKind):
        raise BadChange(say("A rule's kind is block or allow."))
    return made


def as_json(changes: Iterable[Change]) -> list[dict[str, Any]]:
    """What `read_changes` reads."""
    return [
        {next(kind for kind, classes in _KINDS.items() if type(change) in classes): {
            field.name: getattr(change, field.name) for field in fields(change)
        }}
        for change in changes
    ]  # fmt: skip


def _made(cls: type[Any], kind: str, inner: Mapping[str, Any]) -> Any:
    hints = get_type_hints(cls)
    for name, value in inner.items():
        if name not in hints:
            raise BadChange(say("“{kind}” has no “{name}”.", kind=kind, name=name))
        if not _fits(value, hints[name]):
            shown = repr(value)[:80]
            raise BadChange(say("“{name}” of “{kind}” cannot be {value}.", name=name, kind=kind, value=shown))
    for field in fields(cls):
        if field.default is MISSING and field.name not in inner:
            raise BadChange(say("“{kind}” needs “{name}”.", kind=kind, name=field.name))
    return cls(**inner)


def _fits(value: object, hint: Any) -> bool:
    kinds = get_args(hint) if isinstance(hint, UnionType) else (hint,)
    return type(value) in kinds or (str in kinds and isinstance(value, str))
