# SPDX-License-Identifier: GPL-3.0-or-later
"""What people say of devices: names, addresses given by hand, that two are one or one is two, and that one is gone.

Each function is one transaction of plain rows, so each can be undone. The query log goes on to name a merged device by
its old id, and shows it as the other's for as long as `device_merged` says so.
"""

import json
import sqlite3
import time
from collections.abc import Collection, Iterable
from ipaddress import ip_address, ip_network

from network.address_sets import BadElement, is_mac
from network.address_sets import mac as plain_mac
from store.base.sentences import say
from store.config.choices import ClientHow
from store.config.edit import check_name
from store.config.engine import Engine
from store.config.session import EditError, NotFound, connection, writing
from store.devices import found_names, hand_networks
from store.devices.device_merging import bump, carry_over, let_go
from store.history import called

MAX_NETWORKS = 1000  # given by hand, to all devices together
MAX_SPLIT = 1000  # addresses split off at one time
SHOWN = 5  # of them, in the sentence of the change


def rename_device(e: Engine, device_id: int, name: str | None) -> None:
    """Give a device a name, or with None or nothing the one that the network knows."""
    given = check_name(name) if name and name.strip() else None
    unnamed = say("{device} goes by the name that the network knows.", device=called.device(device_id))
    named = say("{device} is called {name}.", device=called.device(device_id), name=given)
    with writing(e, named if given else unnamed) as session:
        con = connection(session)
        _need(con, device_id)
        con.execute("UPDATE device SET name = ? WHERE id = ?", (given, device_id))
        found_names.give_up(con, device_id)
        bump(con)  # rules of lists may name a device


def merge_devices(e: Engine, device_id: int, into: int) -> None:
    """Make a device one with another, which stays: it has the addresses, groups, lists and rules of both.

    Where both say something else of one list or switch, what the one that stays says holds.
    """
    if device_id == into:
        raise EditError(say("A device is one with itself already."))
    what = say("{device} and {other} are one device.", device=called.device(device_id), other=called.device(into))
    with writing(e, what) as session:
        con = connection(session)
        _need(con, device_id)
        _need(con, into)
        carry_over(con, device_id, into)
        con.execute("INSERT INTO device_merged (device_id, into_id) VALUES (?, ?)", (device_id, into))
        found_names.choose(con, into)
        found_names.give_up(con, into)
        bump(con)


def split_device(e: Engine, device_id: int, clients: Iterable[str]) -> int:
    """Make a device of its own of some of a device's addresses, or MAC addresses with what stands behind them.

    Returns its id. It is in the same groups. A MAC address goes along when all its addresses do; else the addresses
    stay where they were put for as long as that MAC stands behind them. What was asked before stays with the first.
    """
    wanted = _wanted(clients)
    what = say(
        "A device of its own was made of {addresses} of {device}.",
        addresses=", ".join(sorted(wanted)[:SHOWN]), device=called.device(device_id),
    )  # fmt: skip
    with writing(e, what) as session:
        con = connection(session)
        _need(con, device_id)
        macs = {row[0] for row in con.execute("SELECT mac FROM device_mac WHERE device_id = ?", (device_id,))}
        rows = con.execute("SELECT address, mac FROM client WHERE device_id = ?", (device_id,)).fetchall()
        behind: dict[str, str | None] = dict(rows)
        for text in wanted:
            if text not in behind and text not in macs:
                raise NotFound(say("Device {number} has no address {address}.", number=device_id, address=text))
        moving = {address for address, mac in behind.items() if address in wanted or mac in wanted}
        of_moving = {mac for mac in macs if any(behind[address] == mac for address in moving)}
        staying = {mac for address, mac in behind.items() if address not in moving}
        gone = {mac for mac in macs if mac in wanted or (mac in of_moving and mac not in staying)}
        if len(moving) == len(behind) and gone == macs:
            raise EditError(say("That is all of the device: nothing would be left of it."))
        new = _new_like(con, device_id)
        _move(con, moving, gone, new, behind)
        bump(con)
        return new


def forget_device(e: Engine, device_id: int) -> None:
    """Forget a device with all that holds for it alone. What it asked stays in the log; if it asks again, it is new."""
    with writing(e, say("{device} was forgotten.", device=called.device(device_id))) as session:
        con = connection(session)
        _need(con, device_id)
        let_go(con, device_id)
        bump(con)


