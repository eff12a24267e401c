# SPDX-License-Identifier: GPL-3.0-or-later
"""Which room may import which, and what the processes of the hot path must never load."""

import ast
import importlib.metadata
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from source_files import HOUSE, python_files, tree

from appliance.service import program_copy
from appliance.start import launch

FLOORS = {
    "native": 0, "wire": 0, "network": 0, "store": 1, "blocklists": 2, "resolver": 3, "firewall": 3, "dhcp": 3,
    "recursor": 3, "evidence": 3, "webui": 4, "appliance": 5,
}  # fmt: skip
# Rooms of one floor that may import each other all the same: the one on the left the one on the right.
SIDEWAYS = {("network", "wire"), ("wire", "native"), ("evidence", "resolver")}
# Stems that occur more than once, and why.
SHARED_STEMS = {
    "__init__": "a room's or wing's story",
    "process": "what each room runs as a process of its own",
    "tcp": "a transport has a file on either side: listen/ serves it, transport/ asks over it",
    "udp": "a transport has a file on either side: listen/ serves it, transport/ asks over it",
}

# Processes that live as long as the appliance, where memory counts; SQLModel alone is about 40 MiB in each.
LEAN_PROCESSES = (
    "resolver.worker",
    "resolver.recorder.process",
    "resolver.encrypted.process",
    "firewall.process",
    "dhcp.keeper",
    "recursor.recursor_keeper",
    "appliance.powers.keepalive",
    "appliance.process.supervisor",
    "appliance.start.launch",
)
TOO_HEAVY = {"sqlmodel", "sqlalchemy", "fastapi", "starlette", "pydantic", "httpx2", "uvicorn", "typer", "rich"}

# What takes between 0.1 and 3 MiB, and a house at rest has no use for.
SELDOM = {
    "re2", "idna", "html", "dnslib", "aiooui", "zeroconf", "xml.etree", "email", "http", "multiprocessing", "tempfile",
    "shutil", "bz2", "importlib.resources",
}  # fmt: skip

# Imported by name, yet installed through another: their types are part of that one's own interface.
COMES_WITH = {
    "starlette": "fastapi",
    "pydantic": "fastapi",
    "sqlalchemy": "sqlmodel",
    "anyio": "fastapi",
    "h11": "uvicorn",
    "markupsafe": "jinja2",
    "click": "typer",
}
# Declared, yet imported by no file of ours.
NEVER_IMPORTED = {
    "python-multipart": "FastAPI reads forms with it",
    "publicsuffixlist": "the guard of lists and the table of whose names are read its data file",
}


@cache
def modules() -> dict[str, Path]:
    """Every module of every room by its dotted name; a package is the name of its folder."""
    found = {}
    for room in FLOORS:
        for path in python_files(room):
            parts = path.relative_to(HOUSE).with_suffix("").parts
            found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


@cache
def imports(name: str, path: Path, *, type_checking: bool = False) -> tuple[str, ...]:
    """Every dotted name that a module imports at any depth; what only a type checker reads when `type_checking`.

    `from a import b` counts as `a` and as `a.b`, since b may be a module.
    """
    return tuple(_imported(name, path, type_checking))


def _imported(name: str, path: Path, type_checking: bool) -> Iterator[str]:
    package = name if path.name == "__init__.py" else name.rpartition(".")[0]
    for node in statements(tree(path), type_checking):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                above = package.split(".")[: len(package.split(".")) - node.level + 1]
                base = ".".join([*above, base] if base else above)
            yield base
            yield from (f"{base}.{alias.name}" for alias in node.names)


def statements(node: ast.AST, type_checking: bool) -> Iterator[ast.AST]:
    """All below `node`, at any depth; not what only a type checker reads, unless `type_checking`."""
    waiting = [node]
    while waiting:
        for child in ast.iter_child_nodes(waiting.pop()):
            if isinstance(child, ast.expr):  # holds no statement
                continue
            if not type_checking and isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test):
                continue
            yield child
            waiting.append(child)


@cache
def edges() -> dict[str, set[str]]:
    """Module → the modules of ours that it imports, type-checking imports included."""
    known = modules()
    return {
        name: {target for target in imports(name, path, type_checking=True) if target in known and target != name}
        for name, path in known.items()
    }


def wings(room: str) -> list[str]:
    """The wings of a room, and files beside them, from the ground up, as its story lists them; [] for a flat room."""
    story = ast.get_docstring(tree(HOUSE / room / "__init__.py")) or ""
    _, found, rest = story.partition("Wings, from the ground up; each may import those before it:\n\n")
    listed = rest.partition("\n\n")[0] if found else ""
    return re.findall(r"^ {4}([a-z_]+)(?:\.py)? +\S", listed, re.M)


def parents(dotted: str) -> Iterator[str]:
    parts = dotted.split(".")
    return (".".join(parts[:length]) for length in range(1, len(parts) + 1))


def reached_from(start: str) -> dict[str, str]:
    """Everything that loading a module may load: dotted name → the module of ours that imports it."""
    known = modules()
    reached, waiting = {start: "the command line"}, [start]
    while waiting:
        module = waiting.pop()
        for target in imports(module, known[module]):
            for name in parents(target):
                if name not in reached:
                    reached[name] = module
                    if name in known:
                        waiting.append(name)
    return reached


