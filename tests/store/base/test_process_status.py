# SPDX-License-Identifier: GPL-3.0-or-later
"""Which statuses are believed, and what they say together."""

import pytest

from store.base.process_status import (
    STALE_SECONDS,
    FirewallStatus,
    Moment,
    RecorderStatus,
    Statuses,
    SupervisorStatus,
    UpdaterStatus,
    UpstreamStatus,
    WorkerStatus,
)

NOW = Moment(1_795_514_400.0, 50_000.0)


@pytest.mark.parametrize(
    ("time", "clock", "live"),
    [
        (NOW.time, NOW.clock, True),
        (NOW.time - STALE_SECONDS, NOW.clock - STALE_SECONDS, True),
        (NOW.time - STALE_SECONDS - 1, NOW.clock - STALE_SECONDS - 1, False),
        (0.0, NOW.clock - 1, True),  # the clock of the wall jumped since
        (NOW.time, NOW.clock + 9000, False),  # of the machine's life before this one
        (NOW.time - 1, 0.0, True),  # from one who does not say the other clock
        (NOW.time - STALE_SECONDS - 1, 0.0, False),
        (NOW.time + STALE_SECONDS + 1, 0.0, False),
        (0.0, 0.0, False),
    ],
)
def test_a_status_is_believed_for_half_a_minute(time: float, clock: float, live: bool) -> None:
    assert RecorderStatus(time=time, clock=clock).is_live(NOW) is live


def test_what_is_left_over_is_left_out_but_the_updaters_last_word() -> None:
    old, new = NOW.clock - 3600, NOW.clock - 1
    updater, worker = UpdaterStatus(clock=old, errors={"a": "404"}), WorkerStatus(clock=new)
    said = Statuses(
        SupervisorStatus(clock=old), {"worker-1": worker, "worker-2": WorkerStatus(clock=old)},
        RecorderStatus(clock=new), updater, FirewallStatus(clock=old),
    )  # fmt: skip
    assert said.live(NOW) == Statuses(None, {"worker-1": worker}, RecorderStatus(clock=new), updater, None)
    assert Statuses().live(NOW) == Statuses()


def test_a_status_is_found_by_its_role() -> None:
    workers = {"worker-2": WorkerStatus()}
    said = Statuses(SupervisorStatus(), workers, RecorderStatus(), UpdaterStatus(), FirewallStatus())
    roles = ("supervisor", "worker-2", "recorder", "updater", "firewall")
    assert [said.of(role) for role in roles] == [
        said.supervisor, said.workers["worker-2"], said.recorder, said.updater, said.firewall,
    ]  # fmt: skip
    assert said.of("worker-1") is None and said.of("webui") is None


def test_upstreams_are_those_that_any_worker_asks_each_once() -> None:
    def asking(*specs: str) -> WorkerStatus:
        return WorkerStatus(upstreams=tuple(map(UpstreamStatus, specs)))

    said = Statuses(workers={"worker-1": asking("9.9.9.9", "", "1.1.1.1"), "worker-2": asking("1.1.1.1", "8.8.8.8")})
    assert said.upstream_specs() == ["9.9.9.9", "1.1.1.1", "8.8.8.8"]
