# SPDX-License-Identifier: GPL-3.0-or-later
"""The page says which names fail and why; a click lets one through for a day, another has it checked again."""

import time
from typing import Any

import pytest

from store.base import status
from store.base.helper_statuses import RecursorState, RecursorStatus
from store.config import edit, settings
from webui.signatures import dnssec_part
from webui.signatures.dnssec_part import Failed

PAGE = "/settings/dnssec"


def broken(*_: object) -> list[Failed]:
    return [Failed("broken.example", ("www.broken.example",), 3, time.time(), "expired")]


def test_a_failing_domain_is_let_through_for_a_day_and_checked_again(
    newcomer: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = newcomer.home
    edit.put_settings(edit.engine(home.state), {"dnssec": "validate"})
    told = RecursorStatus(pid=1, state=RecursorState.SERVING, validates=True, memory_kib=20_480, restarts=2)
    status.publish(home.run, "recursor", told)
    monkeypatch.setattr(dnssec_part, "failed", broken)
    page = newcomer.get(PAGE).text
    assert "What is signed is checked on this machine." in page and "20 MiB" in page
    assert "www.broken.example" in page and "they have expired" in page and "Answer it anyway for a day" in page
    answer = newcomer.form(f"{PAGE}/anyway", domain="broken.example")
    assert answer.headers["location"] == f"{PAGE}?notice=anyway#anyway"
    page = newcomer.get(f"{PAGE}?notice=anyway").text
    assert "It is answered within a second, for a day" in page and "Check it again" in page
    (entry,) = settings.load(home.state, {}).dnssec_insecure
    assert entry.startswith("broken.example until ")
    newcomer.form(f"{PAGE}/again", domain="broken.example")
    assert settings.load(home.state, {}).dnssec_insecure == ()
    assert newcomer.form(f"{PAGE}/again", domain="broken.example").status_code == 404


def test_what_is_set_elsewhere_is_left_there(newcomer: Any) -> None:
    (newcomer.home.state / "telltale.toml").write_text('dnssec_insecure = ["fixed.example"]\n')
    assert newcomer.form(f"{PAGE}/anyway", domain="broken.example").status_code == 409


def test_while_nothing_is_checked_nothing_is_told_of_failures(newcomer: Any) -> None:
    page = newcomer.get(PAGE).text
    assert "Nothing is checked" in page and 'id="failed"' not in page
    newcomer.form(PAGE, dnssec="trust")
    page = newcomer.get(PAGE).text
    assert "You believe the upstream" in page and "every signed answer stood the check" in page
