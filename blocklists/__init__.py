"""blocklists: what is unwanted. A list from its source to the compiled index.

The room owns the vendor packs, the catalogue, the last good copies of lists and the index that DNS is answered from.
It knows nothing of queries: it takes a name and says which lists hold it.

    catalogue.toml ─┐                                                     vendors/*.tsv
    lists added ────┴─► update ─► refresh ─► fetch ─► unpack ─► parse            │
                          │                                       │ detect       │ packs
                          │                              formats ◄┘ names        │
                          │                                 │                    │
                          └─► assemble ◄── shard (one a list, beside its text) ◄─┘
                                 │
                              compile ─► STATE/index/current.idx ─► index ─► match ─► the resolver
                                                                      └─────► explain ─► the text again

Most rules are plain names and become hashes in the index; the few with a pattern, a condition or an answer of their
own are special rules, kept as objects. A list is a bit of a mask, a pack three: turning one on or off changes an
integer in whoever asks, never the index.
Whatever fails (a server, a format, a disk) concerns one list, is told on its row, and its last good copy stays.

Read in this order: rule and special (what one rule says), options (how a list is to be read), formats, adblock (with
modifiers and rewrites), dnsmasq, unbound, rpz and names (a line → rules), runs (many usual lines at once), patterns
(RE2), parse (a file → rules), guard (what is left out), shard and compile (rules → hashes → one file), index with
tiers and specials (the file, read), own and match (the order of rules), explain (why) with lines, since (the dates of
rules) and standing. Then how a list gets here: fetch, reach, refresh, changes, due, assemble, update. Beside them
packs, services, catalogue and companies, which ship with us. docs/lists.md tells the rules to those who use them.
"""
