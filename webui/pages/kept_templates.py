# SPDX-License-Identifier: GPL-3.0-or-later
"""Compiled templates, kept in the state directory: compiling those of Home takes a tenth of a second and 3 MiB.

    STATE/templates/<language>/<template>      one file each

It is code, so each file bears a mark that only this appliance can make, over all that it was made of: template,
sentences, what puts them in. One without that mark is compiled anew in its place. A disk that is
full or cannot be written costs nothing but the time.
"""

from __future__ import annotations

import contextlib
import hashlib
import hmac
from collections.abc import Iterable
from pathlib import Path

import jinja2
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket

from store.base import secret
from store.base.store_errors import StoreError

FOLDER = "templates"
MARK_BYTES = 32


def kept_in(state: Path, tag: str, made_of: Iterable[Path]) -> KeptTemplates | None:
    """Those of one language; None where no mark can be made. `made_of`: files that go in beside the template."""
    try:
        digest = hashlib.sha256(jinja2.__version__.encode())
        for path in made_of:
            digest.update(path.read_bytes())
        return KeptTemplates(state / FOLDER / tag, secret.derive(state, f"templates {digest.hexdigest()}"))
    except (StoreError, OSError):
        return None


class KeptTemplates(BytecodeCache):
    """Compiled templates in a folder, read and written by Jinja. Nothing here raises."""

    def __init__(self, folder: Path, key: bytes) -> None:
        self._folder, self._key = folder, key

    def load_bytecode(self, bucket: Bucket) -> None:
        with contextlib.suppress(OSError, ValueError, EOFError, TypeError):
            content = (self._folder / bucket.key).read_bytes()
            mark, code = content[:MARK_BYTES], content[MARK_BYTES:]
            if hmac.compare_digest(mark, self._mark(bucket.key, code)):
                bucket.bytecode_from_string(code)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """A start that is killed here, or two at once, leave a draft beside a file that is whole."""
        code = bucket.bytecode_to_string()
        with contextlib.suppress(OSError):
            self._folder.parent.mkdir(0o700, exist_ok=True)
            self._folder.mkdir(0o700, exist_ok=True)
            begun = self._folder / f"{bucket.key}.new"
            begun.write_bytes(self._mark(bucket.key, code) + code)
            begun.replace(self._folder / bucket.key)

    def _mark(self, key: str, code: bytes) -> bytes:
        """Of the name, too: the code of one template is not another's."""
        return hmac.digest(self._key, key.encode() + b"\0" + code, hashlib.sha256)
