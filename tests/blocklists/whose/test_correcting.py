# SPDX-License-Identifier: GPL-3.0-or-later
"""What may be corrected, and what is nobody's to say."""

from pathlib import Path

import pytest
from fresh_state import _migrated as _migrated
from fresh_state import state as state

from blocklists.whose import correcting
from store.config.session import EditError, engine
from store.local import correction_edit

pytestmark = pytest.mark.database


@pytest.mark.parametrize(("name", "scope", "why"), [
    ("com", "suffix", "anybody can register"), ("com", "exact", "anybody can register"),
    ("*.Co.UK.", "suffix", "anybody can register"), ("anything.ck", "suffix", "anybody can register"),
    ("github.io", "suffix", "customers have names of their own"), ("a b", "suffix", "name"),
])  # fmt: skip
def test_a_public_suffix_is_refused_with_a_sentence(state: Path, name: str, scope: str, why: str) -> None:
    with pytest.raises(EditError, match=why):
        correcting.correct(engine(state), name, scope, "Example")
    assert correction_edit.all_corrections(engine(state)) == ()


@pytest.mark.parametrize(("name", "scope"), [
    ("example.com", "suffix"), ("www.ck", "suffix"), ("github.io", "exact"), ("me.github.io", "suffix"),
    ("nas", "suffix"), ("nas.lan", "exact"),
])  # fmt: skip
def test_other_names_are_not(state: Path, name: str, scope: str) -> None:
    assert correcting.correct(engine(state), name, scope, "Example").name == name
