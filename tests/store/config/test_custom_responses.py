# SPDX-License-Identifier: GPL-3.0-or-later
import pytest

from store.config import custom_responses
from store.config.custom_responses import WORDS, Answer


@pytest.mark.parametrize("word", WORDS)
def test_words(word: str) -> None:
    assert custom_responses.parse(word.upper()) == Answer(word) and custom_responses.write(Answer(word)) == word


@pytest.mark.parametrize(
    ("text", "records"),
    [
        ("192.0.2.7", [("A", "192.0.2.7")]),
        ("192.0.2.7,2001:DB8::7", [("A", "192.0.2.7"), ("AAAA", "2001:db8::7")]),
        ("Other.Test.", [("CNAME", "other.test")]),
        ("cname *.walled.test", [("CNAME", "*.walled.test")]),
        ("MX 10 mail.test ; TXT a b", [("MX", "10 mail.test"), ("TXT", "a b")]),
        ("SRV 1 2 443 host.test", [("SRV", "1 2 443 host.test")]),
        ("HTTPS 1 . alpn=h2,h3 port=8443", [("HTTPS", "1 . alpn=h2,h3 port=8443")]),
    ],
)
def test_records_come_back_as_they_are_written(text: str, records: list[tuple[str, str]]) -> None:
    found = custom_responses.parse(text)
    assert found == Answer(records=tuple(records))
    assert custom_responses.parse(custom_responses.write(found)) == found


@pytest.mark.parametrize(
    "text",
    ["", "a..b", "A x.test", "AAAA 192.0.2.7", "NS a.test", "MX mail.test", "MX 99999 m.test", "SRV 1 2 x", "TXT \x00"],
)
def test_nonsense_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        custom_responses.parse(text)
