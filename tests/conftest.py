# SPDX-License-Identifier: GPL-3.0-or-later
"""What holds for every test, however it is collected: properties without a clock, a clean environment, true marks."""

import gc
import logging
import os
import re
from collections.abc import Generator, Iterator

import left_open
import purity
import pytest
import read_once
import rewritten
from examples import USUAL
from hypothesis import HealthCheck, settings

from native import finder
from network import multicast

# A commit has one verdict: examples follow from the test's own text, so whoever sees a failure sees it again, and a
# machine that is busy fails nothing that another passes. `--hypothesis-profile=wander` draws others each time, with the
# line that brings a failure back.
_TIMELESS = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow], database=None)
settings.register_profile("same", _TIMELESS, derandomize=True)
settings.register_profile("wander", _TIMELESS, print_blob=True)
# `make check` tries a fifth as many, `make test` all of them.
settings.register_profile("quick", _TIMELESS, derandomize=True, max_examples=USUAL // 5)
settings.load_profile("same")

# What a power cut would lose, no test can show: none waits for the disk.
os.fsync = lambda fd: None

read_once.arrange()

# Nothing that the person at this machine has set may reach a test, nor a fixture that several tests share.
# No test asks devices on this machine's own links; those that do it among namespaces of their own put it back.
multicast.interfaces = list

# What says how much of a test is to be done has another name: WALKS, EXAMPLES, FORGERIES. Of a language, a proxy, a
# service's manager or who called sudo, the tests say themselves what there is.
_SET = re.compile(
    r"TELLTALE_(?!COMPILED$)|PYTHONDONTWRITE|LANG(UAGE)?$|LC_|XDG_|SSL_CERT_|SUDO_|(HTTP|HTTPS|ALL|NO)_PROXY$"
    r"|INVOCATION_ID$|NOTIFY_SOCKET$|LISTEN_|NO_COLOR$|COLUMNS$|LINES$", re.IGNORECASE
)  # fmt: skip
for _name in filter(_SET.match, list(os.environ)):
    del os.environ[_name]


@pytest.fixture(autouse=True)
def clean_environment() -> Iterator[None]:
    """Commands set variables for what they call; none outlives its test."""
    before = _environment()
    yield
    if before != (after := _environment()):
        for name in after.keys() - before.keys():
            del os.environ[name]
        os.environ.update(before)
    for handler in logging.root.handlers[:]:  # of `store.base.logs.setup`: pytest's own are of other classes
        if type(handler) is logging.StreamHandler:
            logging.root.removeHandler(handler)


def _environment() -> dict[str, str]:
    """All but the variable in which pytest says how far a test is."""
    return {name: value for name, value in os.environ.items() if name != "PYTEST_CURRENT_TEST"}


def pytest_report_header() -> str:
    """Whether what `make compiled` made is tested."""
    import wire.names  # noqa: F401 - it is decided with the first room that has hot files

    return f"hot files: {finder.running().way}"


def pytest_configure(config: pytest.Config) -> None:
    rewritten.do_my_share(config)


@pytest.hookimpl(tryfirst=True)  # before tests are chosen by their marks
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark what uses an impure fixture; on many cores, let files that take long come first."""
    for item in items:
        for fixture in purity.MARKS_BY_FIXTURE.keys() & set(getattr(item, "fixturenames", ())):
            item.add_marker(purity.MARKS_BY_FIXTURE[fixture])
    if hasattr(config, "workerinput"):  # of pytest-xdist
        long = {item.path for item in items if purity.marks(item) & {"browser", "netns", "slow"}}
        longish = {item.path for item in items if purity.marks(item)}
        items.sort(key=lambda item: (item.path not in long, item.path not in longish))


def pytest_collection_finish() -> None:
    """What was imported and collected stays: the garbage collector need not walk it again and again, nor often."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)
    purity.tell_of_web()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup(item: pytest.Item) -> Generator[None, object, object]:
    with purity.held_to_its_marks(item):
        return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, object, object]:
    with purity.held_to_its_marks(item):
        return (yield)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item, nextitem: pytest.Item | None) -> Generator[None, object, object]:
    left_open.begins(item.nodeid)
    return (yield)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> Generator[None, object, object]:
    result = yield
    if nextitem is None or nextitem.path != item.path:
        left_open.file_ends()
    return result
