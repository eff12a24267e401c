# SPDX-License-Identifier: GPL-3.0-or-later
"""By which words a device is a maker's."""

from __future__ import annotations

import pytest

from blocklists.packs import vendor_packs
from store.config.devices import DeviceRow
from webui.first_run.seen_makers import WORDS, _is_by


def row(**texts: str) -> DeviceRow:
    blank = dict.fromkeys(DeviceRow.__dataclass_fields__)
    return DeviceRow(**{**blank, **texts})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("pack", "texts"),
    [
        ("xiaomi", {"maker": "Beijing Xiaomi Mobile Software"}), ("xiaomi", {"found_name": "Redmi-Note-13"}),
        ("apple", {"name": "Anna's iPhone"}), ("lg", {"maker": "LG Electronics (Mobile)"}),
        ("samsung", {"maker": "Samsung Electronics Co.,Ltd"}), ("google", {"found_name": "Pixel-8"}),
    ],
)  # fmt: skip
def test_a_maker_is_told_by_card_and_name(pack: str, texts: dict[str, str]) -> None:
    assert _is_by(WORDS[pack], row(**texts))


@pytest.mark.parametrize(("pack", "name"), [("google", "honest phone"), ("huawei", "honorary"), ("apple", "pineapple")])
def test_a_word_within_a_word_is_none(pack: str, name: str) -> None:
    assert not _is_by(WORDS[pack], row(name=name))


def test_words_are_of_packs_that_there_are() -> None:
    assert WORDS.keys() <= {pack.id for pack in vendor_packs.load()}
