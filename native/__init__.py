# SPDX-License-Identifier: GPL-3.0-or-later
"""native: the hot files as machine code, where somebody made it; a plain checkout has none and needs none.

    hot_files.txt ─► make compiled (scripts/compiled.py) ─► native/built/<interpreter and processor>/ *.so, manifest
                                                                      │
    import wire.message ─► finder, installed in the __init__ of every room with a hot file ─► machine code, or the .py

The same source runs both ways. All of the machine code is taken or none: its parts call each other without asking
Python, so one that is older than its source would speak to a past that is gone. The manifest has the hash of every
source that the machine code was made from or leans on; where one of them differs, the plain files run, and health says
so. `TELLTALE_COMPILED=off` runs the plain files, `=on` wants the machine code and ends with the reason where it cannot.
Machine code that processes died of is left alone, too, until it is made anew.

Order to read: sources (which files, and what they lean on), manifest (what was made of what), publish (where it goes),
finder (how it is taken), crash_mark (when it is not taken any more).
"""