def set_networks(e: Engine, device_id: int, networks: Iterable[str]) -> None:
    """Say which addresses and networks are a device's where no MAC address tells it; those it had before go.

    Of overlapping ones the most specific holds; the very same one belongs to one device.
    """
    wanted = {_network(text) for text in networks}
    what = say("The addresses that are by hand those of {device} were changed.", device=called.device(device_id))
    with writing(e, what) as session:
        con = connection(session)
        _need(con, device_id)
        con.execute("DELETE FROM device_network WHERE device_id = ?", (device_id,))
        for network in sorted(wanted):
            row = con.execute("SELECT device_id FROM device_network WHERE network = ?", (network,)).fetchone()
            if row is not None:
                raise EditError(say(
                    "{network} was given to device {number} already; take it from there first.",
                    network=network, number=row[0],
                ))  # fmt: skip
            con.execute("INSERT INTO device_network (network, device_id) VALUES (?, ?)", (network, device_id))
        if con.execute("SELECT count(*) FROM device_network").fetchone()[0] > MAX_NETWORKS:
            raise EditError(say("There are {most} addresses and networks by hand already.", most=MAX_NETWORKS))
        _follow_networks(con)
        bump(con)


def _need(con: sqlite3.Connection, device_id: int) -> None:
    if con.execute("SELECT 1 FROM device WHERE id = ?", (device_id,)).fetchone() is None:
        raise NotFound(say("There is no device {number}.", number=device_id))


def _network(text: str) -> str:
    try:
        return str(ip_network(text.strip(), strict=False))
    except ValueError:
        raise EditError(say(
            "'{text}' is no address or network: write 192.168.1.20, 10.0.5.0/24 or fd00::/64.", text=text[:60]
        )) from None


def _wanted(clients: Iterable[str]) -> set[str]:
    """Addresses and MAC addresses in their plain forms."""
    wanted = set[str]()
    for text in clients:
        try:
            wanted.add(str(ip_address(text.strip())))
        except ValueError:
            try:
                wanted.add(plain_mac(text.strip()))
            except BadElement:
                raise EditError(say("'{text}' is no address and no MAC address.", text=text[:60])) from None
    if not wanted:
        raise EditError(say("Say which of its addresses are to be a device of their own."))
    if len(wanted) > MAX_SPLIT:
        raise EditError(say("At most {most} addresses at one time.", most=MAX_SPLIT))
    return wanted


def _new_like(con: sqlite3.Connection, device_id: int) -> int:
    """A new device in the same groups."""
    made = con.execute(
        "INSERT INTO device (first_seen) VALUES (?)", (int(time.time()),)
    ).lastrowid
    assert made is not None
    con.execute(
        "INSERT INTO device_group (device_id, group_id) SELECT ?, group_id FROM device_group WHERE device_id = ?",
        (made, device_id),
    )
    return made


def _move(
    con: sqlite3.Connection, moving: Collection[str], gone: Collection[str], new: int, behind: dict[str, str | None]
) -> None:
    sql = "UPDATE device_mac SET device_id = ? WHERE mac IN (SELECT value FROM json_each(?))"
    con.execute(sql, (new, json.dumps(list(gone))))
    for address in moving:
        con.execute("UPDATE client SET device_id = ? WHERE address = ?", (new, address))
        mac = behind[address]
        if mac in gone or is_mac(address):
            continue
        con.execute("UPDATE client SET how = ? WHERE address = ?", (ClientHow.HAND, address))
        if mac is None:  # nothing else would tell it apart once it has been forgotten
            con.execute("INSERT OR REPLACE INTO device_network VALUES (?, ?)", (str(ip_network(address)), new))


def _follow_networks(con: sqlite3.Connection) -> None:
    """Give addresses of which no MAC is known to whom they belong by hand now."""
    given = hand_networks.load(con)
    rows = con.execute("SELECT address, device_id, how FROM client WHERE mac IS NULL").fetchall()
    for address, device_id, how in rows:
        owner = given.device_of(address)
        if owner is not None and (owner != device_id or how != ClientHow.HAND):
            con.execute(
                "UPDATE client SET device_id = ?, how = ? WHERE address = ?", (owner, ClientHow.HAND, address)
            )
        elif owner is None and how == ClientHow.HAND:
            con.execute("DELETE FROM client WHERE address = ?", (address,))  # it is met anew when it asks
