# SPDX-License-Identifier: GPL-3.0-or-later
"""`telltale health`: how well the appliance is. With --dns a container's healthcheck, so it starts quickly."""

import json
import os
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from appliance import errors
from appliance.doctor.observation import Observation, observe
from appliance.errors import Complaint
from appliance.start.run_options import Parser
from store.base import languages
from store.base.process_parts import State
from store.base.process_status import ChildState
from store.base.sentences import say, say_as
from store.config import settings
from store.config.endpoints import show_endpoint

# Nothing can be recorded or changed, which whoever watches an appliance wants to hear as much. What watches a container
# asks with --dns: it may restart what is unhealthy, and that would take DNS away for the sake of a full disk.
UNWRITTEN = {"read_only", "recorder_error"}


def main(argv: Sequence[str]) -> int:
    """Print the health, or one JSON object with what GET /health has; exit code 0 when DNS answers and is recorded,
    with --dns when it answers."""
    parser = Parser(prog="telltale health", description=say("Exits 0 when DNS answers and can be recorded."))
    parser.add_argument("--state", metavar="DIR", help=say("the state directory"))
    parser.add_argument("--json", action="store_true", help=say("print one JSON object"))
    parser.add_argument(
        "--dns", action="store_true", help=say("exit 0 when DNS answers, whatever else is wrong: for a container")
    )
    parser.add_argument("--debug", action="store_true", help=say("show details of unexpected errors"))
    args = parser.parse_args(argv)
    seen = observe(settings.state_dir(args.state, os.environ), os.environ)
    if not seen.running:
        _check_readable(seen.state)
    print(json.dumps(as_values(seen)) if args.json else render(seen, languages.of_process(os.environ)))
    if args.dns:
        return 1 if seen.health.dns is State.DOWN else 0
    return 1 if seen.health.status is State.DOWN or UNWRITTEN & {each.id for each in seen.health.problems} else 0


def as_values(seen: Observation) -> dict[str, object]:
    """What --json prints: `server` was asked, and answered in `milliseconds`; those that are `asleep`."""
    values = asdict(seen.health)
    del values["parts"]
    values |= {"asleep": _asleep(seen), "server": show_endpoint(seen.server)}
    return {**values, "milliseconds": _rounded(seen.milliseconds)}


def render(seen: Observation, language: str = languages.ENGLISH) -> str:
    """The status in a line, one for each process that sleeps, and two for each problem: the sentence and the cure."""
    took, server = _rounded(seen.milliseconds), show_endpoint(seen.server)
    answers = (
        say("DNS on {server} does not answer", server=server) if took is None
        else say("DNS on {server} answers in {milliseconds} ms", server=server, milliseconds=took)
    )  # fmt: skip
    lines = [f"{seen.health.status}: {languages.tell(answers, language)}"]
    lines += [f"  {role}: {languages.tell(say_as('state of a process', 'asleep'), language)}" for role in _asleep(seen)]
    for problem in seen.health.problems:
        lines.append(f"  {errors.one_line(languages.tell(problem.sentence, language))}")
        lines.append(f"    → {languages.tell(problem.cure, language)}")
    return "\n".join(lines)


def _check_readable(state: Path) -> None:
    """Raises Complaint for who may not look: whether anything runs there is not known then."""
    try:
        (state / "config.db").stat()  # is_file() tells no error since Python 3.14
    except PermissionError as error:
        raise Complaint(say(
            "{state} cannot be read ({error}); are you the user that runs Telltale?", state=state, error=error.strerror
        )) from None
    except OSError:  # a disk that fails, which is told of as any other fault
        pass


def _asleep(seen: Observation) -> list[str]:
    """Roles: the list update while nothing is due, and the pages' process, of which no page could say so."""
    return [part.role for part in seen.health.parts if part.words == ChildState.ASLEEP]


def _rounded(milliseconds: float | None) -> float | None:
    return None if milliseconds is None else round(milliseconds, 1)
