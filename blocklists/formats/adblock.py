# SPDX-License-Identifier: GPL-3.0-or-later
"""One line of the adblock syntax, as DNS blockers use it → its rules. Pure.

||x^   x with all below it      |x|  |x^   x alone      x^   as ||x^      *.x^   what is below x      @@…   allow
||a*b^   |a   a|   /…/   patterns over names            …$important,dnstype=A,…   see `modifiers`
"""

import re
from dataclasses import replace

from blocklists.formats import list_names, modifiers
from blocklists.formats.list_names import Item
from blocklists.formats.modifiers import Modifiers, Unheld
from blocklists.formats.plain import cosmetic, plain
from blocklists.rules import patterns, reasons, rule
from blocklists.rules.complex_rule import ALWAYS, MAX_TEXT, ComplexRule, Network
from blocklists.rules.list_options import USUAL, Options
from blocklists.rules.rule import Kind
from store.names import linear_patterns

_LABEL = r"[a-z0-9_-]{1,63}"
_USUAL = re.compile(rf"(@@)?\|\|((?:{_LABEL}\.)+{_LABEL})\^\|?(\$important)?").fullmatch
# A whole name with gaps, as `exam*.com`; without anchors it stands for what `||exam*.com^` does.
_MASK = re.compile(r"[a-z0-9][a-z0-9_*.-]*\.[a-z]{2,63}").fullmatch
_OF_FILES = frozenset(
    ("js", "css", "gif", "jpg", "jpeg", "png", "svg", "webp", "ico", "php", "html", "htm", "asp", "aspx", "jsp", "cgi",
     "json", "xml", "swf", "mp4", "mp3", "ts", "txt", "woff")
)  # fmt: skip
_INLINE_COMMENT = re.compile(r"\s+#.*").sub
_KINDS = {
    (None, None): Kind.BLOCK_SUFFIX,
    ("@@", None): Kind.ALLOW_SUFFIX,
    (None, "$important"): Kind.BLOCK_SUFFIX_IMPORTANT,
    ("@@", "$important"): Kind.ALLOW_SUFFIX_IMPORTANT,
}
# Signs that stand in the path or the query of a URL and in no name.
_OF_URLS = frozenset("/?=&:%;,!@ ")


def adblock(line: str, options: Options = USUAL) -> tuple[Item, ...]:
    """Read a line of the adblock syntax; lines of hosts and plain domains within are read too."""
    usual = _USUAL(line)
    if usual and not usual[2][-1].isdigit():
        return (list_names.item(usual[2], _KINDS[usual[1], usual[3]]),)
    if cosmetic(line):
        return ((None, reasons.COSMETIC),)
    if line.startswith(("!", "#", "[")):
        return ()
    return _read(_INLINE_COMMENT("", line), options)


def _read(line: str, options: Options) -> tuple[Item, ...]:
    allow = line.startswith("@@")
    body = line.removeprefix("@@")
    pattern = ""
    try:
        expression, text = _expression(body)
        if expression is None:
            pattern, _, text = body.partition("$")
        modifier_set = modifiers.read(text, allow=allow, options=options)
        if expression is not None:
            return (_pattern(expression, line, allow, modifier_set),)
        if not allow and modifier_set is modifiers.NONE and not set(pattern) & set("|^*"):
            return _plain(pattern, options)
        return (_anchored(pattern.lower(), line, allow, modifier_set, options),)
    except Unheld as unheld:
        return ((None, str(unheld)),)


def _plain(line: str, options: Options) -> tuple[Item, ...]:
    if line[:1] in ".-_" or not line.strip("."):
        return ((None, reasons.PATTERN),)
    items = plain(line, options)
    urls = any(sign in line for sign in "?=&") or "://" in line
    return ((None, reasons.URL_PATH),) if urls else items


