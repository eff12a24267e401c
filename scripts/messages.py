# SPDX-License-Identifier: GPL-3.0-or-later
"""What `make messages` does: every sentence of the source into store/messages/telltale.pot.

The languages beside it are left alone, so that whoever changes English touches none of them: scripts/translate.py shows
what each lacks then, with what was said before, and takes what is new.
"""

import ast
import io
import string
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po
from jinja2 import Environment, nodes

HOUSE = Path(__file__).parents[1]
FOLDER = HOUSE / "store" / "messages"
POT = FOLDER / "telltale.pot"
ROOMS = ("store", "blocklists", "resolver", "firewall", "dhcp", "recursor", "evidence", "webui", "appliance")
# Function → which of its arguments are: the sense, the text, the text for many; None where there is none.
CALLS: dict[str, tuple[int | None, int, int | None]] = {
    "say": (None, 0, None),
    "mark": (None, 0, None),
    "say_count": (None, 1, 2),
    "say_as": (0, 1, None),
}
HEADER = """\
# Every sentence of Telltale that people read. Written by `make messages`; do not edit.
msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\\n"
"Content-Transfer-Encoding: 8bit\\n"

"""


@dataclass(frozen=True, slots=True)
class Call:
    """Where a sentence is made. A text is None where it is no literal; `values` are None where some are unknown."""

    place: str
    line: int
    function: str
    texts: tuple[str | None, ...]
    values: frozenset[str] | None


def calls() -> Iterator[Call]:
    """Every place in the rooms' Python files and templates."""
    for room in ROOMS:
        for path in sorted((HOUSE / room).rglob("*.py")):
            yield from in_python(path.read_text(encoding="utf-8"), path.relative_to(HOUSE).as_posix())
        for path in sorted((HOUSE / room).rglob("*.html")):
            yield from in_template(path.read_text(encoding="utf-8"), path.relative_to(HOUSE).as_posix())


def in_python(source: str, place: str) -> Iterator[Call]:
    """The calls in a Python file."""
    for node in ast.walk(ast.parse(source)):
        name = node.func.id if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) else ""
        if name in CALLS and isinstance(node, ast.Call):
            given = [arg.value if isinstance(arg, ast.Constant) else None for arg in node.args]
            named = [keyword.arg for keyword in node.keywords]
            yield _call(place, node.lineno, name, given, None if None in named else frozenset(map(str, named)))


def in_template(source: str, place: str) -> Iterator[Call]:
    """The calls in a Jinja template. `**tag("code")` gives the values `code` and `end`."""
    for node in Environment(autoescape=True).parse(source).find_all(nodes.Call):
        name = node.node.name if isinstance(node.node, nodes.Name) else ""
        if name in CALLS:
            given = [arg.value if isinstance(arg, nodes.Const) else None for arg in node.args]
            values, more = frozenset(keyword.key for keyword in node.kwargs), _of_tag(node.dyn_kwargs)
            yield _call(place, node.lineno, name, given, None if more is None else values | more)


def catalogue() -> Catalog:
    """All sentences, each once, by their English."""
    made = Catalog(fuzzy=False)
    for call in calls():
        sense, text, many = (None if at is None else call.texts[at] for at in CALLS[call.function])
        if text:
            add(made, text, many, sense, call.place)
    for place, text in (*described(), *helped()):
        add(made, text, None, None, place)
    return made


def helped() -> Iterator[tuple[str, str]]:
    """What `telltale --help` and the help of every command say."""
    sys.path.insert(0, str(HOUSE))
    from typer.main import get_command

    from appliance.cli import commands
    from appliance.terminal import help_texts

    for holder in help_texts.holders(get_command(commands.app)):
        yield "appliance/cli/commands.py", holder.help


def described() -> Iterator[tuple[str, str]]:
    """(file, sentence) of the data files that pages show: what a pack, a list or a service is called and is for."""
    for place in ("blocklists/vendors/packs.toml", "blocklists/catalogue.toml", "blocklists/search_engines.toml"):
        whole = tomllib.loads((HOUSE / place).read_text(encoding="utf-8"))
        for table in whole.get("list", whole.values()):
            yield place, table["about"]
            yield place, table["title"]
    for path in sorted((HOUSE / "blocklists/vendors").glob("*.tsv")):
        for line in path.read_text(encoding="utf-8").splitlines():
            if not line.startswith("#") and (note := line.rpartition("\t")[2]):
                yield path.relative_to(HOUSE).as_posix(), note
    for path in sorted((HOUSE / "blocklists/services").glob("*.toml")):
        for table in tomllib.loads(path.read_text(encoding="utf-8")).values():
            for word in table.keys() & {"title", "about", "breaks"}:
                yield path.relative_to(HOUSE).as_posix(), table[word]
    place = "resolver/upstream/upstream_presets.toml"
    for preset in tomllib.loads((HOUSE / place).read_text(encoding="utf-8"))["preset"]:
        yield place, preset["title"]


def add(made: Catalog, text: str, many: str | None, sense: str | None, place: str) -> None:
    """One sentence, with a flag for translators' tools that compare braces. ValueError for two plurals of one text."""
    known = made.get(text, sense)
    if known and many and isinstance(known.id, tuple) and known.id[1] != many:
        raise ValueError(f"'{text}' has two plurals: '{known.id[1]}' and '{many}'")
    message = made.add((text, many) if many else text, locations=[(place, 0)], context=sense)
    message.locations = sorted(set(message.locations))
    message.flags = {"python-brace-format"} if fields(text) | fields(many or "") else set()


def fields(text: str) -> set[str]:
    """The values that a text names. Raises ValueError for more than a plain name, with `,` at most behind it."""
    names = set()
    for _, name, form, conversion in string.Formatter().parse(text):
        if name is not None:
            if not name.isidentifier() or form not in ("", ",") or conversion:
                raise ValueError(f"'{name}' in '{text}' is no plain value")
            names.add(name)
    return names


def as_pot(made: Catalog) -> str:
    """The text of telltale.pot. Without line numbers, so that it changes with the sentences alone."""
    file = io.BytesIO()
    write_po(file, made, omit_header=True, sort_output=True, include_lineno=False, width=110)
    return HEADER + file.getvalue().decode()


def read(path: Path) -> Catalog:
    """A catalogue file as it stands."""
    with path.open("rb") as file:
        return read_po(file)


def main() -> int:
    """Write everything anew."""
    POT.write_text(as_pot(catalogue()), encoding="utf-8")
    return 0


def _of_tag(more: nodes.Expr | None) -> frozenset[str] | None:
    """The values in `**tag("code")`; None for any other `**`."""
    if more is None:
        return frozenset()
    if isinstance(more, nodes.Call) and isinstance(more.node, nodes.Name) and more.node.name == "tag":
        return frozenset({more.args[0].as_const(), "end"})
    return None


def _call(place: str, line: int, name: str, given: list[object], values: frozenset[str] | None) -> Call:
    wanted = [at for at in CALLS[name] if at is not None]
    texts: list[str | None] = [None] * (max(wanted) + 1)
    for at in wanted:
        text = given[at] if at < len(given) else None
        texts[at] = text if isinstance(text, str) else None
    if values is not None and name == "say_count":
        values |= {"count"}
    return Call(place, line, name, tuple(texts), values)


if __name__ == "__main__":
    sys.exit(main())
