# SPDX-License-Identifier: GPL-3.0-or-later
"""Servers under test get ports that no other test was given, which may be taken only later, or are to be nobody's."""

import ports

from bench import servers


class _Reserved(set[int]):
    """What others have is taken, as what this process gave is."""

    def __contains__(self, port: object) -> bool:
        return not ports.reserve(port)


servers._given = _Reserved()
