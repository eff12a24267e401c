# SPDX-License-Identifier: GPL-3.0-or-later
"""The pages, put together; one file a page.

pages_devices     the devices, and one of them
pages_groups      groups of devices
pages_bypass      ways around DNS, and the wall
pages_wall        the wall's switches, and where Telltale stands
pages_explain     why a name is blocked or not
search_page       what a few letters may mean anywhere
metrics_page      numbers for Prometheus
installed_page    the pages as an app of a phone: its manifest, and what it shows when the appliance is away
"""

from __future__ import annotations

from webui.pages import (
    bypass_page,
    explain_page,
    groups_page,
    installed_page,
    metrics_page,
    search_page,
    wall_page,
)

PAGES = (
    groups_page,
    bypass_page,
    wall_page,
    explain_page,
    search_page,
    metrics_page,
    installed_page,
)
