# SPDX-License-Identifier: GPL-3.0-or-later
"""No terminal's encoding is an error: every command on one of Latin-1 and one of ASCII."""

import io
import json
import sys

import pytest
from running_appliance import Command

from appliance.cli import main
from appliance.terminal import encodings

pytestmark = pytest.mark.database


@pytest.mark.parametrize("encoding", ["iso-8859-1", "ascii", "cp437", "utf-8"])
def test_what_it_cannot_show_is_plainer(encoding: str) -> None:
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding=encoding)
    encodings.make_plain(stream)
    print("→ cure … “x” – \udcff ü 漢", file=stream, flush=True)
    shown = raw.getvalue().decode(encoding)
    assert "?" in shown, "half a character is shown by nobody"
    if encoding == "ascii":
        assert shown == '-> cure ... "x" - ? ? ?\n'
    if encoding == "utf-8":
        assert shown == "→ cure … “x” – ? ü 漢\n"
    assert encodings.shows_all(stream) is (encoding == "utf-8")


@pytest.mark.parametrize("encoding", ["iso-8859-1", "ascii"])
@pytest.mark.parametrize(
    "arguments",
    [
        ("lists",), ("lists", "--json"), ("devices",), ("groups",), ("rules",), ("token",), ("health",), ("--help",),
        ("explain", "a.example", "--offline"), ("explain", "\udcff", "--offline"), ("nothing→",),
        ("gateway", "recipe"), pytest.param(("doctor",), marks=pytest.mark.process),
        pytest.param(("wall", "plan"), marks=pytest.mark.process), ("run", "--bad→"),
        ("rules", "add", "block", "ü→.de"),
    ],
    ids=repr,
)  # fmt: skip
def test_every_command_on_a_terminal_with_few_characters(
    command: Command, arguments: tuple[str, ...], encoding: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    command("rules", "add", "block", "x.example")
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding=encoding) for _ in range(2))
    monkeypatch.setattr(sys, "stdout", out)
    monkeypatch.setattr(sys, "stderr", err)
    main.main(arguments)
    out.flush(), err.flush()
    shown = [stream.buffer.getvalue().decode(encoding) for stream in (out, err)]  # type: ignore[attr-defined]
    assert any(shown) and not any("UnicodeEncodeError" in text or "unexpected" in text for text in shown)
    if "--json" in arguments:
        assert json.loads(shown[0]), "with escapes, so that nothing is lost"
