# SPDX-License-Identifier: GPL-3.0-or-later
"""A rule as people write it, in any notation they know: one reader for every place where one is given. Pure.

    x  *.x  .x  ||x^     x with all below it         =x  |x^  |x|      x alone        @@…       lets through
    ads*.x  ||ads*.x^    a name with gaps            /re/  !/re/       found, or not found, in a name
    re;querytype=!A;invert;reply=nodata              …$dnstype=A|AAAA,answer=nodata   …  # a comment

What stands here alone is read as what it surely is; what could be two things, or nothing, is refused with the cure.
"""

import re
from dataclasses import dataclass, replace
from ipaddress import ip_address

from store.base.sentences import say, sentence_of
from store.config import custom_responses
from store.config.choices import RuleForm, RuleKind
from store.names import linear_patterns, name_patterns, rule_names
from wire.types import type_name, type_number

MAX_TYPES = 16  # of one rule

# In brackets or not, with the zone of a link, a port or a network's length: in brackets it would be read as a set of
# characters, one of which most names have.
_ADDRESS = re.compile(r"\[?(?:(\d+(?:\.\d+){3})|([\da-fA-F:]*:[\da-fA-F:.]*))(?:%[\w.-]+)?\]?(?::\d+|/\d+)?").fullmatch


@dataclass(frozen=True, slots=True)
class RuleText:
    """`name` is a checked name or expression. None and "" are what the text leaves to whoever gives it.

    `types` as `A,AAAA` or `~A,AAAA`, and `answer`, both still to be checked.
    """

    form: RuleForm
    name: str
    kind: RuleKind | None = None
    subdomains: bool | None = None
    types: str = ""
    inverted: bool = False
    answer: str = ""
    comment: str = ""


def read(text: str, form: RuleForm = RuleForm.NAME, *, subdomains: bool = True) -> RuleText:
    """Take a rule apart; raise ValueError with a sentence for what can hold for no name.

    `form` REGEX: the text is an expression, whatever it looks like. `subdomains`: what a bare name means.
    """
    rule, comment = split_comment(text)
    kind = RuleKind.ALLOW if rule.startswith("@@") else None
    return replace(_read(rule.removeprefix("@@"), form, subdomains), kind=kind, comment=comment)


def _read(body: str, form: RuleForm, subdomains: bool) -> RuleText:
    if form is RuleForm.REGEX or _DELIMITED(body) or _OPTIONS(body) or body.startswith(".*"):
        return _expression(body)
    if (address := _ADDRESS(body.strip())) and _is_address(address[1] or address[2]):
        raise ValueError(say("'{text}' is an address, not a name.", text=body.strip()))
    if "://" in body:  # in no name, so no expression can want it either
        rule_names.refuse_web_address(body)
    named = _NAMED(body)
    if named:
        return _named(*named.groups(""), subdomains=subdomains)
    if _SIGNS_OF_EXPRESSIONS(body):
        return _expression(body)
    return RuleText(RuleForm.NAME, rule_names.normalise(body))


def reread(name: str, types: str, inverted: bool, answer: str) -> tuple[str, str, bool, str]:
    """An expression as a version before stored it, which took `re;querytype=A` and `/re/` for the expression itself.

    What stands beside it stays, as does what is nothing else after all.
    """
    if ";" not in name and not _DELIMITED(name):
        return name, types, inverted, answer
    try:
        parts = split_expression(split_comment(name)[0])
        read_types, read_answer = check_types(parts.types), check_answer(parts.answer)
    except ValueError:
        return name, types, inverted, answer
    return parts.name, types or read_types, inverted != parts.inverted, answer or read_answer


def split_comment(text: str) -> tuple[str, str]:
    """A line and the comment at its end: `#` at the start or after a space, which names and expressions never have."""
    rule, comment = text, ""
    match = re.search(r"(?:^|\s)#", text)
    if match:
        rule, comment = text[: match.start()], text[match.end() :]
    return rule.strip(), comment.strip()


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def split_expression(text: str) -> RuleText:
    """An expression with what is said of it, itself not yet checked; raise ValueError for what makes no sense.

    `re`, `/re/`, `!/re/`, with Pi-hole's options (`;querytype=`, `;invert`, `;reply=`) or modifiers (`$dnstype=`).
    """
    delimited = _DELIMITED(text)
    if delimited:
        inverted, expression, options, modifiers = delimited.groups("")
        rule = _with_options(expression, options.split(";")[1:])
        return replace(_with_modifiers(rule, modifiers), inverted=rule.inverted != bool(inverted))
    bare, *words = text.split(";")
    return _with_options(bare, words)


def check_answer(text: str) -> str:
    """An answer as `store.config.custom_responses` writes it; nothing stays nothing. Raise ValueError."""
    try:
        return custom_responses.write(custom_responses.parse(text)) if text.strip() else ""
    except ValueError as error:
        raise ValueError(say("'{text}' is no answer: {error}", text=text, error=sentence_of(error))) from None


