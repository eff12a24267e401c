# SPDX-License-Identifier: GPL-3.0-or-later
from collections.abc import Iterator
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blocklists.formats.bulk import MAX_RUN, Runs
from blocklists.formats.parse import parse
from blocklists.formats.unpack import Refused
from blocklists.rules.list_options import USUAL, Options
from blocklists.rules.rule import Kind

USUAL_LINES = {
    "hosts": ("0.0.0.0 {}", "127.0.0.1\t{}", "::1 {}", "{}"),
    "domains": ("{}",),
    "wildcard": ("*.{}", ".{}"),
    "dnsmasq": ("local=/{}/", "server=/{}/", "address=/{}/", "address=/{}/0.0.0.0", "address=/{}/::"),
    "unbound": ('local-zone: "{}" always_null', 'local-zone: "{}." static'),
    "adblock": ("||{}^", "||{}^|"),
    "rpz": ("{} CNAME .", "*.{}\tcname .", "{} IN CNAME .", "*.{} in\tCNAME  ."),
}
ODD_LINES = (
    "{}.", "{} # why", "{}#why", "0.0.0.0 {} b.test c.test", "0.0.0.0  {} 9", "192.168.0.9 {}", "127.0.1.1 {}",
    "::1 localhost", "127.0.0.1 localhost.localdomain", "fe80::1%lo0 {}", "0.0.0.0 *.{}", "# {}", "! {}", "", "{}##.ad",
    "@@||{}^", "||{}^$important", "||{}^$dnstype=A", "||{}", "|{}^", "{}^", "*.{}^", "/ads[0-9]/", "||192.0.2.7^",
    "server=/{}/#", "server=/{}/9.9.9.9", "address=/{}/b.test/", "address=/{}/192.168.0.9", "local=/{}/ # why", "a=b",
    'local-zone: "{}" transparent', 'local-zone: "{}" refuse', 'local-data: "{} A 0.0.0.0"', "server:",
    "{} CNAME .", "*.{} CNAME .", "$ORIGIN {}", "{} CNAME rpz-passthru.", "two {}", "{}/path", "*.", ".", "||^",
    "local=//",
)  # fmt: skip
NAMES = (
    "ads.example", "a.b-c._d.test", "x.y.zip", "localhost.localdomain", "com", "localhost", "9.9.9.9", "a.v1", ".test",
    "a..test", "a.test.", "Ads.Example", "bücher.example", "xn--bcher-kva.example", "ads_.-example", "a\u2028b.test",
    f"{'a' * 63}.test", f"{'a' * 64}.test", f"a.{'b' * 64}", "a." * 124 + "tests", "a." * 124 + "testes",
    "ads.example\ufeff", "a\0b.test", "1.0.0.127.rpz-ip", "a\x1cb.test", "captive.apple.com",
)  # fmt: skip
ENDS = ("\n",) * 20 + ("\r\n", " \n", "\t\n", " \r\n", " " * 12 + "\n", "\v\n", "\x85\n", "\n\n", "\r")
FORM_LINES = [(form, line) for form, lines in USUAL_LINES.items() for line in lines]
GOOD = ("ads.example", "a.b-c._d.test", "x.y.zip") * 20


class OneByOne(Runs):
    """Takes no run: every line goes to the reader of its format."""

    def cut(self, block: str) -> Iterator[str]:  # type: ignore[override]
        yield block


@st.composite
def texts(draw: st.DrawFn) -> tuple[str, str]:
    """A format, and a text of lines in its usual form, mostly, with others between them."""
    form = draw(st.sampled_from(sorted(USUAL_LINES)))
    usual, others = USUAL_LINES[form], [line for lines in USUAL_LINES.values() for line in lines]
    line = st.sampled_from((*usual * (200 // len(usual)), *others, *ODD_LINES))
    name = st.one_of(st.sampled_from(GOOD + NAMES), st.text("ab1-_.", min_size=1, max_size=8))
    lines = draw(st.lists(st.tuples(line, name, st.sampled_from(ENDS)), min_size=1, max_size=30))
    text = draw(st.sampled_from(("", "\ufeff", " "))) + "".join(line.format(name) + end for line, name, end in lines)
    return form, text.rstrip("\n") if draw(st.booleans()) else text


@given(texts(), st.sampled_from((USUAL, Options(), Options(subdomains=True, wildcard="no"))))
def test_runs_give_what_reading_line_by_line_gives(made: tuple[str, str], options: Options) -> None:
    form, text = made
    assert read(text, form, options) == read_one_by_one(text, form, options)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(("form", "line"), FORM_LINES)
def test_each_odd_name_in_each_usual_line_is_read_alike(form: str, line: str, name: str) -> None:
    text = line.format("before.example") + "\n" + line.format(name) + "\r\n"
    assert read(text, form) == read_one_by_one(text, form)


def read_one_by_one(text: str, form: str, options: Options = USUAL) -> list[object]:
    with patch("blocklists.formats.parse.Runs", OneByOne):
        return read(text, form, options)


def read(text: str, form: str, options: Options = USUAL) -> list[object]:
    """All that comes of a text: the rules in their order, the counts, and why it is refused."""
    refused, found, parsed = "", list[tuple[Kind, str]](), None
    try:
        parsed = parse(text.encode(), form, options)
        found.extend(parsed)
    except Refused as error:
        refused = str(error)
    counts = ("format", "lines", "rules", "skipped", "complex_rules", "networks")
    return [refused, found, *(getattr(parsed, count) for count in counts if parsed)]


@pytest.mark.parametrize(("form", "line"), FORM_LINES)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_usual_lines_are_taken_many_at_once(form: str, line: str, end: str) -> None:
    wanted = [f"n{number}.example" for number in range(2 * MAX_RUN)]
    text = "".join(line.format(name) + end for name in wanted)
    cut = list(Runs(form).cut(text))
    taken = [name for run in cut if not isinstance(run, str) for name in run[1]]
    assert taken == (wanted[:-1] if form == "rpz" else wanted)  # the last of a zone is left to its reader
    assert len(cut) == (3 if form == "rpz" else 2) or "*" in line


def test_lines_of_another_form_are_left_whole_and_in_their_place() -> None:
    cut = list(Runs("domains").cut("a.test\nb.test\n# c\n\nlocalhost.localdomain\nd.test\ne.test extra\n"))
    assert cut == [
        (Kind.BLOCK_EXACT, ["a.test", "b.test"]),
        "# c\n\nlocalhost.localdomain\n",
        (Kind.BLOCK_EXACT, ["d.test"]),
        "e.test extra\n",
    ]
    assert list(Runs("regex").cut("^ads\n\\.x$\n")) == ["^ads\n\\.x$\n"]
    assert list(Runs("domains").cut("a.test\nno end")) == [(Kind.BLOCK_EXACT, ["a.test"]), "no end"]


def test_a_zone_has_two_rules_for_a_name_and_keeps_their_order() -> None:
    text = "a.test CNAME .\n*.a.test CNAME .\nb.test CNAME .\n*.b.test CNAME .\n"
    below, exact = Kind.BLOCK_BELOW, Kind.BLOCK_EXACT
    assert list(Runs("rpz").cut(text)) == [
        (exact, ("a.test",)), (below, ("a.test",)), (exact, ("b.test",)), "*.b.test CNAME .\n"
    ]  # fmt: skip
