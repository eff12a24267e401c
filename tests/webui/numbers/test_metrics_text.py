# SPDX-License-Identifier: GPL-3.0-or-later
"""The text format of Prometheus: what is written reads again by its grammar, whatever stands in a label."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from metrics_reader import read

from webui.numbers.metrics_text import Family, Sample, Type, histogram, labelled, render, single


def test_a_family_has_help_type_and_its_samples() -> None:
    text = render([labelled("a_total", Type.COUNTER, "What it is.", "kind", {"x": 3, "y": 0}),
                   single("b", Type.GAUGE, "Half.", 0.5), Family("none", Type.GAUGE, "Nothing.", ())])  # fmt: skip
    assert text == ("# HELP a_total What it is.\n# TYPE a_total counter\n"
                    'a_total{kind="x"} 3\na_total{kind="y"} 0\n# HELP b Half.\n# TYPE b gauge\nb 0.5\n')  # fmt: skip


def test_a_histogram_adds_up() -> None:
    families = read(render([histogram("t_seconds", "Time.", (0.1, 1.0), (2, 3, 1), 4.25)]))
    samples = families["t_seconds"].samples
    assert samples == {
        ("t_seconds_bucket", (("le", "0.1"),)): 2, ("t_seconds_bucket", (("le", "1"),)): 5,
        ("t_seconds_bucket", (("le", "+Inf"),)): 6, ("t_seconds_sum", ()): 4.25, ("t_seconds_count", ()): 6,
    }  # fmt: skip
    with pytest.raises(ValueError, match="shorter"):
        histogram("t_seconds", "Time.", (0.1, 1.0), (2,), 1)


@given(st.text(max_size=300), st.text(max_size=60))
def test_any_value_of_a_label_reads_again(value: str, words: str) -> None:
    text = render([Family("x", Type.GAUGE, words.replace("\r", " "), (Sample(1, {"of": value}),))])
    ((_, labels),) = read(text)["x"].samples
    assert len(labels) == 1 and len(labels[0][1]) <= 200 and "\n" not in labels[0][1]
