# SPDX-License-Identifier: GPL-3.0-or-later
from pathlib import Path

from resolver.recursor_watch import RecursorWatch
from store.base import status
from store.base.process_status import RecursorState, RecursorStatus


def test_what_matters_to_who_asks_is_a_change_and_nothing_else(tmp_path: Path) -> None:
    watch = RecursorWatch(tmp_path)
    assert watch.status is None and not watch.changed()
    status.publish(tmp_path, "recursor", RecursorStatus(state=RecursorState.SERVING, port=5301))
    assert watch.changed() and watch.status is not None and watch.status.port == 5301
    status.publish(tmp_path, "recursor", RecursorStatus(state=RecursorState.SERVING, port=5301, memory_kib=7))
    assert not watch.changed() and watch.status.memory_kib == 7
    status.publish(tmp_path, "recursor", RecursorStatus(state=RecursorState.FAILING))
    assert watch.changed()
    (tmp_path / "recursor.json").unlink()
    assert watch.changed() and watch.status is None
