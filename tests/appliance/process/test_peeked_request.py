# SPDX-License-Identifier: GPL-3.0-or-later
"""Who looks at what is answered, and who is a program that must get its own answer."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.process import peeked_request
from appliance.process.peeked_request import Asked

BROWSER = "Host: telltale\r\nAccept: text/html,application/xhtml+xml,*/*;q=0.8\r\n"


def asked(line: str, *headers: str) -> Asked | None:
    return peeked_request.parse("\r\n".join([line, *headers, "", ""]).encode())


def test_a_browser_that_opens_a_page_looks_at_it() -> None:
    for line in ("GET / HTTP/1.1", "GET /devices?x=1 HTTP/1.0"):
        for more in ("Sec-Fetch-Mode: navigate", "X: y"):
            assert asked(line, *BROWSER.split("\r\n")[:2], more) == Asked(True, False, "en")
    assert asked("HEAD / HTTP/1.1", "Accept: text/html") == Asked(True, True, "en")


@pytest.mark.parametrize("line, header", [
    ("POST /lists HTTP/1.1", "Accept: text/html"),
    ("DELETE / HTTP/1.1", "Accept: text/html"),
    ("GET /api/v1/health HTTP/1.1", "Accept: */*"),
    ("GET /api/v1/health HTTP/1.1", "X: y"),
    ("GET / HTTP/1.1", "Accept: text/html\r\nSec-Fetch-Mode: cors"),
    ("GET /static/app.css HTTP/1.1", "Accept: text/css\r\nSec-Fetch-Mode: no-cors"),
])  # fmt: skip
def test_whoever_else_asks_waits_for_its_own_answer(line: str, header: str) -> None:
    request = asked(line, header)
    assert request is not None and not request.wants_page


@pytest.mark.parametrize("first", [
    b"", b"GET", b"GET / HTTP/1.1\r\nAccept: text/html\r\n", b"\x16\x03\x01\r\n\r\n", b"SSH-2.0-x\r\n\r\n",
    b"GET / HTTP/2\r\n\r\n", b"GET  / HTTP/1.1\r\n\r\n",
])  # fmt: skip
def test_what_is_no_whole_request_of_a_browser_is_none(first: bytes) -> None:
    assert peeked_request.parse(first) is None


def test_what_scanners_send_is_no_request_and_the_beginning_of_one_may_be() -> None:
    scans = (b"\x16\x03\x01\x02", b"SSH-2.0-x\r\n", b"\0", b"\r\n\r\n", b"{", b"A" * 30, b"OPTIONS\r\n", b"<?xml")
    assert not [scan for scan in scans if peeked_request.may_be_request(scan)]
    begun = (b"G", b"GET", b"GET / HTTP/1.1\r\n", b"M-SEARCH * x", b"\r\n", b"\r\nPOST /x", b"PRI * HTTP/2.0\r\n")
    assert all(map(peeked_request.may_be_request, begun))


def test_the_language_is_the_one_that_was_chosen_else_the_one_that_the_browser_asks_for() -> None:
    languages = {
        (): "en", ("Accept-Language: fr;q=0.5, de-AT",): "de", ("Accept-Language: tlh",): "en",
        ("Accept-Language: fr", "Cookie: a=b; telltale-language=es"): "es",
        ("Accept-Language: fr", "Cookie: telltale-language=../x"): "fr",
    }  # fmt: skip
    for headers, tag in languages.items():
        request = asked("GET / HTTP/1.1", "Accept: text/html", *headers)
        assert request is not None and request.language == tag
    for wish in ("Accept-Language: tlh", "X: y"):  # the house's, where the browser asks for none that there is
        request = peeked_request.parse(f"GET / HTTP/1.1\r\n{wish}\r\n\r\n".encode(), "fr")
        assert request is not None and request.language == "fr"


@given(st.binary(max_size=400))
def test_whatever_comes_is_read_without_a_fault(first: bytes) -> None:
    peeked_request.parse(first)
    peeked_request.parse(b"GET / HTTP/1.1\r\n" + first + b"\r\n\r\n")
