# SPDX-License-Identifier: GPL-3.0-or-later
"""Every word that a template shows goes through the catalogue: texts, attributes that people read, and expressions."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from jinja2 import Environment, nodes

from webui.pages import templating

TEMPLATES = sorted(path for folder in templating.TEMPLATES for path in folder.glob("*.html"))
READ_ALOUD = {"title", "aria-label", "placeholder", "alt", "data-label", "label", "aria-description"}
UNSEEN = {"script", "style", "svg"}
# What is the same in every language: names, and examples of what a person types.
DATA = {
    "Telltale", "ads.example.com", "https://example.com/list.txt", "data.mistat.xiaomi.com", "XXXX-XXXX", "· Telltale",
    "CSV", "JSON", "aa:bb:cc:00:11:22", "nas.home.arpa", "192.168.1.5 nas.lan nas", "fritz.box", "shop.example",
    'curl -H "Authorization: Bearer TOKEN" http://telltale/api/v1/stats/summary', "openapi.json",
    "192.168.1.1, tls://9.9.9.9#dns.quad9.net, https://dns.quad9.net/dns-query",
    "/etc/letsencrypt/live/dns.example.org/fullchain.pem", "/etc/letsencrypt/live/dns.example.org/privkey.pem",
    "-----BEGIN CERTIFICATE-----", "-----BEGIN PRIVATE KEY-----", "Firefox", "netsh dns add encryption server=",
    "dohtemplate=", "autoupgrade=yes udpfallback=no", "DNS=", "DNSOverTLS=yes",
}  # fmt: skip
SAYING = {"say", "say_count", "say_as"}
_GAP = "\ue000"  # stands for an expression


class Words(HTMLParser):
    """Collects the texts of a page and of its attributes, with a gap for each expression."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self._unseen: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in UNSEEN:
            self._unseen.append(tag)
        self.found += [value for name, value in attrs if name in READ_ALOUD and value]
        if tag == "button" or (tag == "input" and dict(attrs).get("type") in ("submit", "button")):
            self.found += [value for name, value in attrs if name == "value" and value and tag == "input"]

    def handle_endtag(self, tag: str) -> None:
        if self._unseen and self._unseen[-1] == tag:
            self._unseen.pop()

    def handle_data(self, data: str) -> None:
        if not self._unseen:
            self.found.append(data)


def bare(source: str) -> list[str]:
    """Words of a template that are in no catalogue."""
    tree = Environment(autoescape=True).parse(source)
    words = Words()
    for output in tree.find_all(nodes.Output):
        for node in output.nodes:
            words.feed(node.data if isinstance(node, nodes.TemplateData) else _GAP)
    words.close()
    found = [" ".join(part.split()) for text in words.found for part in text.split(_GAP)]
    found += [text for output in tree.find_all(nodes.Output) for node in output.nodes for text in _printed(node)]
    found += [text for node in tree.find_all((nodes.Assign, nodes.Macro, nodes.Call)) for text in _passed_on(node)]
    return [text for text in found if re.search(r"[^\W\d_]", text) and text not in DATA]


def _printed(node: nodes.Node) -> Iterator[str]:
    """Literal texts that an expression may come to."""
    if isinstance(node, nodes.Const) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, nodes.CondExpr):
        yield from (*_printed(node.expr1), *(_printed(node.expr2) if node.expr2 else ()))
    elif isinstance(node, nodes.And | nodes.Or | nodes.Add):
        yield from (*_printed(node.left), *_printed(node.right))
    elif isinstance(node, nodes.Concat):
        yield from (text for part in node.nodes for text in _printed(part))
    elif isinstance(node, nodes.Filter) and node.node:
        yield from _printed(node.node)
        if node.name == "default":
            yield from (text for part in node.args for text in _printed(part))


def _passed_on(node: nodes.Node) -> Iterator[str]:
    """Literal texts with a capital or a space that are set, or given to a macro: those are no words of code."""
    inside: list[nodes.Node] = []
    if isinstance(node, nodes.Assign):
        inside = [node.node]
    elif isinstance(node, nodes.Macro):
        inside = list(node.defaults)
    elif isinstance(node, nodes.Call) and not _calls(node, *SAYING, "tag"):
        inside = [*node.args, *(keyword.value for keyword in node.kwargs)]
    for part in inside:
        for const in (part, *part.find_all(nodes.Const)):
            text = const.value if isinstance(const, nodes.Const) else None
            sentence = isinstance(text, str) and re.search(r"[A-Z]| ", text) and not re.fullmatch(r"[A-Z_]+|/.*", text)
            if sentence and not _within_say(part, const):
                yield str(text)


def _within_say(part: nodes.Node, const: nodes.Node) -> bool:
    calls = [part] if isinstance(part, nodes.Call) else []
    saying = [call for call in [*calls, *part.find_all(nodes.Call)] if _calls(call, *SAYING)]
    return any(const is inner for call in saying for inner in call.find_all(nodes.Const))


def _calls(call: nodes.Call, *names: str) -> bool:
    return isinstance(call.node, nodes.Name) and call.node.name in names


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_every_word_is_in_the_catalogue(path: Path) -> None:
    assert not bare(path.read_text(encoding="utf-8")), 'write {{ say("…") }}; CONTRIBUTING tells how'


def test_what_is_called_data_is_there() -> None:
    whole = "".join(one.read_text(encoding="utf-8") for one in TEMPLATES)
    assert all(one.removeprefix("· ") in whole for one in DATA)


@pytest.mark.parametrize(
    "template",
    [
        "<p>Nothing here.</p>",
        "<p>{{ count }} names</p>",
        '<p>{{ say("Names") }} of {{ who }}</p>',
        '<a href="/" title="Go home">{{ say("Home") }}</a>',
        '<input placeholder="Filter">',
        '<nav aria-label="Pages {{ number }}">',
        '<img src="/x" alt="a chart">',
        '<td data-label="Name">',
        '{{ "on" if on else "off" }}',
        '{{ name or "unknown" }}',
        '{{ name | default("No queries yet.") }}',
        '{{ "Hello " ~ name }}',
        '{% if x %}<b>yes</b>{% endif %}',
        '{{ ui.top(rows, empty="Nothing was blocked.") }}',
        '{% set title = "The wall" %}',
        '{% macro top(rows, empty="Nothing yet.") %}{% endmacro %}',
        '<option value="a">a thing</option>',
        "<title>{% block title %}Devices{% endblock %}</title>",
        '<input type="submit" value="Save">',
    ],
)
def test_a_bare_word_is_found(template: str) -> None:
    assert bare(template)


@pytest.mark.parametrize(
    "template",
    [
        '<p class="empty">{{ say("Nothing here.") }}</p>',
        '<p>{{ say_count(count, "{count:,} name", "{count:,} names") }} · {{ who }}</p>',
        '<input placeholder="{{ say("Filter") }}" type="text" name="Filter">',
        '<script src="/static/app.js">let x</script>',
        '{{ ui.top(rows, empty=say("Nothing was blocked."), mode="blocked") }}',
        '{{ ui.icon("trash-2") }}{{ say("of {name}", name=name | visible, **tag("span", class="sr")) }}',
        "{# a comment in words #}",
        '{% set turn = "allow" if row.verdict == "BLOCK" else "block" %}',
    ],
)
def test_what_goes_through_the_catalogue_passes(template: str) -> None:
    assert not bare(template)
