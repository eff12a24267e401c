# SPDX-License-Identifier: GPL-3.0-or-later
import pytest

from store.config import settings
from store.config.settings import SettingError
from store.names import insecure_domains


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Broken.Example.", "broken.example"),
        ("broken.example until 2026-12-24T18:00Z", "broken.example until 2026-12-24T18:00:00Z"),
        ("broken.example until 2026-12-24T19:00:00+01:00", "broken.example until 2026-12-24T18:00:00Z"),
        ("bücher.example", "xn--bcher-kva.example"),
    ],
)
def test_a_domain_is_kept_in_one_form(text: str, kept: str) -> None:
    assert insecure_domains.check(text) == kept == insecure_domains.check(kept)


@pytest.mark.parametrize("text", ["", "not a domain", "broken.example until tomorrow", "a..b", "x until "])
def test_what_is_none_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(ValueError, match=r"\w+"):
        insecure_domains.check(text)


def test_one_holds_until_its_moment() -> None:
    texts = settings.validate("dnssec_insecure", ["a.example", "b.example until 2026-12-24T18:00Z"])
    moment = insecure_domains.parse(texts[1]).until
    assert moment is not None
    assert [entry.domain for entry in insecure_domains.holding(texts, moment - 1)] == ["a.example", "b.example"]
    assert [entry.domain for entry in insecure_domains.holding(texts, moment)] == ["a.example"]
    with pytest.raises(SettingError, match="dnssec_insecure"):
        settings.validate("dnssec_insecure", ["?"])
