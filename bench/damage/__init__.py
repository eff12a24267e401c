# SPDX-License-Identifier: GPL-3.0-or-later
"""What a home's machine goes through, over and over; whether DNS answers and the log counts: `python -m bench.damage`.

As root, on a machine that may be hurt: it mounts a small disk in memory for the state directory, and kills, fills,
tears, and turns the clock of nothing but the appliance that it started there.

Files, from the ground up: askers (who asks all the time, and notes what came back), appliance (the appliance under test
on a disk of its own), hurt.c (reads and writes that fail, and a wrong clock), harms (what is done to it), __main__ (the
rounds).
"""
