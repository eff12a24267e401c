# SPDX-License-Identifier: GPL-3.0-or-later
"""The value of `$dnsrewrite` → an answer. Pure.

1.2.3.4 · 2001:db8::1 · name.example · NXDOMAIN · RCODE;; · NOERROR;TYPE;VALUE
"""

from store.config import custom_responses
from store.config.custom_responses import Answer
from wire.response import BlockMode

_RCODES = {"noerror": BlockMode.NODATA, "nxdomain": BlockMode.NXDOMAIN, "refused": BlockMode.REFUSED,
           "servfail": BlockMode.SERVFAIL}  # fmt: skip


def read(value: str) -> str | None:
    """Return the answer as `store.config.custom_responses` writes it, or None for a value that makes no sense."""
    rcode, _, rest = value.partition(";")
    type_, _, data = rest.partition(";")
    word = _RCODES.get(rcode.strip().lower())
    try:
        if not type_.strip() and (word or ";" not in value):
            return word or _short(value)
        if word != BlockMode.NODATA:
            return word  # an rcode that says no has no records to go with it
        return custom_responses.write(Answer(records=(custom_responses.record(type_.strip(), data),)))
    except ValueError:
        return None


def _short(value: str) -> str | None:
    answer = custom_responses.parse(value) if value.strip() else None
    return custom_responses.write(answer) if answer and len(answer.records) == 1 else None
