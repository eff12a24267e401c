# SPDX-License-Identifier: GPL-3.0-or-later
"""What must be so before the children start, by a process of its own that ends: `python -m appliance.start.prepare`.

It needs the tables of SQLModel, which cost 40 MiB; the supervisor, which lives on, stays small without them.
Prints one JSON object: {"code": set-up code or null, "notes": [sentences as `packed` writes them]}.
"""

import argparse
import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from appliance import errors
from appliance.errors import Complaint
from appliance.process import privilege
from blocklists.index.index import CorruptIndex, Index
from blocklists.packs.seed_lists import seeds
from store.base import argv, db, secret
from store.base.sentences import packed, say, sentence_of
from store.config import account, lists, session
from store.config.engine import Engine
from store.config.session import EditError
from store.history import acting
from store.history.acting import Acting, Origin

# A slow Pi compiles every list that may be installed (some two million names) in well under this.
COMPILE_SECONDS = 600


def main() -> int:
    """Entry of the process; errors are one sentence on standard error and exit code 1."""
    parser = argparse.ArgumentParser(prog="prepare")
    parser.add_argument("--state", type=Path, required=True)
    parser.add_argument("--compile", action="store_true", help="compile in any case: no update process will do it")
    parser.add_argument("--open", action="store_true", help="open config.db first: it could not be before")
    args = parser.parse_args()
    if args.open:
        db.open_config(args.state)
    return errors.tell(lambda: print(json.dumps(prepare(args.state, os.environ, args.compile))))


def prepare(state: Path, environ: Mapping[str, str], compile_anyway: bool = False) -> dict[str, object]:
    """Bring tables, lists, password and index to where the children can start.

    `compile_anyway`: the packs may be newer than the index, and no update process will see to it.
    """
    notes = settle(state, environ)
    code = None if account.has_password(session.engine(state)) else secret.setup_code(state)
    notes += ensure_index(state, compile_anyway)
    return {"code": code, "notes": [packed(note) for note in notes]}


def settle(state: Path, environ: Mapping[str, str]) -> list[str]:
    """What every start brings up to date in config.db: lists and first password; what was done, in sentences."""
    engine = session.engine(state)
    acting.begin(Acting(Origin.START, say("Telltale at its start")))
    lists.sync_blocklists(engine, seeds())
    password = environ.get("TELLTALE_PASSWORD")
    return [_take_password(engine, password)] if password and not account.has_password(engine) else []


def _take_password(engine: Engine, password: str) -> str:
    """Set it, without the line end that a file or `echo` leaves; what became of it, in a sentence."""
    try:
        account.set_password(engine, password.rstrip("\r\n"))
    except EditError as error:
        return say(
            "The password of TELLTALE_PASSWORD is not set: {why} Correct the variable, or use the set-up code.",
            why=sentence_of(error),
        )
    return say("The password of TELLTALE_PASSWORD is set; the variable can be taken away now.")


def ensure_index(state: Path, compile_anyway: bool = False) -> list[str]:
    """Compile the index when there is none that can be used; return what was done, in plain sentences."""
    path = state / "index" / "current.idx"
    try:
        if path.exists():
            Index.open(path)
        if compile_anyway or not path.exists():
            compile_index(state)
    except CorruptIndex as error:
        compile_index(state)
        return [say("The compiled lists could not be used ({why}), so they were compiled anew.", why=error.reason)]
    return []


def compile_index(state: Path) -> None:
    """Compile the lists that are there, without fetching. Raises Complaint."""
    parent = os.getpid()
    command = argv.fresh_interpreter("blocklists.update.process", "--state", str(state), "--compile-only")
    try:
        # Its words go to the log: standard output is for our own answer.
        subprocess.run(
            command, stdin=subprocess.DEVNULL, stdout=sys.stderr, timeout=COMPILE_SECONDS, check=True,
            preexec_fn=lambda: privilege.die_with(parent, signal.SIGKILL),
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise Complaint(say(
            "Compiling the lists took over {seconds} s; is the disk full or failing?",
            seconds=COMPILE_SECONDS,
        )) from None
    except subprocess.CalledProcessError:
        raise Complaint(say("The lists could not be compiled; the lines above say why.")) from None


if __name__ == "__main__":
    sys.exit(main())
