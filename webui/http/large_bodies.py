# SPDX-License-Identifier: GPL-3.0-or-later
"""How large a body may be, and the calls whose body may be larger: a backup that is put back, a list that is uploaded.

Their routes declare no body, so nothing of it is read before the gate has let the caller in: it is read in the route.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from fastapi import Request

from store.backup.backup_form import MAX_BYTES
from store.base.sentences import say
from webui.http.problems import Problem
from webui.http.state import WebUi

# The largest body that any other call takes is a list of settings; a megabyte would only serve to fill memory.
MAX_BODY_BYTES = 256 * 1024
# With what a form puts around the file: bounds of its parts, and the other fields.
MAX_LARGE_BYTES = MAX_BYTES + 64 * 1024
# A list of blockers: the largest public ones have 40 MB, and a fifth of that packed.
MAX_LIST_BYTES = 64 * 1024 * 1024
# Rules that are pasted, each character of which may be written with three: ten thousand lines of a hundred.
MAX_RULES_BYTES = 3 * (1 << 20) + 64 * 1024
LARGE = {
    ("POST", "/api/v1/restore"): MAX_LARGE_BYTES, ("POST", "/backup/preview"): MAX_LARGE_BYTES,
    ("POST", "/blocklists/preview"): MAX_LIST_BYTES + 64 * 1024, ("POST", "/blocklists/rules/paste"): MAX_RULES_BYTES,
}  # fmt: skip


def most(method: str, path: str) -> int:
    """Bytes that the body of this call may have."""
    return LARGE.get((method, path), MAX_BODY_BYTES)


@contextmanager
def taking(ui: WebUi) -> Iterator[None]:
    """Take a backup in, one at a time, since each takes many times its size in memory; 409 while another is."""
    if not ui.taking_backup.acquire(blocking=False):
        detail = say("Another backup is being read or restored just now; wait until it is done, then try again.")
        raise Problem(409, detail, {"Retry-After": "5"})
    try:
        yield
    finally:
        ui.taking_backup.release()


async def read(request: Request) -> bytes:
    """The body as it was sent. Raises `Problem` for one that is packed, or a form's."""
    if request.headers.get("content-encoding", "identity").strip().lower() != "identity":
        raise Problem(415, say("Send the backup as it is, not compressed."))
    if request.headers.get("content-type", "").lower().startswith("multipart/"):
        raise Problem(415, say("Send the file itself as the body, not a form: curl --data-binary @FILE."))
    return await request.body()
