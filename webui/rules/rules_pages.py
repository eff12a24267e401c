# SPDX-License-Identifier: GPL-3.0-or-later
"""The pages about the home's own rules, put together; one file a page.

own_rules_page    all of them: searched, filtered, sorted; how often each decided
rules_page        one added, changed, turned off, removed, from everywhere; several at once
rule_test_page    what becomes of a name, and what would with a rule that there is not yet
paste_page        many at once: looked at line by line, then added as one change
rules_export      all of them as a text that other blockers read, or as JSON
"""

from __future__ import annotations

from webui.rules import own_rules_page, paste_page, rule_test_page, rules_export, rules_page

PAGES = (own_rules_page, rule_test_page, paste_page, rules_export, rules_page)
