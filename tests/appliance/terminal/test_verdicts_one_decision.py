# SPDX-License-Identifier: GPL-3.0-or-later
"""One decision: pipeline, memo, passthrough, explanation, API and command line say the same of whatever is asked.

`DECISION_CASES=100000 pytest …` asks as many questions as wanted, others each time, and prints its seed;
`DECISION_SEED` asks the same again. Without either, each run asks the same.
"""

from __future__ import annotations

import os
import random
import struct
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from examples import examples

from appliance.cli import explain_command
from appliance.terminal import verdicts
from blocklists.explain.outcome import WINS
from blocklists.packs import vendor_packs
from resolver.answer import local_names, snapshot
from resolver.answer.decide import Block, Forward, Local, Refuse, View, decide
from resolver.answer.judge import Judgement
from resolver.answer.pipeline import Resolver
from resolver.explain.explain import Explainer
from resolver.kept.cache import Cache
from resolver.transport.endpoint import Endpoint
from resolver.upstream import server as upstream_server
from store.base import db
from store.config import edit
from store.devices import device_edits, sightings_store
from store.household import groups as household_groups
from store.local import forward_edit, record_edit
from store.log.records import Key, Transport, Verdict
from webui.api import explain_api
from wire import message, stub, types

pytestmark = pytest.mark.database

CASES = int(os.environ.get("DECISION_CASES", examples(1500)))
BY_HAND = "DECISION_CASES" in os.environ
TYPES = (1, 1, 1, 28, 28, 65, 2, 5, 12, 16, 43, 0, 41, 249, 250, 251, 252, 255, 65_280)
CLIENTS = ("127.0.0.1", "192.168.1.2", "192.168.1.3", "192.168.1.4", "10.9.8.7", "fd00::5", "8.8.8.8", "2620:fe::fe")
SPECIAL = ("telltale", "telltale.lan", "x.telltale", "_health.telltale", "localhost", "a.localhost", "printer",
           "box.lan", "use-application-dns.net", "x.mask.icloud.com", "_dns.resolver.arpa", ".",
           "1.0.0.127.in-addr.arpa", "5.1.168.192.in-addr.arpa", "8.8.8.8.in-addr.arpa", "com", "home.arpa",
           "x.invalid", "y.onion", "nas.lan", "x.nas.lan", "x.lab.lan", "alias.lan", "to-blocked.lan",
           "nas.shop.example",
           "y.nas.shop.example", "tv.corp.example", "blocked.corp.example", "corp.example", "tv", "tv.home.arpa",
           "9.1.168.192.in-addr.arpa", "host.internal")  # fmt: skip
RULED = ("blocked", "good.blocked", "group", "device", "tcp", "nodata", "drop", "refused", "servfail")


class Forwarder:
    """No upstream ever answers; what would be asked passes or fails at once."""

    all_down = False
    datagrams = encrypted = False  # of its one transport, which it is itself

    def __init__(self) -> None:
        self.exchanges: dict[bytes, Any] = {}
        self.pending: Any = Waiting()
        transport: Any = self
        self.server = upstream_server.Server(Endpoint("9.9.9.9", "9.9.9.9", 53), (transport,), lambda _: None)

    def servers_of(self, route: Any) -> Any:
        return self

    def exchange(self, key: bytes, question: message.Question, done: Any, route: Any = None) -> None:
        done(None, "")

    def ready(self, route: Any = None) -> upstream_server.Server:
        return self.server

    def place(self) -> tuple[Any, bytes]:
        return Waiting(), b"id"


class Waiting(dict[bytes, Any]):
    """A table, and a channel with one."""

    @property
    def pending(self) -> Any:
        return self

    def add(self, pending: Any) -> None:
        self[pending.key] = pending


class Server:
    """A resolver whose client is the test: what it noted of the last query."""

    limit, private, transport, memo = 1232, False, int(Transport.UDP), b""

    def __init__(self, now: snapshot.Snapshot) -> None:
        self.stream, self.noted, self.sent = False, list[Key](), list[bytes]()
        self.forwarder: Any = Forwarder()
        recorder: Any = self
        self.resolver = Resolver(now, Cache(100, 1 << 20), self.forwarder, recorder)

    def send(self, response: bytes, address: Any) -> None:
        self.sent.append(response)

    def drop(self) -> None:
        """Nothing is waited for."""

    def note(self, now_us: int, client: str, key: Key, duration_us: int) -> None:
        self.noted.append(key)

    def ask(self, packet: bytes, client: str, *, stream: bool) -> Key | None:
        self.stream = stream
        self.noted.clear()
        self.resolver.resolve(packet, client, 0, self, None)
        assert len(self.noted) <= 1 and not self.resolver.counters["faults"]
        return self.noted[0] if self.noted else None

    def passes(self, packet: bytes, client: str) -> bool:
        seat = self.resolver.snapshot.admit(client)
        self.stream = False
        self.resolver.cache.failures.clear()  # that no upstream answered just now is remembered, and no decision
        taken = self.resolver.passthrough.ask(packet, client, seat, 0, self, None)
        self.forwarder.pending.clear()
        self.resolver.passthrough._leaving.clear()
        assert not self.resolver.counters["faults"]
        return taken


