# SPDX-License-Identifier: GPL-3.0-or-later
"""A device on the command line: by number, by name in any case, and what is said where that fits none or several."""

from contextlib import closing
from pathlib import Path

import pytest

from appliance.errors import Complaint
from appliance.evidence_cli import asked_device
from store.base import db

pytestmark = pytest.mark.database


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("home")
    db.open_config(directory)
    with closing(db.connect(directory / "config.db")) as con:
        for number, name in ((3, "Samsung TV"), (4, "Phone"), (5, "phone")):
            con.execute("INSERT INTO device (id, name, first_seen) VALUES (?, ?, 0)", (number, name))
    return directory


def test_by_number_or_name(home: Path) -> None:
    assert asked_device.number_of(home, None) is None
    assert asked_device.number_of(home, "3") == asked_device.number_of(home, " samsung tv") == 3
    assert asked_device.number_of(home, "77") == 77  # of one that is gone there may be records


@pytest.mark.parametrize("text", ("Phone", "Ghost", ""))
def test_none_and_several_are_told(home: Path, text: str) -> None:
    with pytest.raises(Complaint, match=f"There is no device '{text}', or several"):
        asked_device.number_of(home, text)


def test_beside_an_imported_log_there_are_no_names(tmp_path: Path) -> None:
    assert asked_device.device_names(tmp_path) == {} and asked_device.number_of(tmp_path, "1") == 1
