# SPDX-License-Identifier: GPL-3.0-or-later
"""What people type when they write a rule of their own: checked and tidied, or refused with a plain sentence."""

import re
from dataclasses import dataclass

from store.base.sentences import say, sentence_of
from store.config import custom_responses, linear_patterns
from store.config.choices import RuleForm, RuleKind
from store.config.rule_names import normalise
from store.config.session import EditError
from wire.types import type_name, type_number

MAX_TYPES = 16  # of one rule
MAX_COMMENT = 500


@dataclass(frozen=True, slots=True)
class RuleInput:
    """A rule that may be stored: `name` is a name or, with the form `regex`, a pattern."""

    kind: RuleKind
    form: RuleForm
    name: str
    subdomains: bool
    types: str
    inverted: bool
    answer: str


def check_rule(
    kind: str,
    name: str,
    *,
    subdomains: bool,
    form: str = RuleForm.NAME,
    types: str = "",
    inverted: bool = False,
    answer: str = "",
) -> RuleInput:
    """Raise EditError for a rule that makes no sense."""
    if kind not in tuple(RuleKind):
        raise EditError(say("A rule blocks or allows; '{kind}' is neither.", kind=kind))
    if form not in tuple(RuleForm):
        raise EditError(say("'{form}' is no form of a rule: choose {choices}.", form=form, choices=", ".join(RuleForm)))
    if inverted and form != RuleForm.REGEX:
        raise EditError(say("Only a regular expression can be inverted."))
    if answer and kind == RuleKind.ALLOW:
        raise EditError(say("A rule that allows has no answer of its own."))
    try:
        name = linear_patterns.check(name) if form == RuleForm.REGEX else normalise(name)
    except ValueError as error:
        raise EditError(sentence_of(error)) from None
    below = subdomains and form == RuleForm.NAME
    return RuleInput(RuleKind(kind), RuleForm(form), name, below, check_types(types), inverted, check_answer(answer))


def check_answer(text: str) -> str:
    """An answer as `store.config.custom_responses` writes it; nothing stays nothing. Raise EditError."""
    try:
        return custom_responses.write(custom_responses.parse(text)) if text.strip() else ""
    except ValueError as error:
        raise EditError(say("'{text}' is no answer: {error}", text=text, error=sentence_of(error))) from None


def check_types(text: str) -> str:
    """`A,AAAA` or `~A,AAAA` (all others), in order; nothing: all types. Raise EditError."""
    out = text.strip().startswith("~")
    words = sorted({_type(word.strip("~ ")) for word in re.split(r"[,|\s]+", text) if word.strip("~ ")})
    if len(words) > MAX_TYPES:
        raise EditError(say("A rule names at most {most} query types.", most=MAX_TYPES))
    return ("~" if out and words else "") + ",".join(words)


def _type(word: str) -> str:
    number = type_number(word)
    if not number:  # 0 is a type of no query
        raise EditError(say(
            "'{word}' is no query type that a rule can name: write A, AAAA, HTTPS, or TYPE65.", word=word.upper()
        ))
    return type_name(number)
