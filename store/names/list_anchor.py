# SPDX-License-Identifier: GPL-3.0-or-later
"""A blocklist's place on the pages that switch it, so that whatever tells of it can lead there. Pure."""

import re
from urllib.parse import quote


def anchor(blocklist_id: str) -> str:
    """An id as an HTML id that a CSS selector takes as it is: "pack:xiaomi" → "list-pack_3a_xiaomi"."""
    return "list-" + re.sub(r"[^a-zA-Z0-9-]", lambda match: f"_{ord(match[0]):x}_", blocklist_id)


def page_of(blocklist_id: str) -> str:
    """The address of a list's own page: "pack:xiaomi" → "/blocklists/pack:xiaomi"; services share one."""
    if blocklist_id.startswith("service:"):
        return f"/services#{anchor(blocklist_id)}"
    return f"/blocklists/{quote(blocklist_id, safe=':')}"
