# SPDX-License-Identifier: GPL-3.0-or-later
"""By what a target is judged: a ratio to another server, a bound, either of machine code alone. Pure."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from bench.results import Results

COMPILED = ", compiled"  # said of what is asked of machine code alone


@dataclass(frozen=True, slots=True)
class Judgement:
    """A target in words, what was measured in words, and whether it is met; None where it was not measured."""

    what: str
    target: str
    measured: str
    met: bool | None


Judge = Callable[[Results], Judgement]


def at_least(what: str, measure: str, rival: str, least: float) -> Judge:
    """Telltale's median over the other's."""

    def judge(results: Results) -> Judgement:
        ours, theirs = results.value(measure), results.value(measure, rival)
        ratio = ours / theirs if ours is not None and theirs else None
        met = None if ratio is None else ratio >= least
        return Judgement(what, f"at least {least:g} × {rival}", in_words(ratio, "{:.2f} ×"), met)

    return judge


def at_most(what: str, measure: str, most: float, unit: str, shown: str = "{:,.1f}", *, middle: bool = False) -> Judge:
    """A promise of a bound is judged by the worst value; `middle`: by the median, what other work on it moves."""

    def judge(results: Results) -> Judgement:
        figure = results.find(measure)
        value = (figure.median if middle else max(figure.values)) if figure else None
        measured = in_words(value, f"{shown} {unit}") + (f" ({figure.note})" if figure and figure.note else "")
        target = f"at most {most:,g} {unit}" if most else "none"
        return Judgement(what, target, measured, None if value is None else value <= most)

    return judge


def when_compiled(judge: Judge) -> Judge:
    """What is asked of machine code alone: where the plain files ran it is shown, and neither met nor missed."""

    def of_machine_code(results: Results) -> Judgement:
        judgement = judge(results)
        target = judgement.target + COMPILED
        if str(results.machine.get("compiled", "")).startswith("compiled"):
            return replace(judgement, target=target)
        return replace(judgement, target=target, measured=f"{judgement.measured}, plain", met=None)

    return of_machine_code


def in_words(value: float | None, shown: str) -> str:
    """The value in its form, or that there is none."""
    return "not measured" if value is None else shown.format(value)
