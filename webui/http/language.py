# SPDX-License-Identifier: GPL-3.0-or-later
"""In which language a request is answered."""

from __future__ import annotations

from starlette.requests import HTTPConnection

from store.base import languages


def language(request: HTTPConnection) -> str:
    """The tag of the best language that the browser asks for, English where it asks for none that there is."""
    return languages.of_browser(request.headers.get("accept-language", ""))
