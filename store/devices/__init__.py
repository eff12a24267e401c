# SPDX-License-Identifier: GPL-3.0-or-later
"""Which device an address belongs to, and what devices are called: as the network shows it, and as people say it.

    recorder ─► sightings_store, found_names     (what the network shows: no change of anybody's)
    people   ─► device_edits                      (names, addresses by hand, merge, split, forget: each can be undone)

Both write the tables of config.db whose reader is `store.config.devices`.
"""
