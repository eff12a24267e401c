# SPDX-License-Identifier: GPL-3.0-or-later
"""What people type when they add a blocklist: checked and tidied, or refused as an EditError with a plain sentence."""

import re
from pathlib import PurePosixPath
from urllib.parse import urlsplit

from network.list_sources import host_forbidden
from store.base.sentences import say
from store.config.choices import ListFormat
from store.config.session import EditError, about
from store.names.list_origins import garbled, has_hidden, host_refused, shown

MAX_SOURCE = 2000  # characters; longer is no address that a server would take
MAX_TITLE = 120  # characters; it must fit on a line of a page


@about("source")
def check_source(text: str) -> str:
    """An http(s) address or an absolute file path."""
    source = text.strip()
    if not source or len(source) > MAX_SOURCE or not source.isprintable() or (" " in source and "://" in source):
        raise EditError(say("The source of a list is an http(s) address or the absolute path of a file."))
    if source.startswith("/"):
        return source
    try:
        parts = urlsplit(source)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable:
        without_secrets = garbled(source)
        raise EditError(say(
            "'{source}' is neither an http(s) address nor the absolute path of a file.", source=without_secrets
        ))
    if has_hidden(source):
        raise EditError(say(
            "'{source}' is shown without its user, password or key: write the whole address.", source=shown(source)
        ))
    host = parts.hostname or ""
    if why := host_forbidden(host):
        named, reason = shown(source), host_refused(why, host)
        raise EditError(say("A list cannot come from '{source}': {why}.", source=named, why=reason))
    return source


@about("source")
def check_remote(text: str) -> str:
    """`check_source` for what comes from a web page: no file of this machine, which the command line alone may add."""
    if text.strip().startswith("/"):
        raise EditError(say("A file of this machine is added on the command line: telltale lists add /path/to/file."))
    return check_source(text)


@about("title")
def check_title(text: str) -> str:
    """A title on one line."""
    title = " ".join(text.split())
    if not title or len(title) > MAX_TITLE or not title.isprintable():
        raise EditError(say("A title has 1 to {most} printable characters.", most=MAX_TITLE))
    return title


def title_of(source: str) -> str:
    """A title for a list that was given none: its host and file name."""
    parts = urlsplit(source) if "://" in source else None
    path = PurePosixPath(parts.path if parts else source).name
    return " ".join(word for word in (parts.hostname if parts else "", path) if word)[:MAX_TITLE] or source[:MAX_TITLE]


@about("format")
def check_format(value: str | None) -> ListFormat | None:
    """A format; None, nothing or `auto`: told from the content."""
    if value is None or value in ("", "auto"):
        return None
    try:
        return ListFormat(value)
    except ValueError:
        known = ", ".join(ListFormat)
        raise EditError(say(
            "'{value}' is no format of a list: choose {known}, or leave it out.", value=value, known=known
        )) from None


def new_id(title: str, taken: set[str]) -> str:
    """`added:` and the title in plain letters, with a number when that is taken."""
    slug = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")[:40].strip("-") or "list"
    number, list_id = 1, f"added:{slug}"
    while list_id in taken:
        number += 1
        list_id = f"added:{slug}-{number}"
    return list_id
