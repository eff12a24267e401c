# SPDX-License-Identifier: GPL-3.0-or-later
"""What follows once DNS is answered: the other children, then `appliance.start.prepare`, then the banner.

    index on disk   workers ─► they have published a status ─► the rest, and prepare beside it ─► banner
    none yet        prepare ─► all children ─► banner

A device that asks while the house starts waits for the workers alone: on a small machine the pages take several times
as long to start as they do.
"""

from __future__ import annotations

import json
import logging
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence

from appliance.errors import Complaint
from appliance.process.children import Spec
from appliance.process.supervisor import Supervisor
from appliance.start import banner
from appliance.start.banner import Welcome
from appliance.start.inventory import House
from store.base.sentences import say, unpacked
from store.base.version import version

# Past this the children would be waiting for an answer that never comes; a slow Pi compiles all lists in far less.
PREPARE_SECONDS = 900
# Workers that have not answered by then have a trouble of their own; the pages are there to tell of it.
PATIENCE_SECONDS = 5.0

log = logging.getLogger("telltale.supervisor")


class Opening:
    """One start of the appliance. `password`: the first one, which prepare alone is given."""

    def __init__(
        self,
        house: House,
        environ: Mapping[str, str],
        password: str | None,
        update: bool,
        more: Callable[[House], list[Spec]] | None = None,
    ) -> None:
        self._house, self._update, self._more = house, update, more
        self._environ = {**environ, **({"TELLTALE_PASSWORD": password} if password else {})}
        self._rest: list[Spec] = []
        self._preparing: subprocess.Popen[bytes] | None = None
        self._patience: float | None = None
        self._waits = True

    def begin(self, supervisor: Supervisor, rest: Sequence[Spec]) -> None:
        """Make ready what must be so before the children start, and order the rest for afterwards."""
        self._rest = list(rest)
        if self._house.can_answer:
            supervisor.meanwhile(lambda: self._go_on(supervisor))
            return
        self._prepare()
        self._finish()
        self._complete(supervisor)

    def _go_on(self, supervisor: Supervisor) -> bool:
        """The next step, if it is time for one; True after the last."""
        if self._patience is None:
            self._patience = time.monotonic() + PATIENCE_SECONDS
        if self._waits:
            if not supervisor.answers() and time.monotonic() < self._patience:
                return False
            self._waits = False
            self._add_rest(supervisor)
            self._prepare()
        if self._preparing is not None and self._preparing.poll() is None:
            return False
        self._finish()
        self._complete(supervisor)
        return True

    def _complete(self, supervisor: Supervisor) -> None:
        self._add_rest(supervisor)
        supervisor.add(self._more(self._house) if self._more else [])
        print(banner.render(welcome(self._house), banner.here()), flush=True)

    def _add_rest(self, supervisor: Supervisor) -> None:
        rest, self._rest = self._rest, []
        supervisor.add(rest)

    def _prepare(self) -> None:
        """Start `appliance.start.prepare`, unless nothing can be written."""
        if self._house.read_only:
            log.warning("%s", self._house.warnings[0])
            return
        command = [sys.executable, "-m", "appliance.start.prepare", "--state", str(self._house.state)]
        self._preparing = subprocess.Popen(
            [*command, *([] if self._update else ["--compile"])],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, env=self._environ,
        )  # fmt: skip
        self._environ = {}

    def _finish(self) -> None:
        """Wait for it; when it fails, DNS is still answered if there is an index to answer from."""
        process, house = self._preparing, self._house
        if process is None:
            return
        try:
            answer = json.loads(process.communicate(timeout=PREPARE_SECONDS)[0])
        except (subprocess.SubprocessError, ValueError):
            process.kill()
            process.wait()
            if not house.can_answer:
                raise Complaint(say("Telltale could not be made ready; the line above says why.")) from None
            sentence = say("Something failed at the start (see above); DNS is answered from the last good state.")
            house.warnings.append(sentence)
        else:
            house.code = answer["code"]
            house.notes += map(unpacked, answer["notes"])


def welcome(house: House) -> Welcome:
    """What the banner says."""
    return Welcome(
        version=version(),
        own_name=house.settings.own_name,
        dns=house.dns.endpoints,
        web=house.web_endpoint,
        code=house.code,
        notes=house.notes,
        warnings=house.warnings,
    )
