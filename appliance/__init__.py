"""The front door: it starts the others as processes, watches over them, and helps when something is wrong.

    telltale run ──► supervisor        binds the sockets, drops its powers, keeps its forks alive, the children
                       │
                       ├─ worker-1 … N   resolver.worker, answering DNS on the sockets that were bound here
                       ├─ recorder       resolver.recorder, sole writer of the query log
                       ├─ prepare        once: lists known, password, an index to answer from
                       ├─ webui          webui.app, on the web socket that was bound here
                       └─ updater        blocklists.update, fetches lists (not with --no-update)

    telltale demo   ──► the same, with two more children: demo-upstream and demo-household
    telltale health, doctor, lists, explain, …   look at the state directory, or edit config.db, and end

Nobody imports this room. The supervisor holds nothing that a child could not start without: when it is killed, its
children end with it; when a child is killed, it comes back with the very same sockets, so no query is lost in between
but those that the dead child had already taken.

Order to read: complaint (how trouble is told), sockets and holder (ports), privilege, forking and children (one child
and its back-off), supervisor (the loop), launch (what `telltale run` does before the loop) and opening (what follows
once DNS is answered), prepare; then cli and its `cli_*` files, health, doctor; last demo, demo_upstream and
demo_household.
"""
