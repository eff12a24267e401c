# SPDX-License-Identifier: GPL-3.0-or-later
import pytest

from store.config.engine import Engine
from store.config.session import EditError, NotFound
from store.household import undo
from store.household.changes import changes
from store.local import correction_edit, corrections
from store.local.corrections import NameCorrection

pytestmark = pytest.mark.database


def test_a_name_is_corrected_again_and_not_any_more(engine: Engine) -> None:
    correction_edit.correct(engine, "B.example", company="B")
    correction_edit.correct(engine, "a.example", company="A", purpose="ads")
    last = correction_edit.correct(engine, "a.example", "exact", kind="use", note="asked them")
    assert correction_edit.all_corrections(engine) == (last, NameCorrection("b.example", company="B"))
    assert correction_edit.find_correction(engine, "*.A.example") == last
    correction_edit.remove_correction(engine, "a.example.")
    for touch in (correction_edit.remove_correction, correction_edit.find_correction):
        with pytest.raises(NotFound, match=r"no correction of a\.example"):
            touch(engine, "a.example")


def test_each_is_a_change_that_can_be_taken_back(engine: Engine) -> None:
    correction_edit.correct(engine, "a.example", company="A")
    correction_edit.correct(engine, "a.example", company="B")
    newest = changes(engine)[0]
    assert newest.what == "Whose a.example is, and what for, is corrected."
    undo.undo(engine, newest.id)
    assert correction_edit.find_correction(engine, "a.example").company == "A"


def test_what_cannot_be_is_refused(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(EditError, match="at least one"):
        correction_edit.correct(engine, "a.example")
    with pytest.raises(EditError, match="no valid name"):
        correction_edit.remove_correction(engine, "a b")
    monkeypatch.setattr(correction_edit, "MAX_CORRECTIONS", 1)
    correction_edit.correct(engine, "a.example", company="A")
    correction_edit.correct(engine, "a.example", company="B")
    with pytest.raises(EditError, match="There are 1 corrections already"):
        correction_edit.correct(engine, "b.example", company="B")
    assert corrections.MAX_CORRECTIONS > 1
