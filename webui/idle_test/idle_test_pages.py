# SPDX-License-Identifier: GPL-3.0-or-later
"""The pages of idle tests, put together.

idle_tests_page   all of them, one of them, two compared
own_tests_page    those of one's own device, without log-in
"""

from __future__ import annotations

from webui.idle_test import idle_tests_page, own_tests_page

PAGES = (idle_tests_page, own_tests_page)
