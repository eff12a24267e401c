# SPDX-License-Identifier: GPL-3.0-or-later
"""Who may ask over an encrypted connection, and which device that is. A decision without I/O; `process` renews it.

    inside    everybody; a device's word, or its friendly name, says which one it is, and else its address does
    proxied   who a trusted proxy says it is; through any other proxy, as from outside
    outside   nobody, unless the setting `outside` is on: then whoever has a device's word, which cannot be guessed
"""

from __future__ import annotations

from dataclasses import dataclass, field

from network.home_networks import is_at_home
from resolver.recorder.buffer import device_client
from store.local.device_words import DeviceWords
from wire.addresses import Networks


@dataclass(frozen=True, slots=True)
class Admission:
    """As of one moment."""

    networks: Networks = ()
    outside: bool = False
    words: DeviceWords = field(default_factory=DeviceWords)
    proxies: Networks = ()

    def at_home(self, address: str) -> bool:
        """Whether an address is of the home."""
        try:
            return is_at_home(address, self.networks)
        except ValueError:
            return False

    def client_behind(self, address: str, forwarded: str, word: str) -> str | None:
        """As `client`, of a request that says that it came through a proxy.

        Proxies of the setting trusted_proxies are believed; `forwarded`: X-Forwarded-For, to which each adds whom it
        heard at the end. Through any other, anybody may have come: that counts as from outside.
        """
        real = self._behind(address, forwarded)
        if real:
            return self.client(real, word)
        device_id = self.words.secret.get(word) if self.outside else None
        return device_client(address, device_id) if device_id else None

    def _behind(self, address: str, forwarded: str) -> str:
        """The first from the end that is no proxy of ours; "" where that is who connected, or is no address."""
        if not self._is_proxy(address):
            return ""
        for part in reversed(forwarded.split(",")):
            hop = part.strip().removeprefix("[").removesuffix("]")
            try:
                if not is_at_home(hop, self.proxies):
                    return hop
            except ValueError:
                return ""
        return ""

    def _is_proxy(self, address: str) -> bool:
        try:
            return is_at_home(address, self.proxies)
        except ValueError:
            return False

    def may_knock(self, address: str) -> bool:
        """Whether it is worth a handshake, in which a device may name itself."""
        return self.outside or self.at_home(address)

    def client(self, address: str, word: str) -> str | None:
        """Who that is, as the record has it (`device_client`, or the address alone); None: who is refused.

        `word`: the path's or the first label of the name that was asked for, "" for none.
        """
        device_id = self.words.secret.get(word) if word else None
        if self.at_home(address):
            device_id = device_id or self.words.friendly.get(word)
            return device_client(address, device_id) if device_id else address
        if not self.outside or not device_id:
            return None
        return device_client(address, device_id)
