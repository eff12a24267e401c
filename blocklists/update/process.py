# SPDX-License-Identifier: GPL-3.0-or-later
"""Updating lists by hand or at a start: what is due, then it ends.

    python -m blocklists.update.process --state DIR [--run DIR] [--compile-only] [ID…]

`ID…` are fetched whether due or not. `--compile-only` fetches nothing: the packs and the copies at
hand become an index, within a second without copies. The appliance's own process is `list_updates`.
"""

import argparse
import logging
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from blocklists.update import forked_job
from blocklists.update.updater import Updater
from store.base import logs, status
from store.config import settings

NICENESS = 10  # DNS goes first

_log = logging.getLogger(__name__)


def main(arguments: Sequence[str] | None = None, environ: Mapping[str, str] = os.environ) -> int:
    """Run the process; return its exit code: 0, or 1 when a list or the whole failed."""
    options = _options(arguments)
    state = settings.state_dir(options.state, environ)
    run = Path(options.run) if options.run else status.run_dir(state, environ)
    logs.setup("updater")
    os.nice(NICENESS)
    updater = Updater(state, run, environ)
    try:
        updater.work(options.ids, fetching=not options.compile_only)
    except forked_job.FAULTS as error:
        _log.error("Lists cannot be updated: %s", error)
        return 1
    return 1 if updater.failed else 0


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    prog = "python -m blocklists.update.process"
    parser = argparse.ArgumentParser(prog=prog, description="Update and compile blocklists.")
    parser.add_argument("--state", help="the state directory")
    parser.add_argument("--run", help="the directory for what need not survive")
    parser.add_argument("--compile-only", action="store_true", help="fetch nothing, compile what is there, then end")
    parser.add_argument("ids", nargs="*", metavar="ID", help="fetch these lists now, then end")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
