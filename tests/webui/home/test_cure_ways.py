# SPDX-License-Identifier: GPL-3.0-or-later
"""Each problem of the health has a way to its cure, and each way leads to a page that there is."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

import store.health
from webui.home import cure_ways

pytestmark = pytest.mark.process  # the wall's page asks `ip`


def test_every_way_is_of_a_problem_that_there_is() -> None:
    source = "".join(path.read_text() for path in Path(store.health.__path__[0]).glob("*.py"))
    known = set(re.findall(r'Problem\("(\w+)"', source))
    assert set(cure_ways._WAYS) <= known
    assert all(cure_ways.way(each) for each in known) and cure_ways.way("new_kind") is cure_ways.HEALTH


def test_every_way_leads_somewhere(looker: Any) -> None:
    for way in (cure_ways.HEALTH, *cure_ways._WAYS.values()):
        assert looker.get(way.href).status_code == 200, way
