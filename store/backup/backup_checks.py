# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether what a backup holds may be: by the rules of the pages, and its numbers meaning the same things here."""

import json
import re
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from store.accounts import people
from store.backup import row_checks
from store.backup.backup_form import Backup
from store.base.sentences import say, sentence_of
from store.config import settings, wall_switches
from store.config.choices import DeviceKind, ListKind, Role, SearchEngine, YoutubeLevel
from store.config.devices import landing_group
from store.config.edit import check_name
from store.config.list_input import check_format, check_source
from store.config.rule_input import check_answer, check_rule
from store.config.session import EditError
from store.household.exceptions import checked_name
from store.household.window_input import check_windows
from store.local import corrections, finding_states, forwards, local_records, static_leases
from store.local.local_records import LocalRecord

Row = Mapping[str, Any]
_HASH = re.compile(r"scrypt\$\d{1,9}\$\d{1,4}\$\d{1,4}\$[0-9a-f]{2,128}\$[0-9a-f]{2,256}", re.ASCII)
_ADDED = re.compile(r"added:[a-z0-9-]{1,60}", re.ASCII)
_DIGEST = re.compile(r"[0-9a-f]{64}", re.ASCII)
_SECRET = re.compile(r"[A-Z2-7]{16,128}", re.ASCII)  # base32
MOST_ID = 2**31
USUAL_NAME = "admin"
_NUMBERED = {"group_id": "group", "device_id": "device", "schedule_id": "schedule"}


def check(tables: Mapping[str, Sequence[Row]]) -> None:
    """Raise EditError for the first row that no page would take, with where it stands."""
    for table, rows in tables.items():
        row_checks.check_count(table, rows)
        for number, row in enumerate(rows, 1):
            try:
                row_checks.check_values(table, row)
                _CHECKS.get(table, _nothing_more)(row)
            except (EditError, ValueError, TypeError, KeyError, RecursionError) as error:
                raise EditError(say(
                    "Row {number} of {table} in this backup is not valid ({why}).",
                    number=number, table=table, why=sentence_of(error),
                )) from None
    if tables.get("account") and not any(row.get("role", Role.ADMIN) == Role.ADMIN for row in tables["account"]):
        raise EditError(say("This backup has users and no admin among them, so nobody could change anything."))
    records = (LocalRecord(row["name"], row["type"], row["value"]) for row in tables.get("local_record", ()))
    try:
        local_records.check_together(records)
    except ValueError as error:
        raise EditError(say("The records in this backup are not valid ({why}).", why=sentence_of(error))) from None


def check_same_things(con: sqlite3.Connection, backup: Backup, tables: Mapping[str, Sequence[Row]]) -> None:
    """Raise EditError where parts are restored whose groups, devices or schedules are others here."""
    for table in ("group", "device", "schedule"):
        if table in tables:
            continue
        for number in sorted(_meant(tables, table)):
            there = next((row for row in backup.tables.get(table, ()) if row["id"] == number), None)
            here = con.execute(f'SELECT name FROM "{table}" WHERE id = ?', (number,)).fetchone()  # noqa: S608
            if here is None or (there is not None and there["name"] != here[0]):
                raise EditError(say(
                    "The backup means a {kind} {number} that is not the same here; restore that part as well.",
                    kind=table, number=number,
                ))


def check_landing(con: sqlite3.Connection, backup: Backup) -> None:
    """Raise EditError where what is restored leaves new devices without the group in which they are to land.

    One that was gone when the backup was made is no reason: then it is as it was.
    """
    row = con.execute("SELECT value FROM setting WHERE key = 'new_devices'").fetchone()
    text = str(json.loads(row[0])) if row is not None else ""
    if not text or landing_group(con, text) is not None:
        return
    groups = {str(group[column]).lower() for group in backup.tables.get("group", ()) for column in ("id", "name")}
    as_it_was = {"key": "new_devices", "value": row[0]} in backup.tables.get("setting", ())
    if text.lower() in groups or not as_it_was:
        raise EditError(say(
            "New devices are to land in the group “{name}”, which would not be here: restore settings and groups both.",
            name=text,
        ))


def _meant(tables: Mapping[str, Sequence[Row]], table: str) -> set[int]:
    """The ids of groups, devices or schedules that rows name."""
    by_column = {
        row[column] for rows in tables.values() for row in rows for column, named in _NUMBERED.items()
        if named == table and row.get(column) is not None
    }  # fmt: skip
    return by_column | {row["scope_id"] for rows in tables.values() for row in rows if row.get("scope_kind") == table}


