# SPDX-License-Identifier: GPL-3.0-or-later
"""Services and safe search as the pages show them, for one scope: pure, from rows of config.db and what ships."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from blocklists.packs import search_engines
from blocklists.packs import services as shipped
from blocklists.packs.services import CATEGORIES
from store.base.sentences import recall, say
from store.config.choices import SearchEngine, YoutubeLevel
from store.config.lists import BlocklistView
from store.config.scopes import HOUSE, in_order
from store.household.safe_search_edit import SafeSearchView
from store.names.list_anchor import anchor
from webui.views import blocklists_view, formatting

INHERIT, ON, OFF = "inherit", "on", "off"
GONE = say("This version of Telltale no longer knows it, so it blocks nothing; turn it off and it goes.")
AT_ALL_TIMES = ""  # in place of a schedule's id in a form


@dataclass(frozen=True, slots=True)
class ServiceView:
    """One service for one scope. `state`: what is said there; `house_on`: what holds where nothing is. `words`: what a
    search finds it by, beside its title.

    `names` as (name, whether alone); `schedule`: the id of the one inside which alone `state` holds, or "".
    """

    id: str
    anchor: str
    title: str
    about: str
    breaks: str
    known: bool
    names: tuple[tuple[str, bool], ...]
    hits: int
    state: str
    house_on: bool
    schedule: str
    overrides: tuple[str, ...]
    words: str = ""

    @property
    def letter(self) -> str:
        """What stands in place of a picture: the first letter or digit of its title."""
        return next((each.upper() for each in self.title if each.isalnum()), "?")

    @property
    def blocked(self) -> bool:
        """Whether it is blocked there: by its own word, or by the house's where nothing is said."""
        return self.state == ON or (self.state == INHERIT and self.house_on)


@dataclass(frozen=True, slots=True)
class Category:
    """Services of one kind; `on`: how many of them are on for the scope by its own word."""

    title: str
    services: tuple[ServiceView, ...]
    on: int
    key: str = "gone"  # by which its place on the page is found


@dataclass(frozen=True, slots=True)
class EngineView:
    """A search engine for one scope. `states` as (value, what people call it); YouTube has one a level."""

    engine: str
    title: str
    about: str
    state: str
    schedule: str
    states: tuple[tuple[str, str], ...]


def service(view: BlocklistView, scope: str, hits: Mapping[str, int], names: Mapping[str, str]) -> ServiceView:
    """`hits`: blocklist id → blocked today; `names`: scope → what people call it."""
    known = shipped.of_list(view.id)
    own = next((toggle for toggle in view.toggles if toggle.scope == scope), None)
    return ServiceView(
        id=view.id.removeprefix(shipped.PREFIX),
        anchor=anchor(view.id),
        title=view.title,
        about=recall(known.about) if known and known.about else "",
        breaks=recall(known.breaks) if known and known.breaks else "",
        known=known is not None,
        names=known.names if known else (),
        hits=hits.get(view.id, 0),
        state=_state(scope, None if own is None else own.on),
        house_on=view.on,
        schedule=str(own.schedule) if own and own.schedule is not None else AT_ALL_TIMES,
        overrides=blocklists_view.overrides(view, names) if scope == str(HOUSE) else (),
        words=" ".join(name for name, _ in known.names) if known else "",
    )


def by_category(views: Iterable[tuple[str, ServiceView]]) -> list[Category]:
    """(category, service) pairs, in the order of the page; what is gone comes first, for it wants a word."""
    grouped: dict[str, list[ServiceView]] = {}
    for category, view in views:
        title = CATEGORIES.get(category, "") if view.known else ""
        grouped.setdefault(title or say("No longer known"), []).append(view)
    known, keys = list(CATEGORIES.values()), {title: key for key, title in CATEGORIES.items()}
    order = sorted(grouped, key=lambda title: known.index(title) if title in known else -1)
    return [
        Category(title, tuple(views), sum(view.state == ON for view in views), keys.get(title, "gone"))
        for title, views in ((title, grouped[title]) for title in order)
    ]


def matching(views: Sequence[ServiceView], wanted: str) -> list[ServiceView]:
    """Those in whose title, words or names every word of `wanted` occurs."""
    words = wanted.lower().split()
    return [view for view in views if all(word in _text(view) for word in words)]


@dataclass(frozen=True, slots=True)
class SaidFor:
    """What is said of a service for one scope; `schedule`: the name of the one inside which alone it holds, or ""."""

    scope: str
    whom: str
    on: bool
    schedule: str


def said_for(view: BlocklistView, names: Mapping[str, str], schedules: Mapping[int, str]) -> list[SaidFor]:
    """Each scope that says something of it, the house first."""
    toggles = {toggle.scope: toggle for toggle in view.toggles}
    order = in_order((scope, names.get(scope, scope)) for scope in toggles)
    return [
        SaidFor(scope, whom, toggles[scope].on, schedules.get(toggles[scope].schedule or 0, ""))
        for scope, whom in order
    ]


def sentence(lines: Sequence[SaidFor]) -> str:
    """For whom it is blocked, and for whom it is let be."""
    on = [_whom(line) for line in lines if line.on]
    off = [_whom(line) for line in lines if not line.on and line.scope != str(HOUSE)]
    if not on:
        return say("Nobody is kept from it.")
    if not off:
        return say("It is blocked for {whom}.", whom=formatting.listed(on))
    return say("It is blocked for {whom}, and let be for {others}.", whom=formatting.listed(on),
               others=formatting.listed(off))  # fmt: skip


def _whom(line: SaidFor) -> str:
    whom = formatting.visible(line.whom)
    return say("{whom} (inside {times})", whom=whom, times=formatting.visible(line.schedule)) if line.schedule else whom


def engines(words: Iterable[SafeSearchView], scope: str) -> list[EngineView]:
    """Every engine with what this scope says of it."""
    here = {view.engine: view for view in words if view.scope == scope}
    return [_engine(word, here.get(word), scope) for word in SearchEngine]


def _engine(word: SearchEngine, own: SafeSearchView | None, scope: str) -> EngineView:
    known = search_engines.load()[word]
    state = _state(scope, None if own is None else own.on, silent=INHERIT)
    wider = say("As the setting has it") if scope == str(HOUSE) else say("As the house")
    on = [(ON, say("On"))]
    if word == SearchEngine.YOUTUBE:
        on = [(YoutubeLevel.STRICT, say("On: strict")), (YoutubeLevel.MODERATE, say("On: moderate"))]
        state = (own.level or YoutubeLevel.STRICT) if own and own.on else state
    schedule = str(own.schedule) if own and own.schedule is not None else AT_ALL_TIMES
    return EngineView(
        word, recall(known.title), recall(known.about), state, schedule, ((INHERIT, wider), *on, (OFF, say("Off")))
    )


def _state(scope: str, on: bool | None, silent: str = "") -> str:
    """What a scope says; the house, which follows nobody, says off where it says nothing."""
    if on is None:
        return silent or (OFF if scope == str(HOUSE) else INHERIT)
    return ON if on else OFF


def _text(view: ServiceView) -> str:
    return " ".join((view.id, view.title, view.about, *(name for name, _ in view.names))).lower()
