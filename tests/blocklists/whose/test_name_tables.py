# SPDX-License-Identifier: GPL-3.0-or-later
"""The tables that come with the program, laid over one another."""

import subprocess
import sys

import pytest

from blocklists.whose import name_tables
from blocklists.whose.statement import Heed
from store.names.purpose import Purpose

KNOWN = name_tables.load()


def test_the_nearer_source_counts() -> None:
    sources = {
        name: KNOWN.suffixes[name].source for name in ("acr.roku.com", "netflix.com", "1dmp.io", "github.io")
    }
    assert sources == {
        "acr.roku.com": "pack:roku",
        "netflix.com": "companies",
        "1dmp.io": "companiesdb",
        "github.io": "companies",
    }


def test_hosters_of_the_public_suffix_list_are_there() -> None:
    assert KNOWN.suffixes["elasticbeanstalk.com"].hosted and KNOWN.suffixes["github.io"].hosted


def test_a_zone_of_a_pack_has_the_purpose_of_its_company() -> None:
    zone = KNOWN.suffixes["hdslb.com"], KNOWN.suffixes["allawnos.com"]
    assert [(its.company, its.purpose, its.heed) for its in zone] == [
        ("Bilibili", Purpose.CONTENT, Heed.ALL), ("OPPO", Purpose.FUNCTION, Heed.ALL)
    ]  # fmt: skip


@pytest.mark.process
def test_the_tables_take_little_memory() -> None:
    """15 MiB beside the interpreter, modules included: every process that attributes names holds them."""
    code = """
def resident():
    return int(next(line for line in open("/proc/self/smaps_rollup") if line.startswith("Rss")).split()[1])
import blocklists.packs.vendor_packs, dataclasses, enum, hashlib, importlib.resources
before = resident()
from blocklists.whose import facts
known = facts.load()
print(resident() - before)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert int(done.stdout) < 15 * 1024
