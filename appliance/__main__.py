# SPDX-License-Identifier: GPL-3.0-or-later
"""`python -m appliance` is the command `telltale`."""

import sys

from appliance.cli.main import main

sys.exit(main())
