# SPDX-License-Identifier: GPL-3.0-or-later
import tracemalloc
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blocklists.formats import parse as parsing
from blocklists.formats.list_names import NOT_A_NAME
from blocklists.formats.parse import LINE_TOO_LONG, MAX_LINE, Parsed, parse
from blocklists.formats.unpack import Refused
from blocklists.rules.rule import Kind


def read(text: bytes | str, declared: str | None = None) -> tuple[list[str], Parsed]:
    parsed = parse(text if isinstance(text, bytes) else text.encode(), declared)
    return [name for _, name in parsed], parsed


def test_every_line_is_a_rule_a_comment_or_a_counted_skip() -> None:
    text = "\ufeff# title\r\n0.0.0.0 Ads.Example.\r\n127.0.0.1 localhost\r\n\r\n0.0.0.0 a.test b.test\r\nnot a name"
    found, parsed = read(text)
    assert found == ["ads.example", "a.test", "b.test"]
    assert (parsed.format, parsed.lines, parsed.rules) == ("hosts", 6, 3)
    assert parsed.skipped == {"machine-local name": 1, NOT_A_NAME: 1}


def test_one_set_of_names_in_five_formats_gives_the_same_names() -> None:
    texts = ("0.0.0.0 {}", "{}", "*.{}", "local=/{}/", "||{}^", 'local-zone: "{}" always_null', "{} CNAME .")
    wanted = [f"n{number}.example" for number in range(30)]
    formats = []
    for form in texts:
        found, parsed = read("\n".join(form.format(name) for name in wanted))
        assert found == wanted
        formats.append(parsed.format)
    assert formats == ["hosts", "domains", "wildcard", "dnsmasq", "adblock", "unbound", "rpz"]


def test_what_is_no_plain_name_is_kept_apart() -> None:
    text = b"||ads.example^$dnstype=A\n||192.0.2.7^\n/ads[0-9]/\n||plain.example^\n"
    parsed = parse(text)
    assert list(parsed) == [(Kind.BLOCK_SUFFIX, "plain.example")]
    assert [complex_rule.text for complex_rule in parsed.complex_rules] == ["||ads.example^$dnstype=A", "/ads[0-9]/"]
    assert [network.text for network in parsed.networks] == ["192.0.2.7/32"]
    assert parsed.rules == 4


def test_complex_rules_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("blocklists.formats.parse.MAX_COMPLEX_RULES", 2)
    parsed = parse(b"||ads.example^$dnstype=A\n" * 5)
    assert list(parsed) == [] and len(parsed.complex_rules) == 2
    assert parsed.skipped == {"more complex rules than one list may have": 3}


def test_one_rule_set_in_seven_formats_gives_one_set_of_verdicts() -> None:
    names = [f"n{number}.example" for number in range(20)]
    forms = (
        "*.{}",
        ".{}",
        "local=/{}/",
        "address=/{}/0.0.0.0",
        "||{}^",
        'local-zone: "{}" static',
        "{0} CNAME .\n*.{0} CNAME .",
    )
    held = []
    for form in forms:
        text = "\n".join(form.format(name) for name in names).encode()
        covered = set()
        for kind, name in parse(text):
            covered |= {(name, True)} if kind.scope in ("exact", "suffix") else set()
            covered |= {(name, False)} if kind.scope in ("below", "suffix") else set()
        held.append(covered)
    assert all(covered == held[0] and len(covered) == 40 for covered in held)


def test_a_format_set_by_hand_wins() -> None:
    parsed = parse(b"*.ads.example\nads.test\n", "adblock")
    assert list(parsed) == [(Kind.BLOCK_BELOW, "ads.example"), (Kind.BLOCK_EXACT, "ads.test")]


@pytest.mark.parametrize(
    ("text", "declared", "reason"),
    [
        (b"", None, "it is empty"),
        (b"# nothing\n# here\n", None, "only comments"),
        (b"<!DOCTYPE html><html><body>Please log in</body></html>", None, "web page"),
        (b"<html>\n" + b"ads.example\n" * 50_000, None, "web page"),
        (b"ads.example\n\0\0\x7fELF", None, "binary"),
        (b"||ads.example^\n" * 9, "hosts", "no rule in hosts format; it looks like adblock"),
        (b"9.9.9.9\n9.9.9.10\n", "domains", "no rule in domains format; it looks like addresses"),
        (b"1.0.0.127.rpz-ip CNAME .\n", None, "1 × RPZ trigger on addresses that is no network"),
        (b"ads.example\n" + b"some words of prose\n" * 50, None, "hardly any rule"),
        (b'{"message": "API rate limit exceeded"}\n', None, "no rule"),
        (b"ads.example\n", "zone", "no format 'zone'"),
    ],
)
def test_what_is_no_list_is_refused_with_its_reason(text: bytes, declared: str | None, reason: str) -> None:
    with pytest.raises(Refused, match=reason):
        read(text, declared)


def test_a_line_that_is_too_long_is_counted_and_its_neighbours_are_read() -> None:
    found, parsed = read("one.example\n" + "x" * 900_000 + "\ntwo.example\n" + "0.0.0.0 " + "y.test " * 600)
    assert found == ["one.example", "two.example"]
    assert parsed.skipped == {LINE_TOO_LONG: 2}
    assert parsed.lines == 4


def test_a_list_of_more_rules_than_a_small_machine_can_hold_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parsing, "MAX_RULES", 1000)
    assert len(read("ads.example\n" * 1000)[0]) == 1000
    with pytest.raises(Refused, match="more than 1,000 rules"):
        read("ads.example\n" * 1001)


def test_a_list_of_one_endless_line_is_refused_in_bounded_memory() -> None:
    def endless() -> Iterator[bytes]:
        for _ in range(160):
            yield b"x" * 65_536  # ten megabytes

    tracemalloc.start()
    try:
        with pytest.raises(Refused, match=LINE_TOO_LONG):
            list(parse(endless()))
        assert tracemalloc.get_traced_memory()[1] < 2_000_000
    finally:
        tracemalloc.stop()


@given(
    st.lists(st.sampled_from(["ads.example", "0.0.0.0 a.test", "# x", "", "bad name"]), max_size=40), st.integers(1, 64)
)
def test_where_the_pieces_are_cut_changes_nothing(lines: list[str], size: int) -> None:
    text = "\n".join(["first.example", *lines]).encode()
    whole, cut = parse(text), parse(text[at : at + size] for at in range(0, len(text), size))
    assert list(whole) == list(cut)
    assert (whole.lines, whole.rules, whole.skipped) == (cut.lines, cut.rules, cut.skipped)
    assert whole.lines == len(text.splitlines())


@given(st.binary(max_size=3 * MAX_LINE), st.sampled_from([None, "hosts", "dnsmasq", "adblock"]))
def test_any_bytes_are_read_or_refused(data: bytes, declared: str | None) -> None:
    try:
        for kind, name in parse(data, declared):
            assert name.isascii() and isinstance(kind, Kind)
    except Refused as refused:
        assert str(refused)
