# SPDX-License-Identifier: GPL-3.0-or-later
"""The table follows the settings, in a namespace of the test's own."""

from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest

from firewall import kernel
from firewall.answered_addresses import Answers
from firewall.kernel import WallError
from firewall.reconcile import Reconciler
from store.base import db
from store.config import edit

pytestmark = pytest.mark.netns


def chosen(state: Path, **values: Any) -> None:
    lines = [f'{key} = "{value}"' if isinstance(value, str) else f"{key} = {value}" for key, value in values.items()]
    (state / "telltale.toml").write_text("\n".join(lines) + "\n")


def test_the_table_follows_the_settings(alone: Any, tmp_path: Path) -> None:
    reconciler, seen = Reconciler(tmp_path, tmp_path, {}, Answers()), []
    with alone.inside():
        assert not reconciler.reconcile(0, lambda: seen.append("off"))
        chosen(tmp_path, wall="watch")
        assert reconciler.reconcile(0, lambda: seen.append("watch"))
        assert not reconciler.reconcile(0, lambda: seen.append("again"))
        chosen(tmp_path, wall="enforce", wall_raw="off")
        assert reconciler.reconcile(0, lambda: seen.append("enforce"))
        assert "reject with tcp reset" in alone.ruleset()
        assert not reconciler.holds_raw()
        kernel.remove()
        assert reconciler.reconcile(0, lambda: seen.append("by hand")), "what is taken away by hand comes again"
        chosen(tmp_path, wall="off")
        assert reconciler.reconcile(0, lambda: seen.append("down"))
        assert alone.ruleset() == ""
    assert seen == ["watch", "enforce", "by hand", "down"]


def test_a_config_that_cannot_be_read_leaves_the_wall_as_it_is(alone: Any, tmp_path: Path) -> None:
    db.open_config(tmp_path)
    edit.put_settings(edit.engine(tmp_path), {"wall": "watch"})
    sound = (tmp_path / "config.db").read_bytes()
    reconciler = Reconciler(tmp_path, tmp_path, {}, Answers())
    with alone.inside():
        assert reconciler.reconcile(0, lambda: None)
        before = alone.ruleset()
        for path in tmp_path.glob("config.db-*"):
            path.unlink()
        for torn in (b"no database at all " * 400, b""):
            (tmp_path / "config.db").write_bytes(torn)
            for each in (reconciler, Reconciler(tmp_path, tmp_path, {}, Answers())):
                assert not each.reconcile(0, lambda: None)
                assert alone.ruleset() == before and "config.db cannot be read" in each.error
        assert reconciler.described().mode == "watch"
        (tmp_path / "config.db").write_bytes(sound)
        edit.put_settings(edit.engine(tmp_path), {"wall": "off"})
        assert reconciler.reconcile(0, lambda: None) and alone.ruleset() == ""


def test_a_wish_that_cannot_be_leaves_the_wall_as_it_is(
    alone: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reconciler = Reconciler(tmp_path, tmp_path, {}, Answers())
    with alone.inside():
        chosen(tmp_path, wall="watch")
        reconciler.reconcile(0, lambda: None)
        before = alone.ruleset()
        chosen(tmp_path, wall="high")
        assert not reconciler.reconcile(0, lambda: None)
        assert "none of off, watch, enforce" in reconciler.error
        chosen(tmp_path, wall="enforce")

        def refuse(text: str) -> None:
            raise WallError("nft refused; the firewall stays as it was.")

        with monkeypatch.context() as patch:
            patch.setattr(kernel, "apply", refuse)
            assert not reconciler.reconcile(0, lambda: None)
        assert "refused" in reconciler.described().error
        assert reconciler.described().standing
        assert alone.ruleset() == before
        assert reconciler.reconcile(0, lambda: None)
        assert reconciler.error == ""


def test_the_next_process_takes_over_the_answers(alone: Any, tmp_path: Path) -> None:
    phone, server = ip_address("192.168.77.10"), ip_address("198.51.100.5")
    first, second = Answers(), Answers()
    first.learn(phone, "aa:bb:cc:dd:ee:ff", server, 900, 0)
    chosen(tmp_path, wall="enforce", wall_raw="enforce")
    with alone.inside():
        Reconciler(tmp_path, tmp_path, {}, first).reconcile(0, lambda: None)
        reconciler = Reconciler(tmp_path, tmp_path, {}, second)
        reconciler.take_over(5000)
        assert second.known(phone, None, server, 5800)
        assert second.known(ip_address("2001:db8::1"), "aa:bb:cc:dd:ee:ff", server, 5800)
        reconciler.reconcile(5000, lambda: None)
        assert len(kernel.read_set("answers4")) == 1
