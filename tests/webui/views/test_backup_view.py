# SPDX-License-Identifier: GPL-3.0-or-later
from store.backup.backup_form import PARTS
from store.backup.part_changes import PartChange
from webui.views.backup_view import TITLES, done, lines


def test_every_part_has_a_title() -> None:
    assert tuple(TITLES) == tuple(PARTS)


def test_a_line_says_what_would_become_of_what_is_here() -> None:
    counts = [PartChange("rules", 1_200, added=1, changed=2, removed=3), PartChange("wall", 1), PartChange("access", 2)]
    shown = lines(counts, ["rules"])
    assert [line.effect for line in shown] == [
        "1 row comes, 2 rows change, 3 rows go", "Nothing would change.", "Stays as it is here, unless it is ticked."
    ]  # fmt: skip
    assert [line.ticked for line in shown] == [line.changes for line in shown] == [True, False, False]
    assert (shown[0].title, shown[0].holds, shown[1].holds) == ("Rules", "1,200 rows in the file", "1 row in the file")


def test_what_is_said_after_it() -> None:
    assert "nothing was changed" in done(0)
    assert done(1) == "Restored: 1 row is another now." and done(2_000) == "Restored: 2,000 rows are others now."
