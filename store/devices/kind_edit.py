# SPDX-License-Identifier: GPL-3.0-or-later
"""That a person says what kind of thing a device is."""

from store.base.sentences import say
from store.config.choices import DeviceKind, either
from store.config.engine import Engine
from store.config.session import EditError, NotFound, connection, writing
from store.history import called


def set_kind(e: Engine, device_id: int, kind: str | None) -> None:
    """Say the kind of a device; None: as it seems to be."""
    if kind is not None and kind not in set(DeviceKind):
        raise EditError(say("'{kind}' is no kind of device: {kinds}.", kind=kind[:60], kinds=either(DeviceKind)))
    guessed = say("What kind of device {device} is, is guessed.", device=called.device(device_id))
    by_hand = say("{device} is of the kind {kind}.", device=called.device(device_id), kind=kind)
    with writing(e, by_hand if kind else guessed) as session:
        done = connection(session).execute("UPDATE device SET kind = ? WHERE id = ?", (kind, device_id))
        if not done.rowcount:
            raise NotFound(say("There is no device {number}.", number=device_id))
