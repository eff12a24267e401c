# SPDX-License-Identifier: GPL-3.0-or-later
"""The addresses of a list's server, each looked at before it is connected to.

Names are resolved here, and the connection goes to just the address that was looked at: a name that changes its mind in
between gains nothing. `network.list_sources` says which addresses will do.
"""

from __future__ import annotations

import asyncio
import socket
from ipaddress import ip_address

from network.list_sources import forbidden, leads_home, literal
from store.base.sentences import say
from store.names.list_origins import address_refused
from wire.addresses import plain


class Forbidden(Exception):  # noqa: N818 - what the source is
    """A source leads to where none may. The text is a clause that follows the list's title and "was not fetched:"."""


async def addresses(host: str, port: int, *, home: bool = True) -> list[str]:
    """The addresses of `host`; raise `Forbidden` when one of them is, OSError when there is none.

    `home` False: whoever typed the source meant the Internet, so it may not lead into the home.
    """
    known = literal(host)
    if known is not None:
        ips = [known]
    else:
        loop = asyncio.get_running_loop()
        answers = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        ips = [ip_address(str(sockaddr[0]).partition("%")[0]) for *_, sockaddr in answers]
    for address in ips:
        if why := forbidden(address):
            raise Forbidden(address_refused(why, address))
        if not home and leads_home(address):
            raise Forbidden(say(
                "it leads to {address} in the home; if that is meant, add the list by that address instead",
                address=address,
            ))
    return list(dict.fromkeys(str(plain(address)) for address in ips))
