# SPDX-License-Identifier: GPL-3.0-or-later
import struct
from pathlib import Path

import pytest

from store.events.inotify import CREATE, DELETE, MODIFY, OPEN, Event, Inotify, events


def test_events_are_read_from_their_bytes() -> None:
    data = struct.pack("=iIII", 1, CREATE, 0, 16) + b"config.db" + bytes(7) + struct.pack("=iIII", 2, MODIFY, 0, 0)
    assert list(events(data)) == [Event(1, CREATE, "config.db"), Event(2, MODIFY, "")]
    assert list(events(b"")) == list(events(data[:10])) == []


@pytest.mark.database
def test_the_kernel_tells_of_files_and_of_what_is_in_folders(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_bytes(b"one")
    told = Inotify()
    assert told.fileno() >= 0
    folder, watch = told.add(tmp_path, CREATE | DELETE), told.add(file, MODIFY | OPEN)
    assert watch == told.add(file, MODIFY), "the same file has the same watch"
    assert told.read() == []
    file.write_bytes(b"another")
    (tmp_path / "more").touch()
    heard = told.read()
    assert Event(folder, CREATE, "more") in heard
    assert {each.mask for each in heard if each.watch == watch} == {MODIFY}
    assert told.add(tmp_path / "nowhere", MODIFY) == -1
    told.close()
    told.close()
    assert (told.fileno(), told.read(), told.add(file, MODIFY)) == (-1, [], -1)
