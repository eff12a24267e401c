# SPDX-License-Identifier: GPL-3.0-or-later
"""The front door: it starts the others as processes, watches over them, and helps when something is wrong.

    telltale run ──► supervisor        binds the sockets, drops its powers, keeps its forks alive, the children
                       │
                       ├─ worker-1 … N   resolver.worker, answering DNS on the sockets that were bound here
                       ├─ recorder       resolver.recorder.process, sole writer of the query log
                       ├─ prepare        once: lists known, password, an index to answer from
                       ├─ webui          webui.lean_start, on the web socket that was bound here
                       ├─ updater        blocklists.update.list_updates, fetches what is due (not with --no-update)
                       ├─ evidence       evidence.process, once an hour for moments: reads what is new in the log
                       └─ insight        resolver.recorder.log_insight, now and then for moments: who asks for the home

    telltale demo   ──► the same, with two more children: demo-upstream and demo-household
    telltale health, doctor, lists, explain, …   look at the state directory, or edit config.db, and end

Nobody imports this room. The supervisor holds nothing that a child could not start without: when it is killed, its
children end with it; when a child is killed, it comes back with the very same sockets, so no query is lost in between
but those that the dead child had already taken.

Wings, from the ground up; each may import those before it:

    errors.py   how trouble is told to a person
    own_first.py  whose packages are taken, where a shell names other folders for them
    process     sockets and who owns a port, privileges, forks and children, heartbeats, the supervisor's loop
    powers      who keeps the capabilities of the wall and DHCP (keepalive), asleep while neither is wanted
    runs        when evidence, certificate, log and lists are seen to: each by a short process
    start       what `telltale run` does before the loop (launch), once DNS is answered (after_dns), and prepare
    doctor      what is wrong, and the cure: one group of checks a file, over what is seen from outside (observation)
    demo        a simulated household with an upstream of its own
    terminal    what every command has in common (context), what a terminal can show (printing), help in the reader's
                language; verdicts without an appliance
    service     the system service: what `telltale install` puts on a machine (installing), with its way back (machine)
    evidence_cli  `telltale evidence` and `telltale log`, a part a file
    cli         the command `telltale`, one command a file
"""
