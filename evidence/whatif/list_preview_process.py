# SPDX-License-Identifier: GPL-3.0-or-later
"""The process that looks at one list before it is installed: niced, bounded, and gone with whoever asked.

    python -m evidence.whatif.list_preview_process
        one line of JSON in: state, path, source, format, allow
        lines out: {"share": 0.3} … and {"effect": …} or {"fault": …}
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from evidence.whatif.list_preview import preview
from evidence.whatif.whatif_process import TOLD, Teller, question_within
from store.base.sentences import packed, say, sentence_of

MAX_BYTES = 1024 * 1024 * 1024  # of addresses, most of it what is mapped; the largest list takes some 150 MB
MAX_CPU_SECONDS = 180


def main() -> int:
    """Answer, and end."""
    asked = question_within(MAX_BYTES, MAX_CPU_SECONDS)
    last = answer(asked, os.environ, Teller(sys.stdout))
    sys.stdout.write(json.dumps(last) + "\n")
    sys.stdout.flush()
    return 0


def answer(asked: Mapping[str, Any], environ: Mapping[str, str], progress: Teller) -> dict[str, Any]:
    """The last line: what the list holds, or why that is not known."""
    try:
        found_out = preview(
            Path(asked["state"]), environ, Path(asked["path"]), str(asked["source"]), asked["format"] or None,
            allow=bool(asked["allow"]), progress=progress,
        )  # fmt: skip
    except TOLD as error:
        return {"fault": packed(sentence_of(error))}
    except MemoryError:
        return {"fault": packed(say("It is larger than this machine can look at; add a smaller list."))}
    except OSError as error:
        return {"fault": packed(say("It could not be stored: {error}.", error=error.strerror or str(error)))}
    return {"effect": asdict(found_out, dict_factory=_written)}


def _written(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Sentences with what they were made of."""
    return {
        key: {rule: packed(why) for rule, why in value.items()} if key == "guarded" else value
        for key, value in pairs
    }  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
