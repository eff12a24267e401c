# SPDX-License-Identifier: GPL-3.0-or-later
import sys

import pytest

from store.names import linear_patterns


@pytest.mark.skipif(not linear_patterns.available(), reason="RE2 has no wheel for this processor")
def test_what_may_be_kept() -> None:
    assert linear_patterns.check(r" ^ads\d+\. ") == r"^ads\d+\."
    for pattern, reason in (
        (" ", "empty"),
        ("(?=a)", "RE2 cannot hold"),
        ("(((", r"^'\(\(\(' is no regular expression: missing \)\.$"),
        ("[a", "is no regular expression: missing ]"),
        ("*a", "is no regular expression: no argument for repetition operator"),
        ("a\x01", "is no regular expression: invisible character"),
        (r"(a)\1", "RE2 cannot hold"),
        ("(?<!a)b", "RE2 cannot hold"),
        (r"(?P<n>a)\k<n>", "RE2 cannot hold"),
        ("(?P<n>a)(?P=n)", "RE2 cannot hold"),
        ("a{2000}", "too large"),
        ("a" * 1001, "too large"),
        ("(a?){900}a{900}", "too large"),
        (r"(\pL{900})", "too large; write it"),
    ):
        with pytest.raises(ValueError, match=reason):
            linear_patterns.check(pattern)


def test_without_re2_none_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(linear_patterns, "library", lambda: None)
    assert not linear_patterns.available() and linear_patterns.steps("a") == 0
    with pytest.raises(ValueError, match="google-re2"):
        linear_patterns.check("a")


@pytest.mark.skipif(not linear_patterns.available(), reason="RE2 has no wheel for this processor")
def test_what_could_not_be_loaded_once_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setitem(sys.modules, "re2", None)
        assert linear_patterns.library() is None
    assert linear_patterns.library() is not None


@pytest.mark.parametrize(
    ("text", "before", "after", "pattern"),
    [
        ("ads*.test", r"(?:^|\.)", "$", r"(?:^|\.)ads.*\.test$"),
        ("*ads", "^", "$", "ads$"),
        ("ads*", "^", "$", "^ads"),
        ("a-b_c", "", "", "a-b_c"),
    ],
)
def test_wildcards_become_patterns(text: str, before: str, after: str, pattern: str) -> None:
    assert linear_patterns.glob(text, before=before, after=after) == pattern