def check_types(text: str) -> str:
    """`A,AAAA` or `~A,AAAA` (all others), in order; nothing: all types. Raise ValueError."""
    out = text.strip().startswith("~")
    words = sorted({_type(word.strip("~ ")) for word in re.split(r"[,|\s]+", text) if word.strip("~ ")})
    if len(words) > MAX_TYPES:
        raise ValueError(say("A rule names at most {most} query types.", most=MAX_TYPES))
    return ("~" if out and words else "") + ",".join(words)


def _type(word: str) -> str:
    number = type_number(word)
    if not number:  # 0 is a type of no query
        raise ValueError(say(
            "'{word}' is no query type that a rule can name: write A, AAAA, HTTPS, or TYPE65.", word=word.upper()
        ))
    return type_name(number)


def _expression(text: str) -> RuleText:
    rule = split_expression(text)
    rule = replace(rule, name=linear_patterns.check(rule.name))
    if not name_patterns.matches_some_name(rule.name):
        raise ValueError(say(
            "No name can match '{pattern}': names have letters, digits, hyphens, underscores and dots, none at an end, "
            "and at most 253 characters; letters beyond ASCII are written xn--….", pattern=rule.name,
        ))  # fmt: skip
    if rule.inverted and name_patterns.matches_every_name(rule.name):
        raise ValueError(say("'{pattern}' is found in every name, so its inverse holds for none.", pattern=rule.name))
    return rule


def _with_options(expression: str, options: list[str]) -> RuleText:
    types, answers, inverted = "", [], False
    for option in options:
        word, _, value = option.strip().partition("=")
        word, value = word.strip().lower(), value.strip()
        if word == "invert" and not value:
            inverted = True
        elif word == "querytype" and value.strip("!"):
            types = value.replace("!", "~", 1) if value.startswith("!") else value
        elif word == "reply" and value and value.lower() != "ip":
            answers.append(_REPLIES.get(value.lower(), value))
        elif word == "reply" and value:
            raise ValueError(say("';reply=IP' names no address: write the one to answer with, as ;reply=192.168.1.2."))
        elif option.strip():
            raise ValueError(say(
                "'{option}' is no option of an expression: write ;querytype=A,AAAA, ;invert or ;reply=nodata.",
                option=option.strip(),
            ))  # fmt: skip
    return RuleText(RuleForm.REGEX, expression.strip(), types=types, inverted=inverted, answer=",".join(answers))


def _named(prefix: str, core: str, suffix: str, modifiers: str, *, subdomains: bool) -> RuleText:
    """A name in adblock's notation or ours. Prefix: `=`, `|`, `||` or nothing."""
    alone = prefix in ("=", "|")
    below = not alone if prefix or suffix else subdomains
    bare = core.removeprefix("*").removeprefix(".") if core.startswith(("*.", ".")) else core
    if "*" not in bare:
        wider = None if not (prefix or suffix or bare != core) else below or bare != core
        return _with_modifiers(RuleText(RuleForm.NAME, rule_names.normalise(bare), subdomains=wider), modifiers)
    if not bare.strip("*."):
        raise ValueError(say("'{text}' would match every name.", text=core))
    if not (prefix or suffix) and ".*" in core and not core.startswith("*"):
        raise ValueError(say(
            "'{text}' may be a name with gaps or an expression: write ||{text}^ for the one, /{text}/ for the other.",
            text=core,
        ))  # fmt: skip
    before = r"(?:^|\.)" if below or bare != core else "^"
    pattern = linear_patterns.glob(bare.lower(), before=before, after="$")
    return _with_modifiers(_expression(pattern), modifiers)


def _with_modifiers(rule: RuleText, modifiers: str) -> RuleText:
    """Read what stands behind a `$`; an answer is its last modifier."""
    modifiers, _, answer = modifiers.partition("answer=")
    rule = replace(rule, answer=answer.strip() or rule.answer)
    for part in filter(None, (part.strip() for part in modifiers.split(","))):
        word, _, value = part.partition("=")
        if word.lower() == "dnstype" and value.strip("~|"):
            if len({type_.startswith("~") for type_ in value.split("|")}) > 1:
                raise ValueError(say("'{part}' names types to hold for and others not to: write one or the other.",
                                     part=part))  # fmt: skip
            out = "~" if value.startswith("~") else ""
            rule = replace(rule, types=out + value.replace("~", "").replace("|", ","))
        elif word.lower() == "important":
            raise ValueError(say(
                "Leave '$important' away: a rule of your own goes before every list; of two, the one that allows wins."
            ))
        else:
            raise ValueError(say(
                "'{part}' cannot be said of a rule of your own: choose its scope, types and answer beside it.",
                part=part,
            ))  # fmt: skip
    return rule


_DELIMITED = re.compile(r"(!)?/(.+)/i?((?:;[^;]*)*)(?:\$([a-z].*))?", re.DOTALL).fullmatch
_OPTIONS = re.compile(r".+;\s*(?:querytype|invert|reply)\b", re.IGNORECASE | re.DOTALL).match
_NAMED = re.compile(r"(\|{1,2}|=)?([^\s|^$;/\\()\[\]{}+?=~,]+)(\^?\|?)(?:\$(.+))?").fullmatch
_SIGNS_OF_EXPRESSIONS = re.compile(r"[\\^$()\[\]{}+?|]").search
_REPLIES = {"none": "drop"}
