# SPDX-License-Identifier: GPL-3.0-or-later
"""The process that answers one question: niced, bounded, and gone with whoever asked.

    python -m evidence.whatif.whatif_process
        one line of JSON in: state, scratch, from_us, to_us, and changes, worth or updates
        lines out: {"share": 0.3} … and {"effect": …} or {"fault": …}

When its standard input ends, it ends: whoever asked is gone, or does not want to know any more.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import threading
import time
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any, TextIO

from evidence.whatif.effect import Effect
from evidence.whatif.list_worth import worth
from evidence.whatif.question import ask
from evidence.whatif.update_effects import update_effects
from evidence.whatif.update_values import UpdateEffects
from evidence.whatif.whatif_change import MAX_PLANNED, BadChange, read_changes
from evidence.whatif.worth_values import Worth
from store.base.sentences import Sentence, packed, say, sentence_of
from store.base.store_errors import StoreError
from store.config.session import EditError
from store.log.protocol import LogError

NICENESS = 10  # DNS goes first
MAX_BYTES = 1536 * 1024 * 1024  # of addresses, most of it what is mapped; it itself takes some 120 MiB
MAX_CPU_SECONDS = 900
TELL_SECONDS = 0.25
TOLD = (BadChange, EditError, StoreError, LogError)  # errors whose text is a sentence for people


def main() -> int:
    """Answer, and end."""
    asked = question_within(MAX_BYTES, MAX_CPU_SECONDS)
    _tell(sys.stdout, answer(asked, os.environ, Teller(sys.stdout)))
    return 0


def question_within(most_bytes: int, cpu_seconds: int) -> Any:
    """The question on standard input; from here on the process is niced, bounded, and ends with that."""
    os.nice(NICENESS)
    resource.setrlimit(resource.RLIMIT_AS, (most_bytes, most_bytes))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds))
    asked = json.loads(sys.stdin.readline())
    threading.Thread(target=end_with_input, daemon=True).start()
    return asked


class Teller:
    """Tells how far it is, a few times a second."""

    def __init__(self, out: TextIO) -> None:
        self._out, self._told = out, 0.0

    def __call__(self, share: float) -> None:
        now = time.monotonic()
        if now - self._told >= TELL_SECONDS:
            self._told = now
            _tell(self._out, {"share": round(share, 3)})


def answer(asked: Mapping[str, Any], environ: Mapping[str, str], progress: Teller) -> dict[str, Any]:
    """The last line: what came of the question."""
    try:
        effect = _found_out(asked, environ, progress)
    except TOLD as error:
        return {"fault": packed(sentence_of(error))}
    except MemoryError:
        return {"fault": packed(say("It would take more memory than it may; ask about fewer days."))}
    except OSError as error:
        return {"fault": packed(say("It could not be found out ({error}).", error=error.strerror or str(error)))}
    return {"effect": asdict(effect, dict_factory=_written)}


Answer = Effect | Worth | UpdateEffects


def _found_out(asked: Mapping[str, Any], environ: Mapping[str, str], progress: Teller) -> Answer:
    state, span = Path(asked["state"]), (int(asked["from_us"]), int(asked["to_us"]))
    scratch = Path(asked["scratch"]) if asked.get("scratch") else None
    if asked.get("worth"):
        return worth(state, environ, *span, scratch=scratch, progress=progress)
    if asked.get("updates"):
        return update_effects(state, environ, *span, scratch=scratch, progress=progress)
    return ask(state, environ, read_changes(asked["changes"], MAX_PLANNED), *span, scratch=scratch, progress=progress)


def _written(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    return {key: packed(value) if isinstance(value, Sentence) else value for key, value in pairs}


def _tell(out: TextIO, line: Mapping[str, Any]) -> None:
    out.write(json.dumps(line) + "\n")
    out.flush()


def end_with_input() -> None:
    """Whoever asked is gone, or does not want to know any more: so is this process."""
    sys.stdin.read()
    os._exit(1)


if __name__ == "__main__":
    sys.exit(main())
