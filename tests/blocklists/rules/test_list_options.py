# SPDX-License-Identifier: GPL-3.0-or-later
from itertools import product

import pytest

from blocklists.rules.list_options import CHOICES, USUAL, Options


def test_what_is_given_comes_back() -> None:
    for values in product(*CHOICES.values()):
        given = dict(zip(CHOICES, values, strict=True))
        assert Options.of(Options.of(given).given()) == Options(**given)
    assert USUAL.given() == {}


@pytest.mark.parametrize("given", [{"colour": "red"}, {"wildcard": "perhaps"}, {"subdomains": 1}, {"open_end": True}])
def test_nonsense_is_refused_in_words(given: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="choose"):
        Options.of(given)
