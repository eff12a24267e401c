# SPDX-License-Identifier: GPL-3.0-or-later
"""What the pages' scripts say: a page in another language than English brings their translations along."""

from __future__ import annotations

from store.base.languages import ENGLISH, tell
from store.base.sentences import mark, recall

SENTENCES = (
    mark("That did not work. Reload the page and try again."),
    mark("The appliance does not answer just now. Reload the page in a moment to see what holds."),
    mark("The appliance does not answer just now. Try again in a moment."),
    mark("You are logged out by now. Log in, and try it again."),
    mark("The appliance answers again."),
    mark("The appliance does not answer just now. Nothing was changed, and what you typed is still here."),
    mark("The appliance cannot be reached ({error})."),
    mark("Times are of this browser's zone, {zone}."),
    mark("{from} to {to}: tracking stopped {stopped}, got through {through}; everything else {rest}"),
    mark("{from} to {to}: tracking stopped {stopped}, got through {through}; everything else {rest}; failed {failed}"),
    mark("Show these queries"),
    mark("{count} match"),
    mark("{count} new"),
    mark("live"),
    mark("{count} new: about {rate} a second, too fast to read. Show the newest"),
    mark("{count} more came in between, and are in the log."),
    mark("Many more came in between, and are in the log."),
    mark("Show them"),
    mark("Older"),
    mark("connection lost at {time}, trying again"),
    mark("One moment …"),
    mark("This query is no longer in the log."),
    mark("Stopped. The file has all that matches, however many that are."),
    mark("Stop"),
    mark("Searching on …"),
    mark("paused"),
    mark("Pause"),
    mark("Go on"),
    mark("Close"),
    mark("Try again"),
    mark("This file is too large to be a backup."),
    mark("This file is too large to be a list."),
    mark("Copied"),
    mark("auto"),
    mark("light"),
    mark("dark"),
)


def translated(tag: str) -> dict[str, str]:
    """English → that language, for `<meta name="sentences">`; {} for English, which stands in the scripts."""
    return {} if tag == ENGLISH else {english: tell(recall(english), tag) for english in SENTENCES}
