# SPDX-License-Identifier: GPL-3.0-or-later
"""Ports that could not be had at the start: tried again while the appliance runs, and served once they are there."""

import logging
from collections.abc import Callable, Sequence
from contextlib import suppress

from appliance.errors import Complaint
from appliance.process import sockets
from appliance.process.binder import Binder
from appliance.process.children import Spec
from appliance.process.supervisor import Supervisor
from appliance.start import encrypted_child
from appliance.start.encrypted_ports import PORTS
from appliance.start.inventory import House
from appliance.start.wanted_ports import Missing

AGAIN_SECONDS = 3.0

log = logging.getLogger("telltale.supervisor")


class LatePorts:
    """`specs` makes the children of the house as it is then: those that serve a port that came are started again."""

    def __init__(
        self, house: House, missing: Sequence[Missing], binder: Binder | None, specs: Callable[[], list[Spec]]
    ) -> None:
        self._house, self._missing, self._binder, self._specs = house, list(missing), binder, specs

    def watch(self, supervisor: Supervisor) -> None:
        """Try again every few seconds, if there is anything to wait for."""
        if self._missing:
            supervisor.every(AGAIN_SECONDS, lambda: self.again(supervisor))

    def again(self, supervisor: Supervisor) -> None:
        """One look at each."""
        for wanted in list(self._missing):
            if not self._is_wanted(wanted) or not self._is_there(wanted):
                continue
            self._missing.remove(wanted)
            self._house.troubles.pop(wanted.word, None)
            log.info("%s can be used now", wanted.word)
            if wanted.setting in PORTS:
                supervisor.renew([encrypted_child.spec(self._house)])
            elif not wanted.absent:
                role = "webui" if wanted.setting == "web" else "worker-"
                supervisor.renew([spec for spec in self._specs() if spec.role.startswith(role)])

    def _is_wanted(self, wanted: Missing) -> bool:
        return wanted.setting not in PORTS or self._house.wants_encrypted(wanted.setting)

    def _is_there(self, wanted: Missing) -> bool:
        """Whether it is served now, or is once its children have been started again."""
        house, (address, port) = self._house, wanted.endpoint
        if wanted.setting in PORTS:
            return self._is_bound(wanted)
        if wanted.absent and (wanted.setting == "dns" or house.web_endpoint[1] == port):
            here = sockets.is_here(address)
            if here:
                house.dns.absent.discard(wanted.endpoint)
            return here
        if self._binder is None:
            return False
        if wanted.setting == "web":
            sock = self._binder.web(wanted.endpoint)
            if sock is not None:
                house.more_web.append(sock)
                house.web_endpoint = wanted.endpoint
            return sock is not None
        bound = self._binder.dns(wanted.endpoint, 1 + len(house.dns.more_udp))
        if bound is not None:
            house.dns.add(bound)
        return bound is not None

    def _is_bound(self, wanted: Missing) -> bool:
        """As `_is_there`, of encrypted DNS. Where nothing was wanted at the start there is no binder."""
        sock = self._binder.encrypted(wanted.setting, wanted.endpoint) if self._binder is not None else None
        with suppress(Complaint):
            sock = sock or sockets.bind_encrypted(wanted.setting, wanted.endpoint)
        if sock is not None:
            self._house.encrypted.add(wanted.setting, sock)
        return sock is not None
