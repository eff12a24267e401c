# SPDX-License-Identifier: GPL-3.0-or-later
"""The pages of devices, put together; one file a page.

devices_page            the devices
device_page             one of them: what it does, what is decided for it, what is known about it
device_edits_page       its name, its kind, lists for it alone
device_addresses_page   its addresses; merging, splitting, forgetting
"""

from __future__ import annotations

from webui.devices import device_addresses_page, device_edits_page, device_page, devices_page

PAGES = (devices_page, device_page, device_edits_page, device_addresses_page)
