# SPDX-License-Identifier: GPL-3.0-or-later
"""The command: routed quickly, and one plain sentence for whatever is wrong."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from examples import examples
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from appliance.cli import main
from appliance.errors import Complaint
from store.base import db
from store.base.languages import tell
from store.base.sentences import say
from store.config import edit

Command = Callable[..., tuple[int, str, str]]
COMMANDS = ["lists", "explain", "devices", "rules", "token", "password", "doctor", "health", "run", "demo"]


def test_the_version(command: Command) -> None:
    code, out, _ = command("--version")
    assert code == 0
    first, second = out.splitlines()
    assert first.startswith("telltale ")
    assert second.startswith("Python 3.") and ("Plain" in second or "Compiled" in second)
    assert "--version" in command("--help")[1]
    assert command("--debug", "--version")[1] == out


@pytest.mark.process
def test_health_and_run_do_not_wait_for_the_command_line_library() -> None:
    code = (
        "import sys; from appliance.cli import health_command, main; from appliance.start import launch;"
        " print('typer' in sys.modules, 'rich' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False"]


def test_state_may_stand_before_the_command(command: Command, tmp_path: Path) -> None:
    for option in (["--state", str(tmp_path / "a")], [f"--state={tmp_path / 'a'}"]):
        code, _, err = command(*option, "lists")
        assert code == 1
        assert str(tmp_path / "a") in err
    assert command("--state")[0] == 1


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_explains_itself(telltale: Callable[..., "subprocess.CompletedProcess[str]"], name: str) -> None:
    done = telltale(name, "--help")
    assert done.returncode == 0
    assert "--state" in done.stdout


def test_the_help_names_every_command(command: Command) -> None:
    for arguments in ([], ["--help"]):
        code, out, _ = command(*arguments)
        assert code == 0
        assert all(f"  {name} " in out for name in COMMANDS)


BAD = [
    ["frobnicate"],
    ["--bogus"],
    ["lists", "frobnicate"],
    ["lists", "on"],
    ["lists", "on", "no-such-list"],
    ["lists", "off", "\x1b[2J"],
    ["lists", "level", "pack:xiaomi", "extreme"],
    ["lists", "level", "hagezi-light", "safe"],
    ["lists", "remove", "pack:xiaomi"],
    ["lists", "add", "/no/such/file"],
    ["lists", "add", "ftp://example.com/list"],
    ["lists", "add", "https://"],
    ["lists", "update", "no-such-list"],
    ["explain"],
    ["explain", "a..b"],
    ["explain", "example.com", "--type", "WHAT"],
    ["explain", "example.com", "--client", "somebody"],
    ["explain", "example.com", "--list", "/no/such/file"],
    ["explain", "example.com", "--format", "tea", "--deny", "x.example"],
    ["devices", "rename", "one", "x"],
    ["devices", "rename", "4711", "x"],
    ["rules", "add", "perhaps", "example.com"],
    ["rules", "add", "block", "not a name"],
    ["rules", "add", "block", "example.com", "--scope", "moon"],
    ["rules", "remove", "99"],
    ["token", "create", "x"],
    ["token", "create", "x", "--scope", "root"],
    ["token", "revoke", "x"],
    ["password"],
    ["health", "--bogus"],
    ["run", "--dns", "nowhere"],
    ["run", "--web", "127.0.0.1:99999"],
    ["run", "--workers", "many"],
    ["run", "--workers", "0"],
    ["run", "--upstream", "not an address"],
    ["run", "--user", "no-such-user"],
    ["demo", "--dns", "0.0.0.0:5300"],
    ["demo", "--web", "nowhere"],
    ["demo", "--pace", "fast"],
]


@pytest.mark.parametrize("arguments", BAD, ids=" ".join)
@pytest.mark.process
def test_bad_input_is_one_plain_sentence(command: Command, arguments: list[str]) -> None:
    code, _, err = command(*arguments)
    lines = [line for line in err.splitlines() if line.startswith("telltale: ")]
    assert code not in (0, None)
    assert len(lines) == 1
    assert lines[0].endswith((".", "takes", "is"))
    assert "\x1b" not in err


@given(st.lists(st.text(max_size=12), max_size=5))
@settings(max_examples=examples(60), suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_arguments_end_without_a_traceback(command: Command, arguments: list[str]) -> None:
    os.environ.pop("TELLTALE_DEBUG", None)  # an example before may have been --debug
    if arguments[:1] not in (["run"], ["demo"]) and "--debug" not in arguments:
        command(*arguments)


def test_front_leaves_the_command_alone() -> None:
    assert main.front(["lists", "--state", "x"]) == ["lists", "--state", "x"]


@pytest.mark.database
@pytest.mark.parametrize(
    "arguments",
    [
        ("rules", "remove"), ("groups", "remove"), ("groups", "answer"), ("devices", "rename", "{}", "x"),
        ("demo", "--pace"), ("run", "--workers"), ("wall", "set", "doh", "watch", "--device"),
        ("rules", "add", "block", "x.example", "--scope", "device:{}"), ("explain", "a.example", "--type", "TYPE{}"),
    ],
    ids=" ".join,
)  # fmt: skip
@pytest.mark.parametrize("number", ["99999999999999999999999", "-1", "nan", "1e999", "0"])
def test_a_number_out_of_range_is_told_in_a_sentence(
    command: Command, arguments: tuple[str, ...], number: str
) -> None:
    if arguments[:1] == ("explain",) and number == "0":
        return
    given = [word.format(number) for word in arguments]
    code, _, err = command(*given, *([] if "{}" in "".join(arguments) else [number]))
    assert code == 1 and err.startswith("telltale: ") and "unexpected" not in err


@pytest.mark.parametrize(
    ("arguments", "rest"),
    [
        (["devices"], ["devices"]),
        (["--language", "en", "devices"], ["devices"]),
        (["devices", "--language=en", "--json"], ["devices", "--json"]),
        (["health", "--language", "en"], ["health"]),
    ],
)
def test_the_language_may_stand_anywhere(
    arguments: list[str], rest: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TELLTALE_LANGUAGE", "")
    assert main.in_language(arguments) == rest
    assert os.environ["TELLTALE_LANGUAGE"] == ("en" if len(arguments) > len(rest) else "")


@pytest.mark.parametrize("arguments", [["--language"], ["--language", "xx"], ["devices", "--language="]])
def test_a_language_that_is_not_there_is_told(arguments: list[str]) -> None:
    with pytest.raises(Complaint, match="--language needs one of en"):
        main.in_language(arguments)


@pytest.mark.process
def test_the_setting_language_is_that_of_a_terminal_which_wishes_none(
    telltale: Callable[..., "subprocess.CompletedProcess[str]"], tmp_path: Path
) -> None:
    state = tmp_path / "state"
    db.open_config(state)
    edit.put_settings(edit.engine(state), {"language": "de"})
    nothing = dict.fromkeys(("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG", "TELLTALE_LANGUAGE"), "")
    english, german = "There is no token 'x' in use.", tell(say("There is no token '{name}' in use.", name="x"), "de")
    assert german != english
    revoke = ["token", "revoke", "x", "--state", str(state)]
    assert german in telltale(*revoke, **nothing).stderr
    assert german in telltale("--state", str(state), *revoke[:3], **nothing).stderr
    assert english in telltale(*revoke, **{**nothing, "LANG": "en_US.UTF-8"}).stderr
