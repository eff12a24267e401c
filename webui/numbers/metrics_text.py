# SPDX-License-Identifier: GPL-3.0-or-later
"""Numbers in the text format of Prometheus (version 0.0.4): families of samples, each with its help and type. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
MAX_VALUE = 200  # characters of a label's value


class Type(StrEnum):
    """Of a family. A counter never falls but to begin at zero again, when what counts was started anew."""

    COUNTER = "counter"
    GAUGE = "gauge"
    HISTOGRAM = "histogram"


@dataclass(frozen=True, slots=True)
class Sample:
    """One number; `suffix`: of its name, within a histogram."""

    value: float
    labels: Mapping[str, str]
    suffix: str = ""


@dataclass(frozen=True, slots=True)
class Family:
    """Samples of one name. `help`: one English sentence, as that format has it."""

    name: str
    type: Type
    help: str
    samples: tuple[Sample, ...]


def single(name: str, kind: Type, words: str, value: float) -> Family:
    """A family of one number without labels."""
    return Family(name, kind, words, (Sample(value, {}),))


def labelled(name: str, kind: Type, words: str, label: str, values: Mapping[str, float]) -> Family:
    """One of a number for each value of a label."""
    return Family(name, kind, words, tuple(Sample(value, {label: key}) for key, value in values.items()))


def histogram(name: str, words: str, bounds: Sequence[float], counts: Sequence[int], total: float) -> Family:
    """`counts`: for each bound what is no more than it and more than the one before, and last what is more than all."""
    samples, so_far = list[Sample](), 0
    for bound, count in zip((*map(_number, bounds), "+Inf"), counts, strict=True):
        so_far += count
        samples.append(Sample(so_far, {"le": bound}, "_bucket"))
    return Family(name, Type.HISTOGRAM, words, (*samples, Sample(total, {}, "_sum"), Sample(so_far, {}, "_count")))


def render(families: Iterable[Family]) -> str:
    """The text; a family without samples is left out."""
    return "".join(line + "\n" for family in families if family.samples for line in _lines(family))


def _lines(family: Family) -> Iterator[str]:
    words = family.help.replace("\\", "\\\\").replace("\n", "\\n")
    yield f"# HELP {family.name} {words}"
    yield f"# TYPE {family.name} {family.type}"
    for sample in family.samples:
        labels = ",".join(f'{label}="{_escaped(value)}"' for label, value in sample.labels.items())
        braces = f"{{{labels}}}" if labels else ""
        yield f"{family.name}{sample.suffix}{braces} {_number(sample.value)}"


def _escaped(value: str) -> str:
    shown = "".join(char if char.isprintable() else "?" for char in value[:MAX_VALUE])
    return shown.replace("\\", "\\\\").replace('"', '\\"')


def _number(value: float) -> str:
    return str(int(value)) if value == int(value) else repr(float(value))
