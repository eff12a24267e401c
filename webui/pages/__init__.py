# SPDX-License-Identifier: GPL-3.0-or-later
"""Pages that belong to no other wing, one a file, drawn on the server.

groups_page       who is in a group
bypass_page       ways around DNS, and the wall; wall_page its switches, and where Telltale stands
explain_page      why a name is blocked or not
search_page       what a few letters may mean anywhere
metrics_page      numbers for Prometheus
installed_page    the pages as an app of a phone: its manifest, and what it shows when the appliance is away
kept_templates    what templates were compiled to
front_doors       addresses of other blockers' pages
"""
