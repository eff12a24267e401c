# SPDX-License-Identifier: GPL-3.0-or-later
"""What "Where names are looked up" shows beside its settings: who is asked now and how it goes, who else there is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from resolver.upstream import upstream_presets
from resolver.upstream.trial import Outcome, Trial
from resolver.upstream.upstream_presets import How, Preset
from store.base.sentences import Sentence, say, say_count, together
from store.config.engine import Engine
from store.config.upstream_specs import is_encrypted, read_upstream
from webui.http.state import WebUi
from webui.views import formatting, health_view


@dataclass(frozen=True, slots=True)
class Choice:
    """`chosen`: all that it would set is set; `specs` as the setting takes them."""

    preset: Preset
    specs: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class TrialLine:
    """A server that was tried: in a sentence, and what is to be thought of it."""

    spec: str
    good: bool
    sentence: str
    notes: tuple[str, ...]


_OUTCOMES = {
    Outcome.SILENT: say("It does not answer: nothing came within some seconds. A firewall may be between, or the "
                        "address be wrong."),
    Outcome.UNREACHABLE: say("It cannot be reached: this machine was told at once that nobody answers DNS there, or "
                             "has no way to it."),
    Outcome.REFUSES: say("It is there, and refuses to answer this machine."),
    Outcome.FAILS: say("It answers that it cannot find out (SERVFAIL): it may have no way to the Internet."),
    Outcome.WRONG: say("It answers, and says that example.com does not exist or has no address; it knows other names "
                       "than the Internet’s."),
}  # fmt: skip


def values(ui: WebUi, engine: Engine) -> dict[str, Any]:
    specs, given = ui.settings().upstreams, upstream_presets.of_provider()
    choices = [_choice(preset, specs) for preset in upstream_presets.presets()]
    return {
        "upstreams": health_view.upstreams(ui.statuses()), "choices": choices, "specs": specs,
        "given": ", ".join(given), "how": how_now(specs), "gone": upstream_presets.gone(),
        "lead": lead(specs, choices), "trials": None, "trial_wrong": "",
    }  # fmt: skip


def lead(specs: Sequence[str], choices: Sequence[Choice]) -> Sentence | str:
    """Who hears it now, in a sentence."""
    whose = [choice.preset for choice in choices if set(specs) <= choice.preset.known]
    if whose:
        preset = whose[0]
        if all(is_encrypted(spec) for spec in specs):
            return say("{title} hears which names your home asks for, and nobody on the way: {operator}, {country}.",
                       title=preset.title, operator=preset.operator, country=preset.country)  # fmt: skip
        return say("{title} hears which names your home asks for: {operator}, {country}.",
                   title=preset.title, operator=preset.operator, country=preset.country)  # fmt: skip
    servers = dict.fromkeys(map(_called, specs))
    return say_count(len(servers), "{count:,} server hears which names your home asks for: {specs}.",
                     "{count:,} servers hear which names your home asks for: {specs}.",
                     specs=", ".join(servers))  # fmt: skip


def _called(spec: str) -> str:
    """The server without what it is asked over: by the name that its certificate bears, else its address."""
    try:
        read = read_upstream(spec)
    except ValueError:
        return spec
    return read.name or read.host


def how_now(specs: Sequence[str]) -> How:
    """How most of it is asked now, which the form proposes again."""
    if any(spec.lower().startswith("https://") for spec in specs):
        return How.HTTPS
    return How.TLS if any(is_encrypted(spec) for spec in specs) else How.PLAIN


def line(trial: Trial) -> TrialLine:
    """What a trial found, as a person reads it."""
    if trial.outcome is not Outcome.ANSWERS or trial.median_ms is None or trial.least_ms is None:
        sentence = trial.fault or _OUTCOMES.get(trial.outcome, _OUTCOMES[Outcome.FAILS])
        return TrialLine(trial.spec, False, sentence, ())
    took = say("Answers in {median}, at best in {least}.", median=formatting.duration(trial.median_ms),
               least=formatting.duration(trial.least_ms))  # fmt: skip
    missed = trial.asked - trial.answered
    if missed:
        took = together(took, say_count(missed, "{count:,} of {asked:,} questions was not answered.",
                                        "{count:,} of {asked:,} questions were not answered.", asked=trial.asked))
    notes = []
    if trial.rewrites:
        notes.append(say("It gives an address for names that do not exist: mistyped names end at somebody’s pages."))
    if trial.validates is True:
        notes.append(say("It checks signatures (DNSSEC): forged answers of signed names do not come through."))
    if trial.validates is False:
        notes.append(say("It does not check signatures (DNSSEC)."))
    return TrialLine(trial.spec, not trial.rewrites and not missed, took, tuple(notes))


def _choice(preset: Preset, specs: Sequence[str]) -> Choice:
    chosen = any(set(given) <= set(specs) for how in How if (given := preset.specs(how)))
    return Choice(preset, ", ".join(preset.servers) or preset.https, chosen)
