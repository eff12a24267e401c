# SPDX-License-Identifier: GPL-3.0-or-later
import os
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from recursor import trust_anchors
from recursor.recursor_plan import ANCHORS, RecursorPlan, Tables
from recursor.unbound_config import render

CHECK = shutil.which("unbound-checkconf", path=f"{os.environ['PATH']}:/usr/sbin")
PLAN = RecursorPlan(True, True, Path("/state"), 5399, Tables(8, 16, 4))


def test_one_that_asks_itself_is_hardened_and_answers_this_machine_alone() -> None:
    lines = render(PLAN, 5300).splitlines()
    assert {
        "interface: 127.0.0.1@5300", "access-control: 0.0.0.0/0 refuse", 'module-config: "validator iterator"',
        'auto-trust-anchor-file: "/state/root.key"', "qname-minimisation: yes", "harden-dnssec-stripped: yes",
        "harden-below-nxdomain: yes", "aggressive-nsec: yes", "ede: yes", "control-enable: no", "do-ip6: yes",
    } <= set(lines)  # fmt: skip
    assert not any("forward" in line for line in lines)


def test_one_that_checks_others_asks_the_workers_alone() -> None:
    lines = render(replace(PLAN, recursive=False, insecure=("broken.example",)), 5300).splitlines()
    assert {
        "forward-addr: 127.0.0.1@5399", "do-not-query-localhost: no", 'domain-insecure: "broken.example"'
    } <= set(lines)  # fmt: skip
    assert "qname-minimisation: yes" not in lines


def test_without_a_clock_nothing_is_checked() -> None:
    text = render(replace(PLAN, validates=False, insecure=("broken.example",)), 5300)
    assert 'module-config: "iterator"' in text and "anchor-file" not in text and "insecure" not in text


def test_files_of_the_household_take_the_place_of_ours() -> None:
    text = render(replace(PLAN, anchors=Path("/etc/own.ds"), hints=Path("/etc/own.hints"), ipv6=False), 5300)
    assert 'trust-anchor-file: "/etc/own.ds"' in text and 'root-hints: "/etc/own.hints"' in text
    assert "auto-trust" not in text and "do-ip6: no" in text


@pytest.mark.process
@pytest.mark.skipif(CHECK is None, reason="needs unbound")
@pytest.mark.parametrize("recursive", [True, False])
@pytest.mark.parametrize("validates", [True, False])
def test_unbound_understands_every_line(tmp_path: Path, recursive: bool, validates: bool) -> None:
    trust_anchors.keep(tmp_path / ANCHORS)
    plan = replace(PLAN, state=tmp_path, recursive=recursive, validates=validates, insecure=("a.example", "b.example"))
    config = tmp_path / "unbound.conf"
    config.write_text(render(plan, 5300))
    assert CHECK is not None
    done = subprocess.run([CHECK, str(config)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
