# SPDX-License-Identifier: GPL-3.0-or-later
"""What may be wrong with a database of the state directory; each error knows it as a fault too."""

from store.base.file_faults import Fault


class StoreError(Exception):
    """Something is wrong with the state directory; the text is a sentence that names the cure."""

    fault = Fault.UNREADABLE


class ReadOnlyState(StoreError):  # noqa: N818 - named for the state of things
    """The state directory cannot be written."""

    fault = Fault.READ_ONLY


class CorruptDatabase(StoreError):  # noqa: N818
    """A database file is damaged."""

    fault = Fault.DAMAGED


class NewerDatabase(StoreError):  # noqa: N818
    """A database was written by a newer Telltale."""

    fault = Fault.NEWER
