# SPDX-License-Identifier: GPL-3.0-or-later
"""What is written about the house is true: settings, variables, dependencies, links, locks."""

import ast
import itertools
import re
import tomllib
from pathlib import Path

import pytest
from source_files import HOUSE, nodes, python_files

from store.config.settings import SETTINGS

ROOMS = (
    "native", "wire", "network", "store", "blocklists", "resolver", "firewall", "dhcp", "recursor", "evidence", "webui",
    "appliance",
)  # fmt: skip
FOLDERS = {*ROOMS, "tests", "bench", "docs", "scripts", "deploy", ".ci"}
PAGES = [*HOUSE.glob("*.md"), *(HOUSE / "docs").rglob("*.md")]


def page(name: str) -> str:
    return (HOUSE / name).read_text(encoding="utf-8")


def plain_name(spec: str) -> str:
    return re.split(r"[\s\[=<>!~;]", spec, maxsplit=1)[0].lower()


def dependencies() -> list[str]:
    """Every requirement in pyproject.toml as written there: run time, extras, build, what compiles."""
    found = tomllib.loads(page("pyproject.toml"))
    extras = found["project"]["optional-dependencies"].values()
    built = [*found["build-system"]["requires"], *found["dependency-groups"]["compiled"]]
    return [*found["project"]["dependencies"], *itertools.chain(*extras), *built]


@pytest.mark.parametrize("field", list(SETTINGS))
def test_every_setting_is_described(field: str) -> None:
    assert f"`{field}`" in page("docs/settings.md")


def test_every_environment_variable_is_described() -> None:
    used = {
        node.value
        for room in ROOMS
        for path in python_files(room)
        for node in nodes(path)
        if isinstance(node, ast.Constant) and re.fullmatch(r"TELLTALE_[A-Z][A-Z_]*[A-Z]", str(node.value))
    }
    assert used, "the appliance reads its state directory's place from one at least"
    written = "".join(path.read_text(encoding="utf-8") for path in PAGES)
    assert not {name for name in used if f"`{name}" not in written}


@pytest.mark.parametrize("name", sorted({plain_name(spec) for spec in dependencies()}))
def test_every_dependency_has_its_reason(name: str) -> None:
    assert f"\n| `{name}` | " in page("docs/decisions.md"), "one line in docs/decisions.md says why it is there"


def test_no_reason_outlives_its_dependency() -> None:
    told = set(re.findall(r"^\| `([\w.-]+)` \|", page("docs/decisions.md"), re.M))
    assert told <= {plain_name(spec) for spec in dependencies()}


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock", "requirements-build.lock",
                                  "requirements-compiled.lock"])  # fmt: skip
def test_locks_pin_and_hash_everything(lock: str) -> None:
    pins = re.split(r"\n(?=[a-z])", re.sub(r"^#.*\n", "", page(lock), flags=re.M).strip())
    for pin in pins:
        assert re.match(r"[\w.-]+==[\w.+]+( ; [^\\]+)? \\\n( +--hash=sha256:[0-9a-f]{64}( \\\n)?)+$", pin), pin[:120]


def pinned(lock: str) -> dict[str, str]:
    return dict(re.findall(r"^([\w.-]+)==([\w.+]+)", page(lock), re.M))


def test_locks_agree_with_one_another() -> None:
    everything, run, build, compiled = (
        pinned(f"requirements{kind}.lock") for kind in ("-dev", "", "-build", "-compiled")
    )
    assert run.items() <= everything.items()
    assert all(everything.get(name, version) == version for name, version in (*build.items(), *compiled.items()))
    assert compiled["mypy"] == everything["mypy"], "what checked the types compiles by them"


def test_locks_are_as_new_as_the_project() -> None:
    everything = {}
    for kind in ("-compiled", "-build", "-dev"):
        everything |= pinned(f"requirements{kind}.lock")
    for spec in dependencies():
        exact = re.search(r"==([\w.]+?)(?:\.\*)?\s*(?:;|$)", spec)
        assert exact, f"{spec} is not pinned to a release line"
        version = everything.get(plain_name(spec), "")
        assert f"{version}.".startswith(f"{exact[1]}."), f"{spec}, and the lock holds {version or 'none'}: make lock"


def test_links_lead_somewhere() -> None:
    broken = []
    for path in PAGES:
        text = re.sub(r"```.*?```|<!--.*?-->", "", path.read_text(encoding="utf-8"), flags=re.S)
        for target in re.findall(r"\]\(([^)\s]+)\)", text):
            file, _, anchor = target.partition("#")
            if re.match(r"[a-z]+:", target):
                continue
            there = (path.parent / file) if file else path
            if not there.exists() or (anchor and anchor not in anchors(there)):
                broken.append(f"{path.relative_to(HOUSE)} → {target}")
    assert not broken


def anchors(path: Path) -> set[str]:
    """The anchors of a page's headings, made as GitHub makes them."""
    headings = re.findall(r"^#+ (.+)$", path.read_text(encoding="utf-8"), re.M)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_files_that_pages_name_exist() -> None:
    """Paths in backticks on the pages that lead newcomers: `room/wing/file.py`, a folder with its slash, a pattern."""
    missing = []
    for name in ("README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "docs/vocabulary.md", "docs/wall.md"):
        for path in re.findall(r"`((?:[a-z_]+/)+(?:[\w*.<>-]+)?)`", page(name)):
            pattern = re.sub(r"<[a-z_]+>", "*", path).rstrip("/")
            if path.split("/")[0] in FOLDERS and not list(HOUSE.glob(pattern)):
                missing.append(f"{name}: {path}")
    assert not missing


@pytest.mark.parametrize(
    "thing",
    ["a list format", "a block mode", "an API resource with its page", "a step of the resolver", "a transport",
     "a setting", "a column of the query log", "a check of the doctor", "a finding", "a command",
     "a switch of the wall", "a page", "a hot file"],
)  # fmt: skip
def test_it_is_told_how_to_add(thing: str) -> None:
    (recipe,) = re.findall(rf"^\*\*{thing}\.\*\*(.*?)(?=\n\n)", page("CONTRIBUTING.md"), re.M | re.S)
    assert re.search(r"`[a-z]+/[a-z_/<>.]+`", recipe), "in which files"