@cache
def declared(*, extras: bool = False) -> set[str]:
    """What the appliance depends on; with `extras`, also what it uses where it is installed."""
    project = tomllib.loads((HOUSE / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    optional = [specs for extra, specs in project["optional-dependencies"].items() if extras and extra != "dev"]
    return {distribution(spec) for specs in (project["dependencies"], *optional) for spec in specs}


def distribution(spec: str) -> str:
    found = re.match(r"[A-Za-z0-9._-]+", spec)
    assert found, spec
    return re.sub(r"[-_.]+", "-", found[0]).lower()


def test_every_room_stands() -> None:
    packaged = tomllib.loads((HOUSE / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["hatch"]["build"]
    assert set(packaged["targets"]["wheel"]["packages"]) == set(FLOORS)
    assert set(program_copy.ROOMS) == set(FLOORS), "`telltale install` copies every room"
    assert {room for room in FLOORS if (HOUSE / room / "__init__.py").is_file()} == set(FLOORS)


@pytest.mark.parametrize("room", FLOORS)
def test_imports_only_go_down(room: str) -> None:
    wrong = []
    for name, path in modules().items():
        if name.split(".")[0] != room:
            continue
        for target in imports(name, path, type_checking=True):
            other = target.split(".")[0]
            down = other == room or (room, other) in SIDEWAYS or FLOORS.get(other, -1) < FLOORS[room]
            if other in ("tests", "bench") or not down:
                wrong.append(f"{path.relative_to(HOUSE)} imports {target}")
    assert not wrong, f"{room} stands on floor {FLOORS[room]} and may import from lower floors only"


@pytest.mark.parametrize("room", FLOORS)
def test_a_room_lists_its_wings(room: str) -> None:
    below = {path.parent.name for path in (HOUSE / room).glob("*/__init__.py")}
    beside = {path.stem for path in (HOUSE / room).glob("*.py") if not path.stem.startswith("__")}
    assert set(wings(room)) == (below | beside if below else set())


@pytest.mark.parametrize("room", FLOORS)
def test_wings_build_on_those_before_them(room: str) -> None:
    order = {wing: place for place, wing in enumerate(wings(room))}
    wrong = [
        f"{name} imports {target}"
        for name, targets in edges().items()
        for target in targets
        if name.startswith(f"{room}.") and target.startswith(f"{room}.") and order
        and order.get(target.split(".")[1], 99) > order.get(name.split(".")[1], 99)
    ]  # fmt: skip
    assert not sorted(wrong), f"the order is {', '.join(order)}"


def test_no_file_imports_in_a_circle() -> None:
    """Type-checking imports included: who has to be read together belongs together."""
    left = dict(edges())
    while free := [name for name, targets in left.items() if not targets & left.keys()]:
        for name in free:
            del left[name]
    while free := [name for name in left if not any(name in targets for targets in left.values())]:
        for name in free:
            del left[name]
    assert not {name: sorted(targets & left.keys()) for name, targets in left.items()}


def test_a_stem_is_one_file() -> None:
    places: dict[str, list[str]] = {}
    for name, path in modules().items():
        places.setdefault(path.stem, []).append(name)
    assert not {stem: found for stem, found in places.items() if len(found) > 1 and stem not in SHARED_STEMS}
    assert not {stem for stem in SHARED_STEMS if len(places.get(stem, ())) < 2}, "listed, and occurs once"


def test_no_folder_is_a_heap() -> None:
    folders = {path.parent for room in FLOORS for path in python_files(room)}
    full = {str(one): len(list(one.glob("*.[ph][yt]*"))) for one in folders}
    assert not {where: count for where, count in full.items() if count > 27}


@pytest.mark.parametrize("process", LEAN_PROCESSES)
def test_lean_processes_reach_nothing_heavy(process: str) -> None:
    reached = reached_from(process)
    heavy = {name: f"imported by {reached[name]}" for name in TOO_HEAVY if name in reached}
    assert not heavy, f"{process} would load what costs tens of MiB"


@pytest.mark.parametrize("process", LEAN_PROCESSES)
@pytest.mark.process
def test_lean_processes_load_nothing_heavy(process: str) -> None:
    """The same, as Python sees it: libraries may import too."""
    code = f"import sys, {process}; print(*sorted({{name.split('.')[0] for name in sys.modules}}))"
    done = subprocess.run([sys.executable, "-c", code], cwd=HOUSE, capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    assert process.partition(".")[0] in loaded
    assert not loaded & TOO_HEAVY


@pytest.mark.process
def test_what_all_processes_share_has_nothing_that_homes_hardly_need() -> None:
    """Whoever meets the first regular expression, the first name beyond ASCII, an error … loads what that needs."""
    code = (
        "import sys, importlib; from appliance.start import launch\n"
        "for name in launch.SHARED: importlib.import_module(name)\n"
        "launch.services_beside.load(); print(*sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=HOUSE, capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    assert set(launch.SHARED) <= loaded and not loaded & SELDOM


def test_packets_have_one_library_behind_one_file() -> None:
    """dnslib serves who has time, through `wire`; no worker loads it."""
    importing = {name for name, path in modules().items() if "dnslib" in imports(name, path, type_checking=True)}
    assert importing == {"wire.text_records"}
    assert "wire.text_records" not in reached_from("resolver.worker")


def test_what_is_imported_is_declared() -> None:
    by_import = importlib.metadata.packages_distributions()
    for name, path in modules().items():
        for target in imports(name, path):
            top = target.split(".")[0]
            if top in FLOORS or top in sys.stdlib_module_names:
                continue
            owners = {distribution(owner) for owner in by_import.get(top, [top])} | {COMES_WITH.get(top, "")}
            assert owners & declared(extras=True), f"{name} imports {top}, which pyproject.toml does not name"


def test_what_is_declared_is_imported() -> None:
    used = {target.split(".")[0] for name, path in modules().items() for target in imports(name, path)}
    by_import = importlib.metadata.packages_distributions()
    used_distributions = {distribution(owner) for top in used for owner in by_import.get(top, [])}
    assert declared() - used_distributions - set(NEVER_IMPORTED) == set(), "a dependency that nothing needs"
