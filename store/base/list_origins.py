# SPDX-License-Identifier: GPL-3.0-or-later
"""Why a list may not come from where it says, in words. What may not is `network.list_sources`'s to tell."""

from network.list_sources import Unfit, literal
from store.base.sentences import say
from wire.addresses import Address
from wire.embedded import behind


def address_refused(why: Unfit, address: Address) -> str:
    """A clause that follows the list's title and "was not fetched:"."""
    shown = behind(address)
    if why is Unfit.METADATA:
        return say("its server has the address {address}, where a cloud keeps secrets", address=shown)
    if why is Unfit.LINK:
        return say(
            "its server has the address {address}, which is of one link and no place for a list", address=shown
        )
    return say("its server has the address {address}, this machine itself", address=shown)


def host_refused(why: Unfit, host: str) -> str:
    """The same of a host as it was typed."""
    address = literal(host)
    if address is None:
        return say("{host} is this machine itself", host=host)
    return address_refused(why, address)
