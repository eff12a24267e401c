# SPDX-License-Identifier: GPL-3.0-or-later
"""A backup downloaded, looked into, restored and undone in a real browser, on a phone, with and without scripts."""

import json
from pathlib import Path
from typing import Any

from real_browser import address, chromium, first_run, leave, marks, opened, sync_api

from store.backup.backup_form import MAX_BYTES
from store.config import edit
from store.household import groups

__all__ = ["address", "chromium"]

pytestmark = marks

PHONE = {"width": 360, "height": 740}
SIDEWAYS = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


def test_down_and_up_and_back_again(chromium: Any, address: str, home: Any, tmp_path: Path) -> None:
    complaints: list[str] = []
    page, expect = opened(chromium, complaints, viewport=PHONE), sync_api.expect
    first_run(page, address, home)
    page.goto(f"{address}/backup")
    with page.expect_download() as download:
        page.get_by_role("button", name="Download a backup").click()
    file = tmp_path / download.value.suggested_filename
    download.value.save_as(file)
    assert json.loads(file.read_text())["telltale"] == "backup" and file.name.startswith("telltale-backup-")
    groups.add_group(edit.engine(home.state), "Since")

    for scripts in (True, False):
        context = chromium.new_context(
            java_script_enabled=scripts, service_workers="block", viewport=PHONE,
            storage_state=page.context.storage_state(),
        )
        visit = context.new_page()
        visit.goto(f"{address}/backup")
        visit.get_by_label("File of a backup").set_input_files(file)
        visit.get_by_role("button", name="Look into it").click()
        expect(visit.locator("#preview")).to_contain_text("1 row goes")
        assert visit.evaluate(SIDEWAYS) == 0 if scripts else True
        visit.get_by_role("button", name="Restore what is ticked").click()
        expect(visit.locator("#notice")).to_contain_text("Restored: 1 row is another now.")
        assert groups.groups(edit.engine(home.state)) == []
        visit.locator("#toast").get_by_role("button", name="Undo this change").click()
        expect(visit.locator("#toast")).to_contain_text("Undone: A backup is restored")
        assert [group.name for group in groups.groups(edit.engine(home.state))] == ["Since"]
        leave(visit)
    assert complaints == []


def test_a_file_that_is_too_large_is_not_sent(chromium: Any, address: str, home: Any, tmp_path: Path) -> None:
    page = opened(chromium, [])
    first_run(page, address, home)
    page.goto(f"{address}/backup")
    file = tmp_path / "large.json"
    with file.open("wb") as opened_file:
        opened_file.truncate(MAX_BYTES + 1)
    page.get_by_label("File of a backup").set_input_files(file)
    said = page.get_by_label("File of a backup").evaluate("(input) => input.validationMessage")
    assert said == "This file is too large to be a backup."
