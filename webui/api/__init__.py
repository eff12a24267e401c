# SPDX-License-Identifier: GPL-3.0-or-later
"""The REST API under /api/v1: one resource a file, each with an `APIRouter` named `router`.

    health_api      is it well?                        shapes       the JSON that goes out
    stats_api       the numbers behind the pages       queries_api  the query log, and live
    devices_api     devices, groups_api their groups
    blocklists_api  blocklists and their toggles       rules_api    the home's own rules
    explain_api     the verdict and why                settings_api settings
    bypass_api      what went around DNS               wall_api     the wall's switches
    dhcp_api        addresses for the home

Who may call is decided by the gate in webui/http/auth.py before any of these runs.
"""
