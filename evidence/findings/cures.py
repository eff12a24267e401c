# SPDX-License-Identifier: GPL-3.0-or-later
"""What a person can do about a finding: one act, where its button is, and the command that does the same. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from evidence.findings.finding import Cause, Finding, FindingKind
from store.base.sentences import Sentence, say
from store.config.choices import ScopeKind
from store.config.scopes import HOUSE, Scope
from store.names.list_anchor import anchor, page_of


@dataclass(frozen=True, slots=True)
class Cure:
    """`words`: what to do, a sentence; `address`: of the page where it is done, "" where nothing is to be done."""

    words: str = ""
    address: str = ""
    command: str = ""


NOTHING = Cure()


def cure(finding: Finding) -> Cure:
    """The act that ends it, as far as there is one."""
    make = _OF_LEAK.get(finding.cause) if finding.kind is FindingKind.LEAK else _OF_KIND.get(finding.kind)
    return make(finding) if make else NOTHING


def list_name(finding: Finding) -> str:
    """What people call the list, with a pack's level."""
    title = finding.list_title or finding.blocklist
    return say("{list} at level {level}", list=title, level=finding.level) if finding.level else title


def _turn_on(finding: Finding) -> Cure:
    words = say("Turn on {list} for {scope}.", list=list_name(finding), scope=_whom(finding.scope))
    return Cure(words, _toggle_page(finding.blocklist, finding.scope), _command_on(finding))


def _command_on(finding: Finding) -> str:
    scope = Scope.parse(finding.scope or str(HOUSE))
    if finding.level and scope == HOUSE:
        return f"telltale lists level {finding.blocklist} {finding.level}"
    if scope.kind == ScopeKind.GROUP:
        level = f" --level {finding.level}" if finding.level else ""
        return f"telltale groups lists {scope.number} {finding.blocklist}{level}"
    return f"telltale lists on {finding.blocklist} --scope {scope}"


def _later(finding: Finding) -> Cure:
    by = finding.rule or list_name(finding)
    return Cure(say("Nothing is to be done: {list} blocks it now.", list=by))


def _pause(finding: Finding) -> Cure:
    return Cure(say("See whether blocking is paused still, and go on."), "/pause", "telltale resume")


def _exception(finding: Finding) -> Cure:
    return Cure(say("See whether it is let through still, and end that."), "/pause#exceptions", "telltale except")


def _rule(finding: Finding) -> Cure:
    if not finding.rule_id:
        return Cure(say("Nothing is to be done: the rule {rule} is gone.", rule=finding.rule))
    words = say("Take away the rule {rule} of {scope}.", rule=finding.rule, scope=_whom(finding.scope))
    return Cure(words, "/blocklists/rules", f"telltale rules remove {finding.rule_id}")


def _allow_list(finding: Finding) -> Cure:
    words = say("Turn off {list}, or block the name by a rule of your own.", list=list_name(finding))
    return Cure(words, _toggle_page(finding.blocklist, str(HOUSE)), f"telltale lists off {finding.blocklist}")


def _block(finding: Finding) -> Cure:
    name = finding.names[0]
    address = f"/blocklists/rules?{urlencode({'name': name})}"
    return Cure(say("Block {name} by a rule of your own.", name=name), address, f"telltale rules add block {name}")


def _refuse(finding: Finding) -> Cure:
    return Cure(say("Let the wall refuse it instead of watching."), "/bypass", "telltale wall apply --enforce")


def _explain(finding: Finding) -> Cure:
    name = finding.names[0]
    words = say("Look what holds for {name} now.", name=name)
    return Cure(words, f"/explain?{urlencode({'name': name})}", f"telltale explain {name}")


def _silence(finding: Finding) -> Cure:
    words = say("Look whether it sleeps, or asks somebody else: the page Bypass tells what the wall sees.")
    return Cure(words, "/bypass", "telltale wall")


def _whom(scope: str) -> Sentence | str:
    kind = Scope.parse(scope or str(HOUSE)).kind
    if kind == ScopeKind.GROUP:
        return say("its group")
    return say("the device itself") if kind == ScopeKind.DEVICE else say("the house")


def _toggle_page(blocklist: str, scope: str) -> str:
    where = Scope.parse(scope or str(HOUSE))
    if where.kind == ScopeKind.GROUP:
        return f"/groups/{where.number}#lists"
    if where.kind == ScopeKind.DEVICE:
        return f"/devices/{where.number}#toggle-{anchor(blocklist)}"
    return page_of(blocklist)


_OF_LEAK: Mapping[Cause, Callable[[Finding], Cure]] = {
    Cause.LIST_LATER: _later,
    Cause.LIST_OFF: _turn_on,
    Cause.GROUP: _turn_on,
    Cause.SCHEDULE: _turn_on,
    Cause.PAUSE: _pause,
    Cause.EXCEPTION: _exception,
    Cause.RULE: _rule,
    Cause.ALLOW_LIST: _allow_list,
    Cause.NO_LIST: _block,
    Cause.BYPASS: _refuse,
    Cause.UNKNOWN: _explain,
}
_OF_KIND: Mapping[FindingKind, Callable[[Finding], Cure]] = {
    FindingKind.BYPASS: _refuse,
    FindingKind.SILENT: _silence,
}
