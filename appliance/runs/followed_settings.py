# SPDX-License-Identifier: GPL-3.0-or-later
"""The settings as they hold, for all in the supervisor who go by them: an edit is read once, whoever looks first."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from store.config import usable_settings
from store.config.settings import Settings
from store.events.config_marks import ConfigMarks


class FollowedSettings:
    """Of one state directory."""

    def __init__(self, state: Path, environ: Mapping[str, str]) -> None:
        self._state, self._environ = state, environ
        self._marks = ConfigMarks(state)
        self._settings: Settings | None = None
        self._to_read = True  # whether they may be others by now

    def look(self) -> Settings:
        """Some microseconds, unless they may have changed since the last look of anybody.

        Where config.db cannot be read those before hold, and at first what the file and the environment say.
        """
        self._to_read |= self._marks.changed()
        if self._to_read:
            stored = usable_settings.load_stored(self._state, self._environ)
            self._to_read = stored is None
            self._settings = stored or self._settings or usable_settings.load(self._state, self._environ)
        assert self._settings is not None
        return self._settings
