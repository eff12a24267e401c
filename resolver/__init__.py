# SPDX-License-Identifier: GPL-3.0-or-later
"""The resolver: from a packet in to a packet out, and the record of it.

    kernel ─► listen/udp (a dict hit on the packet's bytes) ─────────────────────────► response
                 │ miss
                 ▼
              answer/passthrough (plain and new: one tuple, to an upstream and back) ─► response
                 │ anything else
                 ▼
              answer/pipeline: decide ─► refuse, local, block ───────────────► finish
                          │       └────► forward: cache ► forwarder ► inspect ► finish
                          └── recorder/buffer ─► batches ─► recorder/process (its own process) ─► store.log

Wings, from the ground up; each may import those before it:

    transport   over what an upstream is asked (udp, tcp, tls, https, quic), and what waits on each connection by its id
    upstream    forwarder: which server is asked, in which dress, until when; who waits meanwhile
    kept        what upstreams said, kept: for its time, renewed before that ends, and given past it; freed memory;
                which keys of records are the very same
    recorder    the workers' buffer of records; the process that writes them and finds out devices (discovery) and names
    answer      the decision and how it is carried out: local names, rules and lists, cache, inspection, sinkhole
    explain     the same decision as one value that pages, API and commands tell, away from the hot path
    listen      sockets of clients: UDP by the batch, TCP; queries that came encrypted, handed on; relay: what our own
                resolver asks the upstreams
    probe.py    whether the running workers answer, asked as a device would ask
    edge_clock.py  when time alone makes a snapshot old
    worker_status.py  what a worker says of itself
    recursor_watch.py  where our own resolver is, while there is one
    asked_upstreams.py  whom a worker asks, as that changes
    beside_queries.py  what takes a while, in a thread
    kept_memos.py     memos that outlive an edit which decides nothing
    device_watch.py   names of devices as they change
    neighbour_watch.py  addresses that are handed on
    led_feed.py       where excepted names lead, told to the other workers
    after_storm.py  what a worker gives back when a storm of names is over
    limited_notice.py  a line about who asks too much
    left_lying.py  what a worker does that was begun for what a sibling left lying
    worker.py   the process
    stand_by.py one without sockets of its own: it holds nothing, and forks a worker when a sibling leaves queries lying
    encrypted   DNS over TLS, HTTPS and QUIC for clients: a process of its own, which hands queries to the workers

Three promises hold the room together: no step waits or opens a file; every table has a bound; no exception leaves
`pipeline`. Start with `listen/udp`, then `answer/pipeline`.
"""

from native.finder import install

install()
