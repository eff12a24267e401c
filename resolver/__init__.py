"""The resolver: from a packet in to a packet out, and the record of it.

    kernel ─► fastpath (a dict hit on the packet's bytes) ───────────────────────────► response
                 │ miss
                 ▼
              straight (plain and new: one tuple, to an upstream and back) ──────────► response
                 │ anything else
                 ▼
              resolve: outside ► versions ► ours ► verdict ► cached ► exchange ► inspect ► finish
                          │         local     judge     cache    upstream              │
                          └── record ─► batches ─► recorder (its own process) ─► store.querylog

Hot path, bytes only: `fastpath`, `datagrams` (batches in and out), `straight` with `shapes` and `flights`, `record`.
Packets: `wire` (in), `response` (out). The slow path reads from `resolve` outward: `local`, `judge`, `cache`,
`inspect`; towards the upstreams `upstream` with `exchange`, `asking` (the packet), `ports` (UDP), `streams` (TCP),
`health` and `wheel` (time-outs). Clients over TCP: `tcp`. What may change while running is in `snapshot`; `worker` and
`recorder` are the processes; `sightings` and `identify` find out which device stands behind an address. `strip` takes
private addresses out of answers. `explained` and `look` tell why a name is blocked or not, away from all that.

Three promises hold the room together: no step waits or opens a file; every table has a bound; no exception leaves
`resolve`. Start with `fastpath`, then `resolve`.
"""
