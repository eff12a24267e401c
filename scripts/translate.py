# SPDX-License-Identifier: GPL-3.0-or-later
"""Translating Telltale, piece by piece. docs/translating.md tells how; store/messages/<language>.po is what it edits.

    translate.py status                 how far each language is
    translate.py out de FOLDER          what is not translated yet, as FOLDER/de-001.json, de-002.json …
    translate.py take de FOLDER/de-001.done.json …   checks what was translated and keeps what passes
    translate.py find de TEXT           what is said for sentences that hold a text, as a piece to correct
    translate.py check [de …]           every fault of a language
    translate.py offer de               offers it to people, once it is whole

A piece is JSON: {"messages": {"17": {"text": …, "many": …, "sense": …, "where": […]}}}. What comes back stands beside
it as de-001.done.json: {"17": "…"}, or a list of all forms where there is "many": {"17": ["…", "…"]}. Corrections may
have any word in place of `done`, and hold those sentences alone that change.
"""

import argparse
import difflib
import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path

HOUSE = Path(__file__).parents[1]
sys.path[:0] = [str(HOUSE), str(HOUSE / "scripts")]

from translation_checks import Message, faults  # noqa: E402

from store.base import languages  # noqa: E402
from store.locale.language_rules import ENGLISH, RULES  # noqa: E402
from store.locale.translations import quoted, read_forms  # noqa: E402

POT = languages.FOLDER / "telltale.pot"
PIECE = 150
# Sentences this alike are the same one before and after a change of its English.
ALIKE = 0.7
Kept = dict[tuple[str, str], tuple[str, ...]]


def messages() -> list[Message]:
    """Every sentence of telltale.pot, those of one file beside each other."""
    return _read(POT, POT.stat().st_mtime_ns)


@lru_cache(maxsize=2)
def _read(path: Path, _changed: int) -> list[Message]:
    """Read once while it stays as it is, since that takes a second."""
    from babel.messages.pofile import read_po

    with path.open("rb") as file:
        read = [entry for entry in read_po(file) if entry.id]
    made = []
    for entry in read:
        text, many = entry.id if isinstance(entry.id, tuple) else (entry.id, "")
        made.append(Message(text, many, entry.context or "", tuple(sorted({place for place, _ in entry.locations}))))
    return sorted(made, key=lambda message: (message.places[:1], message.text, message.sense))


def kept(tag: str) -> Kept:
    """What a language's file says, also of sentences that are gone by now."""
    path = languages.path_of(tag)
    found = read_forms(path.read_text(encoding="utf-8")) if path.is_file() else {}
    return {key: forms for key, forms in found.items() if key != ("", "")}


def problems(tag: str) -> tuple[list[Message], list[str]]:
    """What a language lacks, and what is wrong with what it has."""
    said = kept(tag)
    every = messages()
    wrong = [
        f"{message.text!r}: {fault}"
        for message in every
        if message.key in said
        for fault in faults(message, said[message.key], tag)
    ]
    return [message for message in every if message.key not in said], wrong


def write(tag: str, said: Mapping[tuple[str, str], tuple[str, ...]], heading: Mapping[str, str]) -> None:
    """The language's file anew, in the order of its English, without sentences that are gone."""
    rules = RULES[tag]
    fields = {
        "Language": tag, "Content-Type": "text/plain; charset=UTF-8", "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": PLURALS[tag], languages.OFFERED: "no", languages.DRAFT: languages.MACHINE, **heading,
    }  # fmt: skip
    lines = [f"# Telltale in {rules.name}. docs/translating.md tells how to correct it.", 'msgid ""', 'msgstr ""']
    lines += [quoted(f"{name}: {value}\n") for name, value in fields.items()]
    for message in sorted(messages(), key=lambda message: (message.text, message.sense)):
        if message.key in said:
            lines += ["", *_entry(message, said[message.key])]
    languages.path_of(tag).write_text("\n".join(lines) + "\n", encoding="utf-8")


