# SPDX-License-Identifier: GPL-3.0-or-later
"""What people type when they write a rule of their own: checked and tidied, or refused with a plain sentence."""

import time
from dataclasses import dataclass

from store.base.sentences import say, sentence_of
from store.config import rule_text
from store.config.choices import RuleForm, RuleKind
from store.config.session import EditError, about

MAX_COMMENT = 500
MAX_SECONDS = 366 * 86_400  # of a rule that ends by itself; whoever means longer means for good


@dataclass(frozen=True, slots=True)
class RuleInput:
    """A rule that may be stored: `name` is a name or, with the form `regex`, a pattern. `comment`: one in the text."""

    kind: RuleKind
    form: RuleForm
    name: str
    subdomains: bool
    types: str
    inverted: bool
    answer: str
    comment: str = ""


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
    """Read `name` in any notation of `rule_text`; raise EditError for a rule that makes no sense.

    What `name` says itself (`;querytype=A`, `@@`) and what is said beside it must not contradict each other.
    """
    if kind not in tuple(RuleKind):
        raise EditError(say("A rule blocks or allows; '{kind}' is neither.", kind=kind), "kind")
    if form not in tuple(RuleForm):
        choices = ", ".join(RuleForm)
        raise EditError(say("'{form}' is no form of a rule: choose {choices}.", form=form, choices=choices), "form")
    try:
        text = rule_text.read(name, RuleForm(form), subdomains=subdomains)
    except ValueError as error:
        raise EditError(sentence_of(error), "name") from None
    if (text.kind or kind) != kind:
        allows = say("'{text}' lets a name through, since it begins with @@: allow it instead.", text=name)
        raise EditError(allows, "name")
    if inverted and text.form is not RuleForm.REGEX:
        raise EditError(say("Only a regular expression can be inverted."))
    types = _either(check_types(types), check_types(text.types))
    answer = _either(check_answer(answer), check_answer(text.answer))
    if answer and kind == RuleKind.ALLOW:
        raise EditError(say("A rule that allows has no answer of its own."), "answer")
    below = (subdomains if text.subdomains is None else text.subdomains) and text.form is RuleForm.NAME
    return RuleInput(
        RuleKind(kind), text.form, text.name, below, types, inverted or text.inverted, answer, text.comment
    )


def check_comment(text: str) -> None:
    """Raise EditError for one that is too long."""
    if len(text) > MAX_COMMENT:
        raise EditError(say("A comment has at most {most} characters.", most=MAX_COMMENT), "comment")


def check_until(until: int | None) -> None:
    """Raise EditError for an end (Unix seconds) that is over already, or so far away that no end is meant."""
    if until is not None and not 0 < until - time.time() <= MAX_SECONDS:
        raise EditError(say("A rule ends within a year from now, or it stays."), "for")


def _either(beside: str, within: str) -> str:
    """What is said beside a rule or in its text; of both, they must be the same."""
    if beside and within and beside != within:
        raise EditError(say("The rule itself says '{within}', and '{beside}' stands beside it: leave one away.",
                            within=within, beside=beside))  # fmt: skip
    return beside or within


@about("answer")
def check_answer(text: str) -> str:
    """As `rule_text.check_answer`, for edits. Raise EditError."""
    try:
        return rule_text.check_answer(text)
    except ValueError as error:
        raise EditError(sentence_of(error)) from None


@about("types")
def check_types(text: str) -> str:
    """As `rule_text.check_types`, for edits. Raise EditError."""
    try:
        return rule_text.check_types(text)
    except ValueError as error:
        raise EditError(sentence_of(error)) from None
