# SPDX-License-Identifier: GPL-3.0-or-later
"""Why a line of a list gives no rule: the words that its page counts. Those about names stand in `names`."""

from store.base.sentences import mark

COSMETIC = mark("cosmetic rule")
URL_PATH = mark("URL path")
BROWSER = mark("browser-only modifier")
MODIFIER = mark("modifier not understood")
VALUE = mark("modifier with a value that makes no sense")
REGEX_UNHELD = mark("regular expression that RE2 cannot hold")
REGEX_MISSING = mark("pattern, and the RE2 library is not installed")
UNMATCHED = mark("pattern that no name can match")
INVERTED = mark("inverted pattern")
PATTERN = mark("pattern, not a whole name")
REAL_ADDRESS = mark("address of a real machine")
ZONE_RECORD = mark("zone record")
TRIGGER = mark("RPZ trigger on name servers")
STATEMENT = mark("unbound statement")
OPTION = mark("dnsmasq option")
FORWARDS = mark("names another server")
EVERYTHING = mark("would match every name")
OPEN_END = mark("|| without ^ at the end")
NETWORK = mark("RPZ trigger on addresses that is no network")
RECORD = mark("record that cannot be answered")
GUARDED = mark("would block what the home needs")
TOO_MANY = mark("more complex rules than one list may have")
