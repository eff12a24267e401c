# SPDX-License-Identifier: GPL-3.0-or-later
"""Who may be new. Where a device lands that nobody has seen before: `store.config.devices.landing_group`."""


def is_one(address: str) -> bool:
    """Whether whoever asks from there may be new: this machine itself never is."""
    return not address.startswith("127.") and address != "::1"