def status() -> int:
    for tag in RULES:
        if tag != ENGLISH:
            missing, wrong = problems(tag)
            told = "offered" if languages.heading(tag).get(languages.OFFERED) == "yes" else "not offered"
            print(f"{tag:6} {RULES[tag].name:20} {len(missing):5} missing {len(wrong):4} wrong  {told}")
    return 0


def out(tag: str, folder: Path, size: int) -> int:
    """The missing sentences as pieces, each with what its English was before, where that can be told."""
    folder.mkdir(parents=True, exist_ok=True)
    missing, said = problems(tag)[0], kept(tag)
    known = {message.key for message in messages()}
    gone = {text: forms for (sense, text), forms in said.items() if (sense, text) not in known}
    for start in range(0, len(missing), size):
        part = enumerate(missing[start : start + size], start + 1)
        piece = {str(number): _asked(message, gone) for number, message in part}
        path = folder / f"{tag}-{start // size + 1:03}.json"
        _write_piece(path, tag, piece)
        print(f"{path}: {len(piece)} sentences")
    print(f"{len(missing)} to translate" if missing else "nothing is missing")
    return 0


def find(tag: str, wanted: str) -> int:
    """Sentences whose English or translation holds a text: a piece with what is said now, on standard output."""
    said = kept(tag)
    found = [
        message
        for message in messages()
        if wanted.casefold() in " ".join((message.text, message.many, *said.get(message.key, ()))).casefold()
    ]
    told = enumerate(found, 1)
    piece = {str(number): {**_asked(message, {}), "said": said.get(message.key)} for number, message in told}
    print(_piece_text(tag, piece))
    return 0 if found else 1


def take(tag: str, files: Sequence[Path]) -> int:
    """Keep what passes; exit code 1 where something does not, each with its reason."""
    said, wrong, taken = kept(tag), 0, 0
    by_key = {message.key: message for message in messages()}
    for path in files:
        asked = _asked_in(path, tag)
        answers = json.loads(path.read_text(encoding="utf-8"))
        for number, answer in answers.items():
            faulty = _take_one(by_key, asked, number, answer, tag, said)
            wrong += bool(faulty)
            taken += not faulty
            for fault in faulty:
                print(f"{path.name} {number}: {fault}")
        if lacking := sorted(set(asked) - set(answers), key=int):
            print(f"{path.name}: not answered: {', '.join(lacking)}")
    write(tag, said, _own_heading(tag))
    print(f"{taken} taken, {wrong} wrong, {len(problems(tag)[0])} still missing")
    return 1 if wrong else 0


def check(tags: Iterable[str]) -> int:
    found = 0
    for tag in tags:
        missing, wrong = problems(tag)
        print(*(f"{tag}: {fault}" for fault in wrong), sep="\n", end="\n" if wrong else "")
        print(f"{tag}: {len(missing)} missing, {len(wrong)} wrong")
        found += len(wrong)
    return 1 if found else 0


def offer(tag: str) -> int:
    missing, wrong = problems(tag)
    if missing or wrong:
        print(f"{tag} is not whole: {len(missing)} missing, {len(wrong)} wrong")
        return 1
    write(tag, kept(tag), {**_own_heading(tag), languages.OFFERED: "yes"})
    print(f"{tag} is offered")
    return 0


def _own_heading(tag: str) -> dict[str, str]:
    return {name: value for name, value in languages.heading(tag).items() if name.startswith("X-")}


def _entry(message: Message, forms: tuple[str, ...]) -> list[str]:
    lines = [f"msgctxt {quoted(message.sense)}"] if message.sense else []
    lines.append(f"msgid {quoted(message.text)}")
    if not message.many:
        return [*lines, f"msgstr {quoted(forms[0])}"]
    lines.append(f"msgid_plural {quoted(message.many)}")
    return [*lines, *(f"msgstr[{number}] {quoted(form)}" for number, form in enumerate(forms))]


def _asked(message: Message, gone: Mapping[str, tuple[str, ...]]) -> dict[str, object]:
    asked: dict[str, object] = {"text": message.text}
    if message.many:
        asked["many"] = message.many
    if message.sense:
        asked["sense"] = message.sense
    asked["where"] = list(message.places[:2])
    if before := difflib.get_close_matches(message.text, gone, 1, ALIKE):
        asked["before"] = {"text": before[0], "said": gone[before[0]]}
    return asked