def _setting(row: Row) -> None:
    settings.validate(row["key"], json.loads(row["value"]))


def _rule(row: Row) -> None:
    more = {key: row[key] for key in ("form", "types", "answer")}
    check_rule(row["kind"], row["name"], subdomains=bool(row["subdomains"]), inverted=bool(row["inverted"]), **more)


def _blocklist(row: Row) -> None:
    if row["kind"] == ListKind.ADDED:
        if not _ADDED.fullmatch(row["id"]):
            raise ValueError("id")
        check_source(row["source"])
        check_format(row["format"])
    check_answer(row["answer"])
    if not isinstance(json.loads(row["options"]), dict):
        raise ValueError(row["options"])


def _group(row: Row) -> None:
    check_name(row["name"])
    check_answer(row["answer"])
    upstreams = json.loads(row["upstreams"])
    if not isinstance(upstreams, list) or not all(isinstance(server, str) for server in upstreams):
        raise ValueError("upstreams")
    if upstreams:
        settings.validate("upstreams", upstreams)


def _device(row: Row) -> None:
    if row["name"] is not None:
        check_name(row["name"])
    if row.get("kind") is not None:
        DeviceKind(row["kind"])


def _client(row: Row) -> None:
    row_checks.check_network(row["address"])


def _device_mac(row: Row) -> None:
    row_checks.check_mac(row["mac"])


def _device_network(row: Row) -> None:
    row_checks.check_network(row["network"])


def _wall_switch(row: Row) -> None:
    if row["switch"] not in wall_switches.BY_NAME:
        raise ValueError("switch")


def _name(row: Row) -> None:
    checked_name(row["name"])


def _nothing_more(_: Row) -> None:
    """Of a table whose rows the schema and row_checks hold."""


def _account(row: Row) -> None:
    if not 1 <= row["id"] <= MOST_ID or not _HASH.fullmatch(row["password_hash"]):
        raise ValueError("password_hash")
    if people.checked_name(row.get("name", USUAL_NAME)) != row.get("name", USUAL_NAME):
        raise ValueError("name")
    people.checked_role(row.get("role", Role.ADMIN))
    if not _SECRET.fullmatch(row.get("totp_secret") or "A" * 16):
        raise ValueError("totp_secret")


def _recovery_code(row: Row) -> None:
    if not _DIGEST.fullmatch(row["hash"]):
        raise ValueError("hash")


def _token(row: Row) -> None:
    if not _DIGEST.fullmatch(row["hash"]):
        raise ValueError("hash")


def _schedule(row: Row) -> None:
    check_name(row["name"])
    windows = json.loads(row["windows"])
    if not isinstance(windows, list) or not all(isinstance(window, dict) for window in windows):
        raise ValueError(row["windows"])
    check_windows(windows)


def _safe_search(row: Row) -> None:
    SearchEngine(row["engine"])
    if row["level"]:  # "" for all but YouTube
        YoutubeLevel(row["level"])


def _static_lease(row: Row) -> None:
    static_leases.check(row["mac"], row["address"], row["name"])


def _correction(row: Row) -> None:
    corrections.check(**{key: row[key] for key in row if key != "created_at"})


def _finding_state(row: Row) -> None:
    finding_states.check(row["kind"], row["device"], row["key"], row["state"], row["changed_us"])


def _local_record(row: Row) -> None:
    local_records.check(row["name"], row["type"], row["value"])


def _forward(row: Row) -> None:
    forwards.check_domain(row["domain"])
    # Whether a server is this machine itself, as it may be elsewhere, the forwarder sees.
    forwards.check_upstreams(json.loads(row["upstreams"]), lambda _: False)


_CHECKS: Mapping[str, Callable[[Row], None]] = {
    "finding_state": _finding_state,
    "setting": _setting, "rule": _rule, "blocklist": _blocklist, "group": _group, "device": _device, "client": _client,
    "account": _account, "recovery_code": _recovery_code, "token": _token,
    "schedule": _schedule, "safe_search": _safe_search,
    "local_record": _local_record, "forward": _forward, "dhcp_static": _static_lease, "device_mac": _device_mac,
    "device_network": _device_network, "wall_switch": _wall_switch, "exception": _name, "request": _name,
    "name_correction": _correction,
}  # fmt: skip
