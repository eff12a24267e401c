# SPDX-License-Identifier: GPL-3.0-or-later
"""docs/settings.md from the settings themselves: `python -m store.config.settings_doc > docs/settings.md`."""

import json
import sys

from store.config.known_settings import SETTINGS
from store.config.setting_values import Setting
from store.config.settings import variable

_HEAD = """\
# Settings

<!-- Made by `python -m store.config.settings_doc > docs/settings.md`, from store/config/known_settings.py. -->

A setting is looked for in four places; the first that has it wins:

1. the environment, as in the column *variable* (several values are separated by commas); an option of `telltale run`
   counts as this;
2. `telltale.toml` in the state directory, as in `log_keep_days = 30`;
3. what was chosen on the settings page, which is stored in `config.db`;
4. the default.

What stands in one of the first two cannot be changed on the settings page, which says where it comes from. A name in
`telltale.toml` that is not in this table is an error, so that a slip of the pen does not go unnoticed.

| setting | what it is | default | range | variable |
|---|---|---|---|---|
"""


def render() -> str:
    """The whole page."""
    return _HEAD + "".join(_line(setting) for setting in SETTINGS.values())


def _line(setting: Setting) -> str:
    span = f"{setting.low} to {setting.high}" if isinstance(setting.default, int | float) else ""
    shown = json.dumps(setting.default)
    return f"| `{setting.key}` | {setting.about} | `{shown}` | {span} | `{variable(setting.key)}` |\n"


if __name__ == "__main__":
    sys.stdout.write(render())
