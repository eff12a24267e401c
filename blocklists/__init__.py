# SPDX-License-Identifier: GPL-3.0-or-later
"""blocklists: what is unwanted. A list from its source to the compiled index.

The room owns the vendor packs, the catalogue, the last good copies of lists and the index that DNS is answered from.
It knows nothing of queries: it takes a name and says which lists hold it.

    catalogue.toml ─┐                                                     vendors/*.tsv
    lists added ────┴─► process ─► refresh ─► fetch ─► unpack ─► parse           │
                          │                                       │ detect       │ vendor_packs
                          │                           line_formats ◄┘            │
                          │                                 │                    │
                          └─► assemble ◄── shard (one a list, beside its text) ◄─┘
                                 │
                              compile ─► STATE/index/current.idx ─► index ─► match ─► the resolver
                                                                      └─────► explain ─► the text again

Most rules are plain names and become hashes in the index; the few with a pattern, a condition or an answer of their
own are complex rules, kept as objects. A list is a bit of a mask, a pack three: turning one on or off changes an
integer in whoever asks, never the index. Services are bits too, but stand in a small table beside it.
Whatever fails (a server, a format, a disk) concerns one list, is told on its row, and its last good copy stays.

Wings, from the ground up; each may import those before it:

    rules     what one rule says: plain, complex, a pattern (RE2); how a list wants to be read
    formats   a line in any known format → its rules; many usual lines at once; a whole file, packed or not
    safety    what no list may block unnoticed, and how that is held
    index     shards and the compiled file, its reader, what stands beside it, the home's own rules, and which rule
              comes first
    packs     what ships with us: vendor packs, services, the catalogue, names of DNS services
    whose     whose a name is and what for: tables, the one lookup, what people corrected (docs/whose.md)
    history   what changed between two versions of a list, and since when it holds a rule
    explain   every rule that matches a name, its line in the list, and what became of it
    update    how a list gets here: source address, fetch, refresh, assemble, the process

Start with rules/rule, then formats/parse, index/index and index/match. docs/lists.md tells the rules to those who use
them.
"""

from native.finder import install

install()
