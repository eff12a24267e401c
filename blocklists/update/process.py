# SPDX-License-Identifier: GPL-3.0-or-later
"""Updating lists by hand or at a start, for as long as that takes; without `--once`, for good.

    python -m blocklists.update.process --state DIR [--run DIR] [--once] [--compile-only] [ID…]

`ID…` are fetched whether due or not, and imply `--once`. `--compile-only` fetches nothing: the packs and the copies at
hand become an index, within a second without copies. The appliance's own process is `list_updates`.
"""

import argparse
import logging
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from blocklists.update import forked_job, list_updates
from blocklists.update.updater import Updater
from store.base import logs, status
from store.config import settings

_log = logging.getLogger(__name__)


def main(arguments: Sequence[str] | None = None, environ: Mapping[str, str] = os.environ) -> int:
    """Run the process; return its exit code: 0, or 1 when a list or the whole failed."""
    options = _options(arguments)
    state = settings.state_dir(options.state, environ)
    run = Path(options.run) if options.run else status.run_dir(state, environ)
    if not (options.once or options.compile_only or options.ids):
        list_updates.keep_up_to_date(state, run, environ)
    logs.setup("updater")
    os.nice(list_updates.NICENESS)
    updater = Updater(state, run, environ)
    try:
        updater.work(options.ids, fetching=not options.compile_only)
    except forked_job.FAULTS as error:
        _log.error("Lists cannot be updated: %s", error)
        return 1
    return 1 if updater.errors else 0


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    prog = "python -m blocklists.update.process"
    parser = argparse.ArgumentParser(prog=prog, description="Update and compile blocklists.")
    parser.add_argument("--state", help="the state directory")
    parser.add_argument("--run", help="the directory for what need not survive")
    parser.add_argument("--once", action="store_true", help="do what is due, then end")
    parser.add_argument("--compile-only", action="store_true", help="fetch nothing, compile what is there, then end")
    parser.add_argument("ids", nargs="*", metavar="ID", help="fetch these lists now, then end")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
