# SPDX-License-Identifier: GPL-3.0-or-later
import threading
from pathlib import Path

import pytest
from waiting import until

from dhcp import asking
from dhcp.asking import Asked
from dhcp.dhcp_wanted import QUESTION, question_folder
from dhcp.lease_plan import DhcpError
from store.base import status
from store.base.process_status import DhcpStatus, SupervisorStatus


def answering(run: Path, **answer: object) -> None:
    """A keeper that answers what is asked."""
    until(lambda: asking.read(run) is not None)
    asked = asking.read(run)
    assert asked is not None and asked.interface == "eth0"
    assert (run / QUESTION).stat().st_mode & 0o077 == 0
    status.publish(run, "dhcp", DhcpStatus(asked=asked.id, **answer))  # type: ignore[arg-type]


@pytest.mark.parametrize("others", [(), ("192.168.1.1",)])
def test_the_keeper_answers(tmp_path: Path, others: tuple[str, ...]) -> None:
    status.publish(tmp_path, "supervisor", SupervisorStatus(may_serve_dhcp=True))
    thread = threading.Thread(target=answering, args=(tmp_path,), kwargs={"asked_others": others})
    thread.start()
    assert asking.look(tmp_path, "eth0", wait=120.0) == others
    thread.join()
    assert not (tmp_path / QUESTION).exists(), "nobody is to be started for it any more"


def test_why_it_could_not_look_is_passed_on(tmp_path: Path) -> None:
    status.publish(tmp_path, "supervisor", SupervisorStatus(may_serve_dhcp=True))
    thread = threading.Thread(target=answering, args=(tmp_path,), kwargs={"asked_error": "no such thing"})
    thread.start()
    with pytest.raises(DhcpError, match="no such thing"):
        asking.look(tmp_path, "eth0", wait=120.0)
    thread.join()


def test_one_that_is_silent_is_not_waited_for_for_ever(tmp_path: Path) -> None:
    status.publish(tmp_path, "supervisor", SupervisorStatus(may_serve_dhcp=True))
    with pytest.raises(DhcpError, match="in time"):
        asking.look(tmp_path, "eth0", wait=0.0)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"id": 1}', '{"id": "a", "interface": "eth0; reboot"}'])
def test_what_does_not_read_is_no_question(tmp_path: Path, text: str) -> None:
    (question_folder(tmp_path) / "dhcp").write_text(text)
    assert asking.read(tmp_path) is None
    asking.forget(tmp_path, None)
    assert not (tmp_path / QUESTION).exists()


def test_a_question_in_place_of_another_stays(tmp_path: Path) -> None:
    (question_folder(tmp_path) / "dhcp").write_text('{"id": "2", "interface": "eth0"}')
    asking.forget(tmp_path, Asked("1", "eth0"))
    assert asking.read(tmp_path) == Asked("2", "eth0")


def test_what_is_no_connection_is_said_at_once(tmp_path: Path) -> None:
    status.publish(tmp_path, "supervisor", SupervisorStatus(may_serve_dhcp=True))
    with pytest.raises(DhcpError, match="no network connection"):
        asking.look(tmp_path, "eth0; reboot")
