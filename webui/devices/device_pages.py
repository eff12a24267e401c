# SPDX-License-Identifier: GPL-3.0-or-later
"""The pages of devices, put together; one file a page.

devices_page            the devices, and one of them
device_addresses_page   of a device's page: its addresses, merging, splitting, forgetting
"""

from __future__ import annotations

from webui.devices import device_addresses_page, devices_page

PAGES = (devices_page, device_addresses_page)
