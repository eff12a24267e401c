# SPDX-License-Identifier: GPL-3.0-or-later
"""Has what is in memory before the first fork live for ever, so that children may look at it without a copy.

Python counts in each thing who refers to it. So whoever uses something that is shared since a fork writes to it, and
has a copy of the page around it from then on. From 3.12 on there are things that live for ever and that nobody counts
(PEP 683: None is one, and the number 1). Modules and what they hold live as long as the process anyway, so here they
become such things, too.

That is done from outside, in what Python keeps for itself: only in the versions that were tried, and after a trial.
"""

import ctypes
import gc
import os
import sys
from collections.abc import Iterable, Mapping
from types import CodeType

VARIABLE = "TELLTALE_IMMORTAL"

# Those whose Include/object.h was read, and that ran the tests: on 64 bits, a thing lives for ever when the low half of
# its count is this. 3.14 has another number.
_TRIED = frozenset({(3, 12), (3, 13)})
_FOR_EVER = 0xFFFF_FFFF
_ALL = 1 << 46  # halves of counts, all that an address of a process can lead to


def make(environ: Mapping[str, str] = os.environ) -> int:
    """Have all there is now live for ever, and the collector not look at it; how many things.

    To be called when modules are all there is: nothing of it will be freed, and no file in it closed by itself. 0 where
    it cannot be done, or `TELLTALE_IMMORTAL=off` asks for things that die. Takes 60 ms for 120,000 things on a desktop.
    """
    if environ.get(VARIABLE, "").strip().lower() in {"off", "false", "no", "0"} or not _possible():
        return 0
    gc.unfreeze()  # what is frozen is not among its objects
    gc.collect()
    count, new = 0, _marked(gc.get_objects())
    while new:
        count += len(new)
        codes = [thing for thing in new if type(thing) is CodeType]
        new = _marked(gc.get_referents(*new))
        for code in codes:  # into which the collector does not look
            new += _marked((code.co_consts, code.co_names, code.co_name, code.co_qualname, code.co_filename))
    gc.freeze()
    return count


def _possible() -> bool:
    """Whether this is a Python that was tried, and does with a thing of ours as those did."""
    tried = sys.implementation.name == "cpython" and sys.version_info[:2] in _TRIED
    usual = sys.maxsize > 1 << 32 and sys.byteorder == "little" and not sys.abiflags  # no debugging, a global lock
    if not (tried and usual and sys.getrefcount(None) == _FOR_EVER):
        return False
    trial = object()
    count = ctypes.c_ssize_t.from_address(id(trial))
    if count.value != sys.getrefcount(trial) - 1:  # the argument is counted, too
        return False
    _marked([trial])
    many = [trial] * 10
    more = count.value
    del many
    return more == count.value == sys.getrefcount(trial) == _FOR_EVER


def _marked(things: Iterable[object]) -> list[object]:
    """Those of them that did not live for ever, and now do."""
    count_of, for_ever, halves, new = sys.getrefcount, _FOR_EVER, (ctypes.c_uint32 * _ALL).from_address(0), []
    for thing in things:
        if count_of(thing) < for_ever:
            halves[id(thing) >> 2] = for_ever  # the low half comes first, and a count first in a thing
            new.append(thing)
    return new
