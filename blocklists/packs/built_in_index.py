# SPDX-License-Identifier: GPL-3.0-or-later
"""The index of last resort: the vendor packs at *safe*, compiled in memory from what ships with us, and services."""

import secrets

from blocklists.index.compile import Part, compile_index
from blocklists.index.index import Index
from blocklists.index.shard import Shard
from blocklists.packs import services_beside, vendor_packs
from blocklists.packs.vendor_packs import Pack
from blocklists.rules.rule import Kind
from blocklists.safety.essential import usual
from store.config.choices import PackLevel

KINDS = {"exact": Kind.BLOCK_EXACT, "suffix": Kind.BLOCK_SUFFIX}


def build() -> Index:
    """It touches no file of the state directory. Raises PackError."""
    seed = secrets.randbits(64)
    compiled = compile_index([_part(pack, seed) for pack in vendor_packs.each()], seed)
    data = bytearray()
    compiled.write(data.extend)
    return Index(memoryview(bytes(data)), services_beside.load())


def _part(pack: Pack, seed: int) -> Part:
    rules = [(KINDS[name.scope], name.name) for name in vendor_packs.names_at(pack, PackLevel.SAFE)]
    shard = Shard.of_rules([rule for rule in rules if not usual().of_rule(*rule)], seed)
    return Part(pack.blocklist_id, PackLevel.SAFE, pack.title, False, shard)
