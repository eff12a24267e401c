# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever is wrong with evidence.db, a page says so, and a click mends it."""

from typing import Any

from evidence.base.evidence_file import FILE_NAME
from webui.api.all_resources import PREFIX


def test_a_damaged_file_is_told_and_put_aside_by_whoever_writes(visitor: Any) -> None:
    (visitor.home.state / FILE_NAME).write_text("no database" * 1000)
    assert visitor.get("/evidence").status_code == 503
    refused = visitor.get(f"{PREFIX}/evidence/findings")
    assert refused.status_code == 503 and "made again by itself" in refused.json()["detail"]
    headers = {"X-CSRF-Token": visitor.csrf}
    call = f"{PREFIX}/evidence/findings/1"
    assert visitor.patch(call, json={"state": "seen"}, headers=headers).status_code == 404
    assert visitor.get("/evidence").status_code == 200
