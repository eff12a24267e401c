# SPDX-License-Identifier: GPL-3.0-or-later
"""The options of `telltale run`, parsed without the command line library: the supervisor lives on and stays small."""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from appliance.errors import Complaint
from appliance.start.usage_words import complaint, help_here
from store.base.languages import tell_here
from store.base.sentences import say, sentence_of
from store.config import settings
from store.config.settings import SettingError

# Options that are settings: they are handed on as variables, but it is the option that was typed.
_SETTINGS = {"--dns": "dns", "--web": "web", "--upstream": "upstreams", "--workers": "workers",
             "--dot": "dot", "--https": "https", "--doq": "doq"}  # fmt: skip


_ENCRYPTED = {
    "--dot": say("where to answer DNS over TLS, or off; may be repeated"),
    "--https": say("where to answer DNS over HTTPS, with the pages, or off; may be repeated"),
    "--doq": say("where to answer DNS over QUIC; may be repeated"),
}


@dataclass(frozen=True, slots=True)
class Options:
    """What was asked for; `environ` holds the options as the variables that children and settings read."""

    state: str | None
    environ: dict[str, str]
    update: bool
    user: str | None


class Parser(argparse.ArgumentParser):
    """An argument parser that complains in one sentence, and whose help reads in the terminal's language."""

    def format_help(self) -> str:
        """In the language of the terminal."""
        self.description = tell_here(self.description or "")
        for action in self._actions:
            action.help = tell_here(action.help) if action.help else action.help
        return help_here(super().format_help())

    def error(self, message: str) -> NoReturn:
        """Raise the complaint instead of printing a usage and leaving."""
        raise Complaint(say("{text}; `{prog} --help` shows what it takes.", text=complaint(message), prog=self.prog))


def parser(prog: str = "telltale run") -> Parser:
    """The options of `run`."""
    about = say("Run the appliance in the foreground. An option wins over the environment.")
    made = Parser(prog=prog, description=about)
    made.add_argument("--state", metavar="DIR", help=say("the state directory"))
    made.add_argument("--dns", metavar="ADDR:PORT", action="append", help=say("where to answer DNS; may be repeated"))
    made.add_argument("--web", metavar="ADDR:PORT", help=say("where the pages and the API are"))
    for option, about in _ENCRYPTED.items():
        made.add_argument(option, metavar="ADDR:PORT", action="append", help=about)
    upstream = say("where to forward queries; may be repeated")
    made.add_argument("--upstream", metavar="SPEC", action="append", help=upstream)
    made.add_argument("--workers", metavar="N", help=say("how many processes answer DNS"))
    made.add_argument("--user", metavar="NAME", help=say("the user to become once the ports are bound (as root)"))
    made.add_argument("--no-update", action="store_true", help=say("do not fetch lists"))
    made.add_argument("--debug", action="store_true", help=say("show details of unexpected errors"))
    return made


def parse(argv: Sequence[str]) -> Options:
    """Read the options of `run`; raise Complaint."""
    args = parser().parse_args(argv)
    variables = {
        "TELLTALE_STATE": str(Path(args.state).absolute()) if args.state else None,
        "TELLTALE_DNS": ",".join(args.dns) if args.dns else None,
        "TELLTALE_WEB": args.web,
        "TELLTALE_DOT": ",".join(args.dot) if args.dot else None,
        "TELLTALE_HTTPS": ",".join(args.https) if args.https else None,
        "TELLTALE_DOQ": ",".join(args.doq) if args.doq else None,
        "TELLTALE_UPSTREAMS": ",".join(args.upstream) if args.upstream else None,
        "TELLTALE_WORKERS": args.workers,
        "TELLTALE_USER": args.user,
        "TELLTALE_DEBUG": "1" if args.debug else None,
    }
    environ = {key: value for key, value in variables.items() if value is not None}
    for option, key in _SETTINGS.items():
        if (text := environ.get(settings.variable(key))) is not None:
            _look_at(option, key, text)
    return Options(state=args.state, environ=environ, update=not args.no_update, user=args.user)


def _look_at(option: str, key: str, text: str) -> None:
    """Raise Complaint for a value that its setting does not take."""
    try:
        settings.from_text(key, text)
    except SettingError as error:
        raise Complaint(say("The option {option} is wrong. {why}", option=option, why=sentence_of(error))) from None
