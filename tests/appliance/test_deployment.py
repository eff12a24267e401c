# SPDX-License-Identifier: GPL-3.0-or-later
"""What stands under deploy/ and in the Dockerfile fits the program."""

import re
import tomllib
from pathlib import Path

import pytest

from appliance.start import run_options
from store.config import settings

HOUSE = Path(__file__).parents[2]
DOCKERFILE = (HOUSE / "Dockerfile").read_text(encoding="utf-8")
UNIT = (HOUSE / "deploy/telltale.service").read_text(encoding="utf-8")
COMPOSE = (HOUSE / "deploy/compose.yaml").read_text(encoding="utf-8")
PROJECT = tomllib.loads((HOUSE / "pyproject.toml").read_text(encoding="utf-8"))
ROOMS = PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]


@pytest.mark.parametrize("room", ROOMS["packages"])
def test_every_room_is_in_the_image(room: str) -> None:
    assert f"COPY {room} /src/{room}\n" in DOCKERFILE
    assert f"!{room}\n" in (HOUSE / ".dockerignore").read_text(encoding="utf-8")


def test_what_is_copied_is_not_ignored() -> None:
    kept = set(re.findall(r"^!(\S+)$", (HOUSE / ".dockerignore").read_text(encoding="utf-8"), re.M))
    copied = {word for line in re.findall(r"^COPY ((?!--).+) /src", DOCKERFILE, re.M) for word in line.split()}
    assert copied <= kept


def test_the_unit_starts_with_options_that_are_there() -> None:
    (command,) = re.findall(r"^ExecStart=(.+)$", UNIT, re.M)
    program, name, *arguments = command.split()
    assert program.endswith("/telltale")
    assert name == "run"
    assert set(run_options.parse(arguments).environ) == {"TELLTALE_DNS", "TELLTALE_WEB"}


@pytest.mark.parametrize("text", [DOCKERFILE, UNIT, COMPOSE])
def test_variables_are_settings_or_places(text: str) -> None:
    known = {settings.variable(key) for key in settings.Settings.__dataclass_fields__} | {"TELLTALE_STATE"}
    assert set(re.findall(r"TELLTALE_[A-Z]+", text)) <= known


def test_the_compose_file_says_what_a_bridge_costs() -> None:
    assert "network_mode: host" in COMPOSE
    assert "ONE client" in COMPOSE
    # With it the interpreter's capability would be void, and port 53 out of reach.
    assert not re.search(r"^\s*(security_opt|privileged):", COMPOSE, re.M)
