# SPDX-License-Identifier: GPL-3.0-or-later
"""A whole appliance whose pages sleep after a second: whoever asks is answered, and all is well meanwhile."""

import http.client
import json
import os
import signal
import socket
import ssl
import threading
import time
from contextlib import closing, suppress
from pathlib import Path

import pytest
from ports import free_port
from running_appliance import RunningAppliance, StartAppliance, Telltale
from waiting import HANG_SECONDS, until

from store.certificates import home_certificate
from store.config import account, edit
from store.config.settings import Settings

ASLEEP, WAKES = "webui sleeps until somebody asks", "webui wakes"
TOGETHER = 64


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TELLTALE_PAGES_SLEEP_SECONDS", "1")


@pytest.fixture
def sleeping(state: Path, appliance: StartAppliance) -> RunningAppliance:
    made = appliance(state)
    until(lambda: ASLEEP in made.said())
    return made


def asked(port: int, method: str, path: str, body: bytes | None = None, who: str = "127.0.0.1") -> tuple[int, bytes]:
    made = http.client.HTTPConnection("127.0.0.1", port, timeout=HANG_SECONDS, source_address=(who, 0))
    with closing(made) as connection:
        connection.request(method, path, body, {"Content-Type": "application/json"} if body else {})
        answer = connection.getresponse()
        return answer.status, answer.read()


def log_in(port: int, who: str = "127.0.0.1") -> tuple[int, bytes]:
    """A POST, which must not be lost."""
    return asked(port, "POST", "/api/v1/session", json.dumps({"password": "x" * 12}).encode(), who)


def test_asleep_all_is_well_and_whoever_asks_is_answered(
    sleeping: RunningAppliance, telltale: Telltale, state: Path
) -> None:
    until(lambda: sleeping.children().get("webui") == {
        "role": "webui", "pid": None, "started": None, "restarts_last_minute": 0, "state": "asleep"
    })
    health, doctor = (
        telltale(word, "--state", str(state), TELLTALE_RUN=str(sleeping.run)) for word in ("health", "doctor")
    )
    assert health.returncode == 0 and "  webui: asleep\n" in health.stdout and health.stdout.count("webui") == 1
    assert "webui" not in doctor.stdout and "Web UI" not in doctor.stdout
    with socket.create_connection(("127.0.0.1", sleeping.web)):  # who says nothing wakes nobody
        assert sleeping.answers(HANG_SECONDS)
    os.kill(sleeping.children()["worker-1"]["pid"], signal.SIGKILL)
    until(sleeping.answers)
    assert WAKES not in sleeping.said()
    status, body = log_in(sleeping.web)
    assert status in (401, 403) and json.loads(body)["status"] == status
    assert sleeping.said().count(WAKES) >= 1
    until(lambda: sleeping.said().count(ASLEEP) >= 2)
    assert asked(sleeping.web, "GET", "/api/v1/health")[0] == 200
    assert "Traceback" not in sleeping.said() and sleeping.stop() == 0


def test_of_many_who_ask_at_any_moment_of_it_nobody_is_lost(sleeping: RunningAppliance) -> None:
    told: list[bool | str] = []

    def ask(number: int) -> None:
        """Again and again, as soon as they sleep; each from an address of its own, which has a few connections."""
        who = f"127.0.1.{number + 1}"
        for slept in (1, 2, 3):
            until(lambda: sleeping.said().count(ASLEEP) >= slept)  # noqa: B023 - it is called at once
            try:
                if number % 2:
                    told.append(log_in(sleeping.web, who)[0] in (401, 403, 429, 503) or "log-in")
                else:
                    told.append(asked(sleeping.web, "GET", "/static/app.css", who=who)[0] == 200 or "file")
            except (OSError, http.client.HTTPException) as error:
                told.append(repr(error))

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(TOGETHER)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert told == [True] * (3 * TOGETHER) and sleeping.said().count(WAKES) >= 3
    assert "it is started again" not in sleeping.said()


def test_a_connection_that_stays_open_outlives_the_sleep(sleeping: RunningAppliance) -> None:
    with closing(http.client.HTTPConnection("127.0.0.1", sleeping.web, timeout=HANG_SECONDS)) as connection:
        for _ in range(2):
            slept = sleeping.said().count(ASLEEP)
            connection.request("GET", "/api/v1/health")
            assert connection.getresponse().read().startswith(b"{")
            assert connection.sock is not None
            until(lambda slept=slept: sleeping.said().count(ASLEEP) > slept)


def test_who_asks_over_https_wakes_them(state: Path, appliance: StartAppliance) -> None:
    home_certificate.make(state, Settings(), time.time())
    port = free_port()
    house = appliance(state, "--https", f"127.0.0.1:{port}")
    until(lambda: ASLEEP in house.said() and "answering encrypted queries" in house.said())
    context = ssl._create_unverified_context()
    with closing(http.client.HTTPSConnection("127.0.0.1", port, timeout=HANG_SECONDS, context=context)) as connection:
        connection.request("POST", "/api/v1/session", b'{"password": "x"}', {"Content-Type": "application/json"})
        assert connection.getresponse().status in (401, 403)
    assert house.said().count(WAKES) >= 1, "more than once where it fell asleep again before it was handed the request"


def test_who_is_logged_in_stays_so(state: Path, appliance: StartAppliance) -> None:
    account.set_password(edit.engine(state), "correct horse battery")
    house = appliance(state)
    until(lambda: ASLEEP in house.said())
    body = json.dumps({"password": "correct horse battery"}).encode()
    with closing(http.client.HTTPConnection("127.0.0.1", house.web, timeout=HANG_SECONDS)) as connection:
        connection.request("POST", "/api/v1/session", body, {"Content-Type": "application/json"})
        answer = connection.getresponse()
        answer.read()
        cookie = answer.headers["set-cookie"].partition(";")[0]
        until(lambda: house.said().count(ASLEEP) >= 2)
        connection.request("GET", "/api/v1/devices", headers={"Cookie": cookie})
        assert connection.getresponse().status == 200


def test_killed_or_told_to_end_they_come_back_as_ever(state: Path, appliance: StartAppliance) -> None:
    house = appliance(state)

    def is_killed() -> bool:
        """It may fall asleep just then."""
        with suppress(ProcessLookupError):
            if pid := house.children().get("webui", {}).get("pid"):
                os.kill(pid, signal.SIGKILL)
                return True
        return False

    until(is_killed)
    assert asked(house.web, "GET", "/api/v1/health")[0] == 200
    until(lambda: ASLEEP in house.said())
    house.process.send_signal(signal.SIGHUP)
    until(lambda: "restarting the workers" in house.said())
    assert asked(house.web, "GET", "/api/v1/health")[0] == 200
    assert house.stop() == 0
