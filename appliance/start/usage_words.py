# SPDX-License-Identifier: GPL-3.0-or-later
"""What the two libraries that read a command line say of it in their own English, as sentences of the catalogue.

Both have their words built in: a complaint is known by its pattern here, a heading of a help text by where it stands.
What is not known is shown as it came.
"""

import re

from store.base.languages import tell_here
from store.base.sentences import Sentence, mark, recall

# What a library complains of → what we say; names of groups are values of the sentence.
_COMPLAINTS = tuple((re.compile(pattern, re.I | re.S), text) for pattern, text in (
    (r"No such command '(?P<name>.*)'\. Did you mean (?P<which>.*)\?",
     mark("There is no command '{name}', but {which}")),
    (r"No such command '?(?P<name>.*?)'?\.?", mark("There is no command '{name}'")),
    (r"No such option:? '?(?P<name>\S+?)'?[.,]?(?: .*)?", mark("There is no option {name}")),
    (r"unrecognized arguments: (?P<name>.*)", mark("There is no option {name}")),
    (r"ambiguous option: (?P<name>.*?) could match (?P<which>.*)", mark("{name} may mean {which}")),
    (r"Missing command\.?", mark("A command is missing")),
    (r"Missing (?:argument|option|parameter):? '?(?P<name>.*?)'?\.?", mark("{name} is missing")),
    (r"Option '?(?P<name>.*?)'? requires an argument\.?", mark("{name} needs a value after it")),
    (r"argument (?P<name>.*?): expected one argument", mark("{name} needs a value after it")),
    (r"Option '?(?P<name>.*?)'? does not take a value\.?", mark("{name} takes no value")),
    (r"argument (?P<name>.*?): ignored explicit argument .*", mark("{name} takes no value")),
    (r"Got unexpected extra argument(?:s|\(s\))? \((?P<name>.*)\)\.?", mark("'{name}' is too much")),
    (r"argument (?P<name>.*?): invalid \w+ value: '(?P<value>.*)'", mark("{name} cannot be '{value}'")),
    (r"Invalid value for '?(?P<name>.*?)'?: .*(?:integer|number|float|bool).*", mark("{name} has to be a number")),
))  # fmt: skip
# Words of a help text that are the libraries' own, and what stands on either side of them.
_HEADINGS = tuple((re.compile(before + re.escape(text) + after, re.M), text) for before, text, after in (
    (r"\A", mark("Usage:"), r"(?= )"), (r"\A", mark("usage:"), r"(?= )"),
    (r"^", mark("Options:"), r"$"), (r"^", mark("options:"), r"$"), (r"^", mark("positional arguments:"), r"$"),
    (r"^", mark("Arguments:"), r"$"), (r"^", mark("Commands:"), r"$"),
    (r"(?<= )", mark("Show this message and exit."), r"$"), (r"(?<= )", mark("show this help message and exit"), r"$"),
    (r"(?<=\[)", mark("required"), r"(?=\])"), (r"(?<=\[)", mark("default:"), r"(?=\s)"),
))  # fmt: skip


def complaint(text: str) -> str:
    """A sentence without its full stop for what a library found wrong; its own text, capital first, when unknown."""
    for pattern, sentence in _COMPLAINTS:
        if match := pattern.fullmatch(text.strip()):
            return Sentence(sentence, match.groupdict())
    return (text[:1].upper() + text[1:]).rstrip(".")


def help_here(text: str) -> str:
    """A finished help text with the library's own words in the language of the terminal."""
    for pattern, words in _HEADINGS:
        if (translated := tell_here(recall(words))) != words:
            text = pattern.sub(translated.replace("\\", r"\\"), text)
    return text
