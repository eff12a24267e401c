# SPDX-License-Identifier: GPL-3.0-or-later
"""What is decided for a device as its page shows it: lists with their choices, and all else as lines. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from blocklists.packs import search_engines
from store.base.sentences import Sentence, say, say_count
from store.config.choices import ListKind, PackLevel, ScopeKind, SearchEngine, WallMode
from store.config.scopes import Scope
from store.household.decided_by import Word
from store.names.list_anchor import anchor
from webui.devices.decided import Decided, ListWord
from webui.views import formatting
from webui.views.labels import label

INHERIT, ON, OFF = "inherit", "on", "off"
MAX_RULES = 6  # names of rules that a line tells


@dataclass(frozen=True, slots=True)
class ListLine:
    """A list for one device. `state`: what holds, in words, set for `origin`; `chosen`: one of `choices`."""

    id: str
    anchor: str
    title: str
    kind: str
    on: bool
    state: str
    origin: str
    own: bool
    chosen: str
    choices: tuple[tuple[str, str], ...]
    hits: int


@dataclass(frozen=True, slots=True)
class Line:
    """Something else that is decided: what, how, by whom; `href`, `act`: where it is changed, in words with whom."""

    key: str
    title: str
    says: str
    origin: str
    href: str = ""
    act: str = ""


def list_lines(words: Iterable[ListWord], names: Mapping[str, str], hits: Mapping[str, int]) -> list[ListLine]:
    """Those that differ for the device first, then those that are on, packs first, by what they blocked today.

    `names`: scope → what people call it; `hits`: blocklist id → blocked for this device today.
    """
    lines = [_list_line(word, names, hits) for word in words]
    return sorted(lines, key=lambda line: (
        not line.own, not line.on, line.kind != ListKind.PACK, -line.hits, line.title.casefold(),
    ))  # fmt: skip


def matters(line: ListLine) -> bool:
    """Whether it is shown before anyone asks for all."""
    return line.on or line.own or line.hits > 0


def lines(
    decided: Decided, number: int, whom: str, names: Mapping[str, str], services: Sequence[ListLine],
    wall: WallMode, timed: Mapping[str, Word],
) -> list[Line]:  # fmt: skip
    """`timed`: sentences on "pause" and "access" (store.household.decided_by), as far as somebody said something."""
    device = {"device": formatting.visible(whom)}
    scope = f"device:{number}"
    return [
        _blocking(timed), _access(decided, names, timed),
        Line("services", say("Services"), _services(services), _origins(services),
             f"/services?scope={scope}", say("Choose services for {device}", **device)),
        Line("safe-search", say("Safe search"), _engines(decided), _engine_origin(decided, names),
             f"/services?scope={scope}#safe-search", say("Set safe search for {device}", **device)),
        Line("wall", say("The wall"), _wall(decided, wall),
             say("this device, or its groups") if decided.modes else say("the house"),
             f"/bypass/wall?scope={scope}", say("Set the wall for {device}", **device)),
        Line("rules", say("Rules of your own"), _rules(decided), _rule_origin(decided, names), "/blocklists/rules",
             say("All rules of your own")),
        *_of_group(decided),
    ]  # fmt: skip


def origin(scope: Scope, names: Mapping[str, str]) -> str:
    """For whom it is set: "the house", "the group Kids", "this device alone"."""
    if scope.kind == ScopeKind.HOUSE:
        return say("the house")
    if scope.kind == ScopeKind.DEVICE:
        return say("this device alone")
    return say("the group {group}", group=formatting.visible(names.get(str(scope), str(scope.number))))


def _list_line(word: ListWord, names: Mapping[str, str], hits: Mapping[str, int]) -> ListLine:
    view = word.view
    own = "" if word.own is None else ((word.level or ON) if word.own[0] else OFF)
    steps = tuple(PackLevel) if view.kind == ListKind.PACK else (ON,)
    follow = _follow(word.wider_scope, _state(*word.wider), names)
    choices = ((INHERIT, follow), (OFF, say("Off here")), *((str(step), _here(str(step))) for step in steps))
    return ListLine(
        view.id, anchor(view.id), view.title, view.kind, word.on, _state(word.on, word.level),
        origin(word.scope, names), word.own is not None, own or INHERIT, choices, hits.get(view.id, 0),
    )  # fmt: skip


def _follow(scope: Scope, state: str, names: Mapping[str, str]) -> str:
    if scope.kind == ScopeKind.HOUSE:
        return say("As the house: {state}", state=state)
    return say("As {group}: {state}", group=formatting.visible(names.get(str(scope), str(scope.number))), state=state)


def _state(on: bool, level: str | None) -> Sentence | str:
    if not on:
        return label("off")
    return label(level) if level else label("on")


def _here(step: str) -> str:
    return say("On here") if step == ON else say("Here: {level}", level=label(step))


def _blocking(timed: Mapping[str, Word]) -> Line:
    pause = timed["pause"]
    return Line("blocking", say("Blocking"), pause.sentence or say("on"), "" if pause.sentence else say("the house"))


def _access(decided: Decided, names: Mapping[str, str], timed: Mapping[str, Word]) -> Line:
    usually = say("outside the times of its groups") if decided.timed else say("at all times")
    sentence = timed["access"].sentence or usually
    groups = [origin(Scope(ScopeKind.GROUP, number), names) for number in decided.groups]
    return Line("access", say("Access"), sentence, formatting.listed(groups) or say("the house"), "/times",
                say("Set times for groups"))  # fmt: skip


def _services(services: Sequence[ListLine]) -> str:
    titles = [formatting.visible(line.title) for line in services if line.on]
    return say("{titles} blocked", titles=formatting.listed(titles)) if titles else say("none blocked")


def _origins(services: Sequence[ListLine]) -> str:
    return formatting.listed(dict.fromkeys(line.origin for line in services if line.on)) or say("the house")


def _engines(decided: Decided) -> str:
    known = search_engines.load()
    titles = [
        f"{known[SearchEngine(engine)].title} ({level})" if level else known[SearchEngine(engine)].title
        for engine, level, _ in decided.engines
    ]
    return formatting.listed(titles) or label("off")


def _engine_origin(decided: Decided, names: Mapping[str, str]) -> str:
    scopes = dict.fromkeys(scope for _, _, scope in decided.engines)
    words = [say("the setting of the house") if scope is None else origin(scope, names) for scope in scopes]
    return formatting.listed(words) or say("the house")


def _wall(decided: Decided, wall: WallMode) -> str:
    if wall is WallMode.OFF:
        return label("off")
    if not decided.modes:
        return say("{mode}, all switches as the house has them", mode=label(wall))
    return say_count(
        len(decided.modes), "{mode}, {count} switch of its own", "{mode}, {count} switches of its own",
        mode=label(wall),
    )  # fmt: skip


def _rules(decided: Decided) -> str:
    """Those of the device and its groups by name, those of the house by their number."""
    own = [(scope, rule) for scope, rule in decided.rules if scope.kind != ScopeKind.HOUSE]
    shown = [
        say("{kind} {name}", kind=label(rule.kind), name=formatting.visible(rule.name)) for _, rule in own[:MAX_RULES]
    ]
    of_house = len(decided.rules) - len(own)
    counted = say_count(of_house, "{count:,} of the house", "{count:,} of the house") if of_house else ""
    if not shown:
        return counted or say("none")
    shown_rules = ", ".join(shown) + (" …" if len(own) > MAX_RULES else "")
    return say("{rules}; and {others}", rules=shown_rules, others=counted) if counted else shown_rules


def _rule_origin(decided: Decided, names: Mapping[str, str]) -> str:
    return formatting.listed(origin(scope, names) for scope in dict.fromkeys(scope for scope, _ in decided.rules))


def _of_group(decided: Decided) -> Iterable[Line]:
    group = next(iter(decided.groups), 0)
    if decided.upstreams:
        yield Line("upstreams", say("Answered by"), ", ".join(decided.upstreams), say("its group"), f"/groups/{group}",
                   say("See the group"))  # fmt: skip
    if decided.answer:
        yield Line("answer", say("Answer to what is blocked"), formatting.visible(decided.answer), say("its group"),
                   f"/groups/{group}", say("See the group"))  # fmt: skip
