# SPDX-License-Identifier: GPL-3.0-or-later
"""The process that sees to the certificate: the home's own is made anew where that is due, and the one in force is
looked at; then it ends.

    python -m store.certificates.certificate_run --state DIR [--run DIR]

The supervisor forks one each hour, and when files, names or addresses changed (appliance.runs.certificate_runs): so
the library that this takes is in no process that stays. What it found stands in its status, and health tells of it.
"""

from __future__ import annotations

import argparse
import logging
import os
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from store.base import logs, status
from store.base.helper_statuses import CertificateFault, CertificateStatus
from store.base.sentences import say, sentence_of
from store.certificates import certificate_state, home_certificate
from store.certificates.certificate_errors import CertificateError, NoLibrary
from store.config import settings, usable_settings
from store.config.known_settings import Settings

NICENESS = 10

log = logging.getLogger(__name__)


def main(arguments: Sequence[str] | None = None, environ: Mapping[str, str] = os.environ) -> int:
    """See to it once; 0."""
    options = _options(arguments)
    logs.setup("certificate")
    os.nice(NICENESS)
    state = settings.state_dir(options.state, environ)
    run = Path(options.run) if options.run else status.run_dir(state, environ)
    status.publish(run, "certificate", work(state, usable_settings.load(state, environ), time.time()))
    return 0


def work(state: Path, chosen: Settings, now: float) -> CertificateStatus:
    """Renew what is due, and look; never raises."""
    fault: CertificateFault | None = None
    try:
        home_certificate.renew_if_due(state, chosen, now)
    except NoLibrary:
        pass  # which looking at it tells
    except CertificateError as error:
        log.warning("the certificate could not be made anew (%s)", error)
        cure = say("It is tried again each hour; `telltale certificate make` tries it now.")
        text = say("The certificate could not be made anew: {why}", why=sentence_of(error))
        fault = CertificateFault("renewal", False, text, cure)
    stands = certificate_state.look(state, chosen, now)
    return replace(stands, faults=(*stands.faults, fault)) if fault else stands


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="certificate_run", description="See to the certificate.")
    parser.add_argument("--state", default=None)
    parser.add_argument("--run", default="")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    raise SystemExit(main())