def _write_piece(path: Path, tag: str, piece: Mapping[str, object]) -> None:
    path.write_text(_piece_text(tag, piece), encoding="utf-8")


def _piece_text(tag: str, piece: Mapping[str, object]) -> str:
    """One sentence a line, so that a piece reads well."""
    forms = json.dumps(RULES[tag].plural.forms, ensure_ascii=False)
    lines = ",\n".join(f"{json.dumps(n)}: {json.dumps(asked, ensure_ascii=False)}" for n, asked in piece.items())
    return f'{{"language": "{tag}",\n"forms of those with many, by count": {forms},\n"messages": {{\n{lines}\n}}}}\n'


def _asked_in(path: Path, tag: str) -> dict[str, dict[str, str]]:
    """The piece that a file of translations belongs to: de-001.json beside de-001.done.json."""
    beside = path.with_name(f"{path.name.partition('.')[0]}.json")
    if beside == path or not beside.is_file():
        sys.exit(f"{path} is to be named after its piece, as in {tag}-001.done.json beside {tag}-001.json")
    piece = json.loads(beside.read_text(encoding="utf-8"))
    if piece["language"] != tag:
        sys.exit(f"{beside} is a piece for {piece['language']}, not for {tag}")
    asked: dict[str, dict[str, str]] = piece["messages"]
    return asked


def _take_one(
    by_key: Mapping[tuple[str, str], Message], asked: Mapping[str, dict[str, str]], number: str, answer: object,
    tag: str, said: Kept,
) -> list[str]:
    """Puts one translation into `said`, or tells what is wrong with it."""
    if number not in asked:
        return ["is no number of this piece"]
    message = by_key.get((asked[number].get("sense", ""), asked[number]["text"]))
    if message is None:
        return []  # its English has changed meanwhile
    forms = tuple(answer) if isinstance(answer, list) else (answer,)
    if not all(isinstance(form, str) for form in forms):
        return ["is no text, nor a list of texts"]
    if wrong := faults(message, forms, tag):
        return [f"{fault}  [{message.text}]" for fault in wrong]
    said[message.key] = forms
    return []


PLURALS = {
    **dict.fromkeys(("de", "es"), "nplurals=2; plural=(n != 1);"),
    **dict.fromkeys(("fr", "pt-BR", "hi"), "nplurals=2; plural=(n > 1);"),
    **dict.fromkeys(("id", "zh-CN"), "nplurals=1; plural=0;"),
    "ru": "nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && (n%100<12 || n%100>14) ? 1 : 2);",
}


def _tag(text: str) -> str:
    """A language by its tag: pt-BR, pt_BR or pt."""
    known = {tag.casefold(): tag for tag in RULES if tag != ENGLISH}
    known |= {tag.partition("-")[0]: tag for tag in known.values()}
    if text.replace("_", "-").casefold() not in known:
        raise argparse.ArgumentTypeError(f"'{text}' is none of {', '.join(dict.fromkeys(known.values()))}")
    return known[text.replace("_", "-").casefold()]


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("status")
    for name in ("out", "take", "find", "offer"):
        commands.add_parser(name).add_argument("language", type=_tag)
    commands.choices["out"].add_argument("folder", type=Path)
    commands.choices["out"].add_argument("--size", type=int, default=PIECE, help="sentences in a piece")
    commands.choices["take"].add_argument("files", type=Path, nargs="+")
    commands.choices["find"].add_argument("text")
    commands.add_parser("check").add_argument("languages", type=_tag, nargs="*")
    args = parser.parse_args(argv)
    match args.command:
        case "status":
            return status()
        case "out":
            return out(args.language, args.folder, args.size)
        case "take":
            return take(args.language, args.files)
        case "find":
            return find(args.language, args.text)
        case "check":
            return check(args.languages or [tag for tag in RULES if languages.path_of(tag).is_file()])
    return offer(args.language)


if __name__ == "__main__":
    sys.exit(main())
