# SPDX-License-Identifier: GPL-3.0-or-later
"""A page for somebody who may not do all that stands on it: controls that would be refused are switched off, with why.

Pure: HTML in, HTML out. What an action needs is asked of its route, so that pages say nothing about it. The server
refuses all the same; this is so that nobody types into a form in vain.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from html import escape, unescape

# Whether a call of this method and path is allowed.
Allows = Callable[[str, str], bool]

_FORM = re.compile(r"<form\b([^>]*)>(.*?)</form>", re.DOTALL)
_CALL = re.compile(r"<(button|input|select|a)\b([^>]*\bhx-(post|put|patch|delete)=\"([^\"]*)\"[^>]*)>")
_LINK = re.compile(r"<a\b([^>]*)>")
_HREF = re.compile(r"\bhref=\"(/[^\"]*)\"")
_ACTION = re.compile(r"\b(action|hx-post|hx-put|hx-patch|hx-delete)=\"([^\"]*)\"")
_METHOD = re.compile(r"\bmethod=\"(\w+)\"")


def switch_off(html: str, allows: Allows, here: str, why: str) -> str:
    """The page with each form, call and link that `allows` denies switched off. `here`: the path of the page itself."""
    reason = escape(why, quote=True)

    def form(match: re.Match[str]) -> str:
        attributes, inside = match.groups()
        method, path = _target(attributes, here)
        if method == "GET" or allows(method, path):
            return match.group()
        return f'<form{attributes}><fieldset class="may-not" disabled title="{reason}">{inside}</fieldset></form>'

    def call(match: re.Match[str]) -> str:
        tag, attributes, method, path = match.groups()
        if allows(method.upper(), _path(path)):
            return match.group()
        return f'<{tag}{attributes} disabled aria-disabled="true" title="{reason}">'

    def link(match: re.Match[str]) -> str:
        href = _HREF.search(match.group(1))
        if href is None or allows("GET", _path(href.group(1))):
            return match.group()
        rest = match.group(1).replace(href.group(), f'role="link" aria-disabled="true" title="{reason}"')
        return f"<a{rest}>"

    return _LINK.sub(link, _CALL.sub(call, _FORM.sub(form, html)))


def _target(attributes: str, here: str) -> tuple[str, str]:
    """Method and path of what a form sends, GET for one that only asks."""
    for name, path in _ACTION.findall(attributes):
        if name != "action":
            return name.removeprefix("hx-").upper(), _path(path)
    method = _METHOD.search(attributes)
    action = next((path for name, path in _ACTION.findall(attributes) if name == "action"), here)
    return (method.group(1).upper() if method else "GET"), _path(action)


def _path(address: str) -> str:
    return unescape(address).partition("?")[0].partition("#")[0]