def _expression(body: str) -> tuple[str | None, str]:
    """Split `/…/` or `/…/$…` into expression and modifiers; (None, "") for what is no expression."""
    if not body.startswith("/"):
        return None, ""
    end = body.rfind("/$")
    expression, text = (body[1:end], body[end + 2 :]) if end > 0 else (body[1:-1], "")
    if (end <= 0 and not (body.endswith("/") and len(body) > 2)) or re.search(r"(?<!\\)/|\\/", expression):
        raise Unheld(reasons.URL_PATH)
    return expression, text


def _pattern(expression: str, line: str, allow: bool, modifier_set: Modifiers) -> Item:
    reason = patterns.refusal(expression)
    if reason:
        raise Unheld(reason)
    return _complex("pattern", expression, line, allow, modifier_set)


def _anchored(pattern: str, line: str, allow: bool, modifier_set: Modifiers, options: Options) -> Item:
    """Read a pattern of names with its anchors."""
    label, start = pattern.startswith("||"), pattern.startswith("|")
    body = pattern.lstrip("|")
    core = body.rstrip("|").removesuffix("^")
    ended = core != body
    network = _network(core)
    if network and modifier_set is modifiers.NONE:
        return Network(network, allow), line
    if _OF_URLS & set(core) or "^" in core or "|" in core:
        raise Unheld(reasons.URL_PATH if _OF_URLS & set(core) else reasons.PATTERN)
    if not core.strip("*."):
        if modifier_set.when == ALWAYS and not (allow and modifier_set.rewrite):
            raise Unheld(reasons.EVERYTHING if "*" in core or not core else reasons.PATTERN)
        return _complex("all", "", line, allow, modifier_set)
    below = core.removeprefix("*")
    if below.startswith(".") and (ended or core.startswith("*")) and list_names.plausible(below[1:]):
        return _named("suffix" if options.wildcard == "yes" else "below", below[1:], line, allow, modifier_set)
    if list_names.plausible(core) and not core.endswith("."):
        scope = _scope(core, label=label, start=start, ended=ended, options=options)
        if scope:
            return _named(scope, core, line, allow, modifier_set)
    if not (start or ended):
        if "*" not in core or ".." in core or not _MASK(core) or core.rpartition(".")[2] in _OF_FILES:
            raise Unheld(reasons.PATTERN)
        label = ended = True
    before = r"(?:^|\.)" if label else "^" if start else ""
    return _pattern(linear_patterns.glob(core, before=before, after="$" if ended else ""), line, allow, modifier_set)


def _scope(core: str, *, label: bool, start: bool, ended: bool, options: Options) -> str | None:
    """What a whole name with these anchors stands for; None: it is but a part of names."""
    if label and not ended:
        if options.open_end == "skip":
            raise Unheld(reasons.OPEN_END)
        return "suffix" if options.open_end == "name" and "." in core else None
    if label:
        return "suffix"
    if start:
        return "exact" if ended else None
    if ended:
        return "suffix" if "." in core and core[0] not in "-_" else None
    return "suffix" if options.subdomains else "exact"


def _named(scope: str, name: str, line: str, allow: bool, modifier_set: Modifiers) -> Item:
    """A rule about a name: a hash where one can hold it."""
    kind = rule.of(scope, allow=allow, important=modifier_set.important)
    item = list_names.item(name, kind)
    if item[0] is None or (not modifier_set.badfilter and not modifier_set.rewrite and modifier_set.when == ALWAYS):
        return item
    assert isinstance(item[1], str)
    return _complex(scope, item[1], line, allow, modifier_set)


def _complex(scope: str, subject: str, line: str, allow: bool, modifier_set: Modifiers) -> Item:
    made = ComplexRule(
        scope, subject, line[:MAX_TEXT], allow, modifier_set.important, modifier_set.when, modifier_set.answer,
        modifier_set.rewrite, cancels=modifier_set.badfilter,
    )  # fmt: skip
    if allow and modifier_set.rewrite:
        made = replace(made, rewrite=False, unrewrites=True)
    return made, line


def _network(core: str) -> str | None:
    return list_names.network(core) if list_names.address(core) else None
