# SPDX-License-Identifier: GPL-3.0-or-later
"""Company and kind of names, remembered: a page over a month asks for each of a home's names again and again."""

from blocklists.whose.facts import Facts, Kind

CompanyKey = tuple[str | None, Kind]
"""company and kind"""

MAX_NAMES = 60_000  # a busy home's month has some 35,000; some 9 MB. Of more, all are looked up anew now and then


class CompanyMemo(dict[str, CompanyKey]):
    """Name → company and kind, by facts that stay the same: subscribe it. For threads."""

    def __init__(self, known: Facts) -> None:
        super().__init__()
        self._known = known
        self._keys: dict[CompanyKey, CompanyKey] = {}  # equal ones are one

    def __missing__(self, name: str) -> CompanyKey:
        whose = self._known.of(name)
        key = whose.company, whose.kind
        if len(self) >= MAX_NAMES:
            self.clear()
        self[name] = key = self._keys.setdefault(key, key)
        return key

    @property
    def version(self) -> str:
        """Of the facts."""
        return self._known.version

    def is_of(self, known: Facts) -> bool:
        """Whether it tells what these facts do."""
        return self._known.version == known.version
