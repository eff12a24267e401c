# SPDX-License-Identifier: GPL-3.0-or-later
import pytest

from dhcp.standing import WORDS, standing, unserved
from store.base.process_status import DhcpState, DhcpStatus, Statuses, SupervisorStatus
from store.config.settings import Settings

MAY, MAY_NOT = SupervisorStatus(may_serve_dhcp=True), SupervisorStatus()


@pytest.mark.parametrize(
    ("dhcp", "live", "state", "error"),
    [
        ("off", Statuses(), DhcpState.OFF, ""),
        ("off", Statuses(MAY_NOT), DhcpState.OFF, ""),
        ("off", Statuses(MAY, dhcp=DhcpStatus(state=DhcpState.FAILING, error="x", server_pid=7)), DhcpState.OFF, ""),
        ("on", Statuses(MAY), DhcpState.LOOKING, ""),
        ("on", Statuses(MAY, dhcp=DhcpStatus()), DhcpState.LOOKING, ""),
        ("on", Statuses(MAY, dhcp=DhcpStatus(state=DhcpState.WRONG, error="x")), DhcpState.WRONG, "x"),
        ("on", Statuses(), DhcpState.UNSERVED, "does not run"),
        ("on", Statuses(MAY_NOT), DhcpState.UNSERVED, "NET_RAW"),
    ],
)
def test_what_is_told(dhcp: str, live: Statuses, state: DhcpState, error: str) -> None:
    stands = standing(Settings(dhcp=dhcp), live)
    assert stands.state is state and error in stands.error and bool(error) == bool(stands.error)


def test_every_state_has_its_words_and_who_may_serve_is_told_of_nothing() -> None:
    assert set(WORDS) == set(DhcpState)
    assert unserved(Statuses(MAY)) == ""
