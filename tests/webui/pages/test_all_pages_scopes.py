# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever changes something with one click says for whom: in the button, the legend or the label, on every page."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
from full_home import _full as _full
from full_home import everywhere
from full_home import full_looker as full_looker

from webui.frame import setting_areas

pytestmark = pytest.mark.process  # pages ask the system for its addresses
FORM = re.compile(r"<form\b[^>]*?method=\"post\"[^>]*?action=\"([^\"]*)\"[^>]*>(.*?)</form>", re.S)
HOUSE, ITSELF = "whole house", ""
# Action → what its form has to say; ITSELF where there is one thing only that it can be about, which it names.
SAYS = {
    "/rules": r"for all|for this device|for \S.* alone|for whom is chosen",
    "/rules/remove": r"for the whole house|for \S",
    "/rules/turn": r"for the whole house|for \S", "/rules/change": ITSELF, "/rules/several": r"ticked",
    "/blocklists/rules/paste": r"For whom",
    "/blocklists/toggle": HOUSE, "/blocklists/level": HOUSE, "/blocklists/add": HOUSE, "/blocklists/remove": HOUSE,
    "/blocklists/preview": HOUSE, "/blocklists/add/many": HOUSE,
    "/blocklists/state": r"for (?:the whole house|\S)", "/blocklists/again": HOUSE, "/blocklists/worth": ITSELF,
    "/blocklists/guard": HOUSE, "/blocklists/accept": HOUSE, "/blocklists/answer": HOUSE,
    "/bypass/mode": HOUSE, "/bypass/wall/mode": HOUSE,
    "/bypass/wall/switch": r"for (?:the whole house|this group|this device)",
    "/devices/N/toggle": r"for \S.*Off here", "/devices/N/name": ITSELF,
    "/groups/ready": ITSELF, "/groups/landing": ITSELF,
    "/groups/member": ITSELF, "/groups/add": ITSELF, "/groups/answer": r"Answer for \S", "/groups/remove": r"devices",
    "/groups/N/parts": ITSELF, "/groups/N/list": r"for this group",
    "/times/add": ITSELF, "/times/window": ITSELF, "/times/window/remove": ITSELF,
    "/times/change": ITSELF, "/times/remove": ITSELF,
    "/settings/dnssec/anyway": ITSELF, "/settings/dnssec/again": ITSELF,
    "/settings/upstreams/choose": ITSELF, "/settings/upstreams/test": ITSELF, "/settings/kept/unnamed": ITSELF,
    "/settings/kept/clear": ITSELF, "/settings/restart/workers": ITSELF, "/settings/restart/all": ITSELF,
    **{f"/settings/{area.key}": ITSELF for area in setting_areas.AREAS},
    **{f"/settings/{area.key}/default": ITSELF for area in setting_areas.AREAS},
    "/accounts/tokens": ITSELF, "/accounts/tokens/revoke": ITSELF, "/accounts/password": ITSELF,
    "/accounts/sessions/end": ITSELF, "/accounts/sessions/others": r"of mine", "/accounts/two-step": ITSELF,
    "/accounts/two-step/confirm": ITSELF, "/accounts/two-step/codes": ITSELF, "/accounts/two-step/off": ITSELF,
    "/accounts/users": ITSELF, "/accounts/users/change": ITSELF, "/accounts/users/remove": r"Remove \S",
    "/accounts/users/two-step-off": r"their",
    "/pause": r"for \S|For whom", "/pause/end": r"for \S", "/pause/more": r"for \S",
    "/exceptions/add": r"For whom|for this device",
    "/exceptions/end": r"for \S", "/exceptions/keep": r"for \S", "/requests/answer": r"for \S",
    "/my/exceptions": r"for this device", "/my/exceptions/end": r"for this device", "/my/requests": r"for this device",
    "/devices/N/kind": ITSELF, "/devices/N/addresses": ITSELF, "/devices/N/split": ITSELF, "/devices/N/merge": ITSELF,
    "/devices/N/forget": r"this device", "/changes/undo": ITSELF,
    "/changes/several": ITSELF, "/hidden-home/later": ITSELF,
    "/names/records/add": ITSELF, "/names/records/remove": ITSELF, "/names/records/import": ITSELF,
    "/names/records/change": ITSELF, "/names/forwards/change": ITSELF,
    "/names/forwards/add": ITSELF, "/names/forwards/remove": ITSELF,
    "/dhcp": ITSELF, "/dhcp/off": ITSELF, "/dhcp/check": ITSELF, "/dhcp/static#static": ITSELF,
    "/dhcp/static/remove": ITSELF,
    "/devices/chosen": r"the chosen devices", "/companies/block": r"for the whole house|for whom is chosen",
    "/services/toggle": r"for \S", "/services/safe-search": r"for \S",
    "/evidence/updates": ITSELF, "/evidence/worth": ITSELF, "/evidence/whatif": ITSELF,
    "/evidence/whatif/toggle": ITSELF, "/evidence/whatif/rule": ITSELF, "/evidence/whatif/group": ITSELF,
    "/evidence/whatif/cancel": ITSELF,
    "/evidence/findings/cure": r"for \S",
    "/evidence/findings/state": ITSELF, "/evidence/names/correct": ITSELF, "/evidence/names/uncorrect": ITSELF,
    "/evidence/tests/start": r"for this device", "/evidence/tests/stop": ITSELF, "/evidence/tests/title": ITSELF,
    "/evidence/tests/delete": ITSELF, "/my/tests/start": r"this device", "/my/tests/stop": ITSELF,
    "/my/tests/delete": ITSELF,
    "/queries/clear": r"Device any",
    "/logout": ITSELF,
}  # fmt: skip


def faults(page: str) -> list[str]:
    """Forms that are in no row of the table, or do not say for whom."""
    found = []
    for action, body in FORM.findall(page):
        says = SAYS.get(re.sub(r"/\d+", "/N", action))
        text = " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split())
        if says is None or not re.search(says, text):
            found.append(f"{action}: {text}")
    return found


@pytest.mark.parametrize("path", everywhere())
def test_what_one_click_does_says_for_whom(full_looker: Any, path: str) -> None:
    assert not faults(full_looker.get(path).text), "say for whom, and let SAYS know in which words"


def test_a_form_that_does_not_say_is_found() -> None:
    form = '<form method="post" action="{}"><button>Block<span class="sr"> a.example</span></button></form>'
    assert faults(form.format("/rules")) and faults(form.format("/new")) and not faults(form.format("/logout"))