@pytest.fixture
def lived_in(state: Path) -> Path:
    """Rules of every kind for the house, a group and a device; packs on, off and at other levels here and there."""
    engine = edit.engine(state)
    with closing(db.connect(state / "config.db")) as config:
        met = [sightings_store.sighted(config, client) for client in CLIENTS[1:4]]
        config.commit()
    group = household_groups.add_group(engine, "Children")
    household_groups.set_groups(engine, met[0], [group])
    for number, (kind, name, scope) in enumerate(
        [("block", "blocked.example", "house"), ("allow", "good.blocked.example", "house"),
         ("block", "telltale", "house"), ("block", "box.lan", "house"), ("block", "group.example", f"group:{group}"),
         ("allow", "data.mistat.xiaomi.com", f"device:{met[1]}"), ("block", "device.example", f"device:{met[1]}")]
    ):  # fmt: skip
        edit.add_rule(engine, kind, name, scope=scope, comment=str(number))
    for answer in ("tcp", "nodata", "drop", "refused", "servfail"):
        edit.add_rule(engine, "block", f"{answer}.example", answer=answer)
    for name, kind, value in (
        ("nas.lan", "A", "192.168.1.9"), ("nas.lan", "TXT", "x"), ("*.lab.lan", "A", "192.168.1.9"),
        ("alias.lan", "CNAME", "nas.lan"), ("to-blocked.lan", "CNAME", "blocked.example"),
        ("nas.shop.example", "AAAA", "fd00::9"),
    ):  # fmt: skip
        record_edit.add_record(engine, name, kind, value)
    for domain, servers in (("corp.example", ["10.0.0.1"]), ("internal", ["10.0.0.1"]), ("x.corp.example", ["house"])):
        forward_edit.add_forward(engine, domain, servers, "", lambda spec: False)
    device_edits.rename_device(engine, met[2], "TV")
    household_groups.change_group(engine, group, {"upstreams": ["10.0.0.2"]})
    edit.set_toggle(engine, "pack:xiaomi", f"group:{group}", False)
    edit.set_level(engine, "pack:google", "everything", f"device:{met[2]}")
    return state


def any_name(dice: random.Random, listed: list[str]) -> str:
    kind = dice.random()
    if kind < 0.2:
        return dice.choice(SPECIAL)
    if kind < 0.4:
        name = f"{dice.choice(RULED)}.example"
    else:
        name = dice.choice(listed) if kind < 0.8 else f"n{dice.randrange(10_000)}.shop.example"
    return name if dice.random() < 0.6 else f"www.{name}" if dice.random() < 0.7 else name.partition(".")[2]


def any_packet(dice: random.Random, name: str, qtype: int) -> bytes:
    packet = stub.build(name, qtype, dice.getrandbits(16))
    if dice.random() < 0.3:
        return packet
    options = b"\0\x0a\0\x08" + dice.randbytes(8) if dice.random() < 0.2 else b""
    opt = b"\0" + struct.pack("!HHIH", 41, 1232, dice.choice((0, 0x8000)), len(options)) + options
    return packet[:10] + b"\0\1" + packet[12:] + opt


def said(judgement: Judgement | Key) -> tuple[str, str, str]:
    return Verdict(judgement.verdict).name, judgement.blocklist, judgement.rule


def test_all_ways_give_one_decision(lived_in: Path, capsys: pytest.CaptureFixture[str]) -> None:
    seed = int(os.environ.get("DECISION_SEED") or (random.SystemRandom().getrandbits(32) if BY_HAND else 1))
    print(f"seed {seed}")
    dice = random.Random(seed)
    now = snapshot.build(lived_in, {})
    server, explainer = Server(now), Explainer(now, lived_in)
    listed = [entry.name for pack in vendor_packs.load() for entry in pack.names]
    kinds = set[str]()
    for _ in range(CASES):
        name, qtype, client = any_name(dice, listed) or ".", dice.choice(TYPES), dice.choice(CLIENTS)
        packet, stream = any_packet(dice, name, qtype), dice.random() < 0.2
        question, seat = message.parse_question(packet), now.admit(client)
        decision = decide(question, View(seat, client, stream))
        about = f"{name} {qtype} {client} stream={stream} {decision}"
        kinds.add(type(decision).__name__)

        noted = server.ask(packet, client, stream=stream)
        if isinstance(decision, Local) and not decision.noted:
            assert noted is None, about
        else:
            assert noted is not None and said(noted) == said(decision.judgement), about
        memo = seat.memo.get(packet[2:])
        if memo is not None:
            assert said(memo[2].key) == said(decide(question, View(seat, client)).judgement), about
        if isinstance(decision, Block | Forward) and not stream and not question.options and memo is None:
            answer = decision.judgement.answer
            assert isinstance(decision, Forward) or (answer and answer.word == "drop"), f"no memo: {about}"
        if not stream:
            plain = decision == Forward(route=seat.route) and not question.options
            passes = server.passes(packet, client)
            public = local_names.is_public(name, "telltale", seat.tops, seat.near)
            assert passes == plain or (not passes and not public), about
            explanation = explainer.explain(name, qtype, client)
            assert said(explanation.judgement) == said(decision.judgement), about
            winners = [rule.rule for rule in explanation.rules if rule.standing == WINS]
            local = decision.judgement.verdict is Verdict.LOCAL
            assert winners == list(filter(None, [] if local else [decision.judgement.rule])), about
            if isinstance(decision, Refuse):
                assert explanation.answer == types.RCODE_NAMES[server.sent[-1][3] & 15], about
            resource = explain_api.Explanation.model_validate(explanation)
            own = "own" if resource.rule and not resource.list else ""
            assert (resource.verdict, resource.list or own, resource.rule or "") == said(decision.judgement), about
            if name == ".":
                continue  # no name that a person asks the command about
            line = verdicts.explained(explainer, (name, f"TYPE{qtype}", client), verdict_only=True)
            row = explain_command.verdict_json(line)
            assert (row["verdict"], row["list"], row["rule"]) == said(decision.judgement), about
            assert row == explain_command.verdict_json(explanation), about
    assert kinds == {"Refuse", "Local", "Alias", "Block", "Forward"} or CASES < 200
    assert local_names.health_name("telltale") in SPECIAL
