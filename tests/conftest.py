# SPDX-License-Identifier: GPL-3.0-or-later
"""What holds for every test, however it is collected: properties without a clock, and a clean environment."""

import os
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

# A commit has one verdict: examples follow from the test's own text, so whoever sees a failure sees it again, and a
# machine that is busy fails nothing that another passes. `--hypothesis-profile=wander` draws others each time, with the
# line that brings a failure back.
_TIMELESS = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow], database=None)
settings.register_profile("same", _TIMELESS, derandomize=True)
settings.register_profile("wander", _TIMELESS, print_blob=True)
settings.load_profile("same")

# Nothing that the person at this machine has set may reach a test, nor a fixture that several tests share.
for _name in [name for name in os.environ if name.startswith("TELLTALE_")]:
    del os.environ[_name]


@pytest.fixture(autouse=True)
def clean_environment() -> Iterator[None]:
    """Commands set variables for what they call; none outlives its test."""
    before = dict(os.environ)
    yield
    os.environ.clear()
    os.environ.update(before)
