# SPDX-License-Identifier: GPL-3.0-or-later
"""Names that are imported when they are used."""

import subprocess
import sys

import pytest

from store.rows import on_demand


def test_a_name_comes_from_where_it_is_said_to() -> None:
    get = on_demand.names({"sqrt": "math", "Fraction": "fractions"})
    assert get("sqrt")(9) == 3 and get("Fraction")(1, 2) == 0.5
    with pytest.raises(AttributeError):
        get("floor")


def test_all_public_names_of_some_modules() -> None:
    get = on_demand.names_of("math", "fractions")
    assert get("floor")(1.5) == 1 and get("Fraction")(1, 2) == 0.5
    for name in ("_hidden", "nothing"):
        with pytest.raises(AttributeError):
            get(name)


@pytest.mark.process
def test_what_edits_are_written_with_comes_with_the_first_use() -> None:
    code = (
        "import sys; from store.rows import orm, tables\n"
        "before = 'sqlalchemy' in sys.modules\n"
        "orm.select(tables.Account)\n"
        "print(before, 'sqlalchemy' in sys.modules, hasattr(orm, 'nothing'))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "True", "False"]
