# SPDX-License-Identifier: GPL-3.0-or-later
"""What a page about lists says after a form that led back to it, by the word in its address."""

from __future__ import annotations

from collections.abc import Mapping

from store.base.sentences import say

NOTICES: Mapping[str, str] = {
    "added": say(
        "The list is on for the whole house. It blocks as soon as it has been fetched, which takes a minute or so."
    ),
    "added-many": say("The lists are on for the whole house, and block as soon as they have been fetched."),
    "added-off": say("The list is added, and off. Turn it on here for the house, or for a device alone."),
    "removed": say("The list is removed, for the whole house."),
    "unguarded": say(
        "The list is taken as it is for the whole house, with the rules that were left out. That takes a moment."
    ),
    "accepted": say("The newer version is fetched and taken, for the whole house. That takes a minute or so."),
    "let-be": say("The list is forgotten; nothing was changed."),
    "again": say("The list is fetched again now, for the whole house. That takes a minute or so."),
}
