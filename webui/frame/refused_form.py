# SPDX-License-Identifier: GPL-3.0-or-later
"""A page as it comes back to somebody whose form was refused: what was typed is kept, and what is wrong stands beside
its field. Pure.

It works on the page as it is drawn, so that no form has to do anything for it: a field is found by its name, or by the
names in its `data-about`. Passwords and files are not written back. This is for browsers without scripts; with them the
page stays as it is, and static/forms.js says the same in the same places.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from urllib.parse import urlsplit

from webui.frame.form_marks import Redrawn, Tag

CSRF = "csrf"
_NOT_TYPED = frozenset({"hidden", "submit", "button", "image", "reset"})
_NOT_KEPT = frozenset({"password", "file", "submit", "button", "image", "reset"})
_TICKED = frozenset({"checkbox", "radio"})


@dataclass(frozen=True, slots=True)
class Refused:
    """What was sent to `path` (no files), and why it was refused: `detail`, and by field, where that is known."""

    path: str
    sent: Sequence[tuple[str, str]]
    detail: str
    wrong: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True, slots=True)
class Words:
    """How it is said, by the sentence and the id of its line: `beside` a field, `below` all fields of a form, and
    `above` them where several are wrong."""

    beside: Callable[[str, str], str]
    below: Callable[[str, str], str]
    above: Callable[[Sequence[tuple[str, str]]], str]


@dataclass(frozen=True, slots=True)
class Form:
    """One form of a page: its tag, where it ends, and the tags of its fields, those that stand elsewhere too."""

    head: Tag
    end: int
    tags: Sequence[Tag]

    def goes_to(self) -> list[str]:
        """Where it is sent: by its own word, or by one of its buttons."""
        words = (self.head.get("action"), *(tag.get("formaction") for tag in self.tags))
        return [urlsplit(word).path for word in words]

    def fields(self) -> list[Tag]:
        """What a person types, chooses or ticks."""
        return [tag for tag in self.tags if _is_field(tag) and tag.get("type") not in _NOT_TYPED
                and "disabled" not in tag.attributes and "hidden" not in tag.attributes]  # fmt: skip


def page_again(html: str, refused: Refused, words: Words) -> str | None:
    """The page with its form as it was sent; None where it has no such form."""
    page = Redrawn(html)
    form = _sent_form(page.tags, refused)
    if form is None:
        return None
    _keep(page, form, refused.sent)
    for tag in page.tags:
        page.take(tag, "autofocus")
    beside, below = placed(form.fields(), refused)
    for number, (field, sentence) in enumerate(beside):
        line = f"told-{number}"
        page.give(field, "aria-invalid", "true")
        page.give(field, "aria-describedby", f"{field.get('aria-describedby')} {line}".strip())
        page.put(_after(page.tags, field), words.beside(line, sentence))
        if number == 0:
            page.give(field, "autofocus")
    if len(beside) > 1:
        lines = [(f"told-{number}", sentence) for number, (_, sentence) in enumerate(beside)]
        page.put(form.head.end, words.above(lines))
    if below:
        page.put(form.end, words.below("told-all", below))
    for tag in _around(page.tags, form.end):
        page.give(tag, "open")
    return page.text()


def placed(fields: Sequence[Tag], refused: Refused) -> tuple[list[tuple[Tag, str]], str]:
    """Which sentence stands at which field, in the page's order, and what of the error has no field of its own.

    A form with one field alone has no other that could be meant.
    """
    sentences = dict[int, str]()
    for name, sentence in refused.wrong:
        field = next((field for field in fields if name in (field.get("name"), *field.get("data-about").split())), None)
        if field is not None:
            sentences.setdefault(field.begin, sentence)
    if not sentences and len(fields) == 1:
        sentences[fields[0].begin] = refused.detail
    beside = [(field, sentences[field.begin]) for field in fields if field.begin in sentences]
    return beside, "" if beside else refused.detail


def _sent_form(every: Sequence[Tag], refused: Refused) -> Form | None:
    """The form that was sent: it goes there, and its hidden fields and buttons are like what came."""
    sent = set(refused.sent)
    alike = list[tuple[int, Form]]()
    for form in forms(every):
        if form.head.get("method").lower() != "post" or refused.path not in form.goes_to():
            continue
        fixed = [(tag.get("name"), tag.get("value")) for tag in form.tags
                 if tag.get("type") in ("hidden", "submit") and tag.get("name") not in ("", CSRF)]  # fmt: skip
        alike.append((sum(1 if pair in sent else -1 for pair in fixed), form))
    return max(alike, key=lambda pair: pair[0])[1] if alike else None


def forms(every: Sequence[Tag]) -> list[Form]:
    forms = list[Form]()
    elsewhere = defaultdict[str, list[Tag]](list)
    for tag in every:
        elsewhere[tag.get("form")].append(tag)
    for at, head in enumerate(every):
        if head.name != "form" or head.closes:
            continue
        close = next((at + far for far, tag in enumerate(every[at:]) if tag.name == "form" and tag.closes), at)
        inside = [tag for tag in every[at + 1 : close] if not tag.get("form")]
        forms.append(Form(head, every[close].begin, inside + (elsewhere[head.get("id")] if head.get("id") else [])))
    return forms


def _is_field(tag: Tag) -> bool:
    return tag.name in ("input", "select", "textarea") and not tag.closes and bool(tag.get("name"))


def _keep(page: Redrawn, form: Form, sent: Sequence[tuple[str, str]]) -> None:
    """Every field as it was sent: the nth of a name with the nth value."""
    values = defaultdict[str, list[str]](list)
    for name, value in sent:
        values[name].append(value)
    typed = {name: list(several) for name, several in values.items()}
    for field in form.tags:
        name, kind = field.get("name"), field.get("type").lower()
        if not _is_field(field) or kind in _NOT_KEPT or name == CSRF or "disabled" in field.attributes:
            continue
        if kind in _TICKED:
            _tick(page, field, "checked", (field.attributes.get("value") or "on") in values[name])
        elif field.name == "select":
            _choose(page, field, values[name])
        elif typed.get(name):
            _type(page, field, typed[name].pop(0))


def _tick(page: Redrawn, tag: Tag, word: str, is_so: bool) -> None:
    (page.give if is_so else page.take)(tag, word)


def _choose(page: Redrawn, select: Tag, values: Sequence[str]) -> None:
    for tag in _inside(page.tags, select):
        if tag.name == "option" and not tag.closes:
            _tick(page, tag, "selected", tag.get("value") in values)


def _type(page: Redrawn, field: Tag, value: str) -> None:
    if field.name == "textarea":
        page.put(field.end, "\n" + escape(value), _closing(page.tags, field).begin)
    elif value != field.get("value"):
        page.give(field, "value", value)
        for beside in ("data-at", "data-given"):  # a moment that is no longer the one given
            page.take(field, beside)


def _inside(every: Sequence[Tag], tag: Tag) -> list[Tag]:
    closing = _closing(every, tag)
    return [other for other in every if tag.begin < other.begin < closing.begin]


def _closing(every: Sequence[Tag], tag: Tag) -> Tag:
    return next((other for other in every if other.begin > tag.begin and other.closes and other.name == tag.name), tag)


def _after(every: Sequence[Tag], field: Tag) -> int:
    """Where a field is over. Of what is ticked, where its label is: the words stand behind the box."""
    if field.get("type") in _TICKED:
        label = next((tag for tag in every if tag.begin > field.begin and tag.name in ("label", "form")), None)
        return label.begin if label is not None and label.closes and label.name == "label" else field.end
    return field.end if field.name == "input" else _closing(every, field).end


def _around(every: Sequence[Tag], place: int) -> list[Tag]:
    """The folded parts of the page around a place."""
    opened = list[Tag]()
    for tag in every:
        if tag.begin >= place:
            break
        if tag.name == "details":
            opened.pop() if tag.closes else opened.append(tag)
    return opened
