# SPDX-License-Identifier: GPL-3.0-or-later
"""The verdict from the command line, one name or many."""

import json
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from dnslib import CNAME, QTYPE, RR, A, DNSRecord
from hypothesis import given
from hypothesis import strategies as st

from appliance.cli.explain_command import read_question
from store.base import status
from store.base.process_status import SupervisorStatus, UpstreamStatus, WorkerStatus

pytestmark = pytest.mark.database

Command = Callable[..., tuple[int, str, str]]
XIAOMI = "data.mistat.xiaomi.com"


def test_it_says_what_decided_and_what_else_matches(command: Command) -> None:
    code, out, _ = command("explain", XIAOMI)
    assert code == 0
    assert out.startswith(f"{XIAOMI} A: BLOCK (0.0.0.0)\n")
    assert "of pack:xiaomi" in out
    assert "level safe" in out and "(decides)" in out


def test_an_international_name_is_told_with_its_letters(command: Command) -> None:
    assert command("explain", "bücher.example")[1].startswith("xn--bcher-kva.example (bücher.example) A: ")
    assert command("explain", "xn--80ak6aa92e.com")[1].startswith("xn--80ak6aa92e.com A: "), "they pass for apple.com"
    assert json.loads(command("explain", "bücher.example", "--json")[1])["name"] == "xn--bcher-kva.example"


def test_what_lets_it_through_is_said_with_its_end(command: Command) -> None:
    command("pause", "--for", "3d")
    lines = command("explain", XIAOMI)[1].splitlines()
    assert lines[0] == f"{XIAOMI} A: ALLOW" and lines[1].startswith("  Blocking is paused for the whole house until ")
    assert "would block it" in lines[2] and "of a pause" not in "".join(lines) and "(decides)" not in "".join(lines)
    assert json.loads(command("explain", XIAOMI, "--json")[1])["until"]
    command("except", XIAOMI)
    lines = command("explain", XIAOMI)[1].splitlines()
    assert lines[1].startswith(f"  {XIAOMI} is let through for the whole house until ")


def test_json_has_the_promised_keys(command: Command) -> None:
    out = command("explain", XIAOMI, "example.com", "--type", "AAAA", "--json")[1]
    first, second = map(json.loads, out.splitlines())
    assert list(first)[:6] == ["name", "type", "verdict", "rule", "list", "answer"]
    winner = next(rule for rule in first["rules"] if rule["standing"] == "wins")
    assert (winner["rule"], winner["list"], winner["level"]) == (first["rule"], first["list"], "safe")
    assert second["rules"] == second["hops"] == [] and "Telltale does not run here" in second["looked"]
    assert (first["verdict"], first["answer"]) == ("BLOCK", "::")
    assert (second["verdict"], second["answer"]) == ("PASS", None)


@pytest.mark.parametrize(
    ("options", "answer", "why"),
    [
        (("--client", "8.8.8.8"), "REFUSED", "This address is not of the home, so it gets REFUSED, whatever it asks."),
        (("--type", "AXFR"), "NOTIMP", "AXFR is no question for data, so it gets NOTIMP, whoever asks."),
        (("--type", "TSIG"), "FORMERR", "TSIG is no question for data, so it gets FORMERR, whoever asks."),
    ],
)
def test_a_refusal_says_why_and_with_what(command: Command, options: tuple[str, str], answer: str, why: str) -> None:
    first, *others = command("explain", "a.example", *options)[1].splitlines()
    assert first.endswith(f": REFUSE ({answer})") and others == [f"  {why}"]
    told = json.loads(command("explain", "a.example", *options, "--json")[1])
    assert (told["verdict"], told["answer"], told["looked"]) == ("REFUSE", answer, why)


@pytest.mark.parametrize(
    "question", [("a..b",), ("",), ("x" * 300,), ("a.example", "--client", "no address"), ("a.example", "--type", "XX")]
)
def test_nonsense_is_a_complaint(command: Command, question: tuple[str, ...]) -> None:
    code, out, err = command("explain", *question)
    assert (code, out) == (1, "") and err.startswith("telltale: ")


def test_lines_from_standard_input(command: Command) -> None:
    lines = f"{XIAOMI}\n\n# nothing\nexample.com HTTPS\n{XIAOMI} A 8.8.8.8\nbad..name\n".encode() + b"\xff\xfe\n"
    code, out, err = command("explain", "-", "--json", stdin=lines)
    found = [json.loads(line) for line in out.splitlines()]
    assert [row["verdict"] for row in found] == ["BLOCK", "PASS", "REFUSE"]
    assert all(list(row) == ["name", "type", "verdict", "rule", "list", "answer"] for row in found)
    assert found[1]["type"] == "HTTPS"
    assert code == 1
    assert err.count("telltale: ") == 2


def test_a_list_alone_needs_no_appliance(command: Command, tmp_path: Path) -> None:
    path = tmp_path / "hosts"
    path.write_text("127.0.0.1 ads.example.com\n")
    code, out, _ = command("--state", str(tmp_path / "none"), "explain", "ads.example.com", "--list", str(path))
    assert code == 0
    assert "line 1: 127.0.0.1 ads.example.com" in out
    code, out, _ = command("explain", "a.example", "--deny", "example", "--permit", "a.example", "--json")
    assert json.loads(out)["verdict"] == "ALLOW"


def test_what_a_rule_of_a_list_lost_to(command: Command, tmp_path: Path) -> None:
    path = tmp_path / "list"
    path.write_text("||ads.test^\n||ads.test^$badfilter\n||www.ads.test^$dnstype=TXT\n")
    out = command("explain", "www.ads.test", "--list", str(path), "--permit", "=www.ads.test")[1]
    assert "www.ads.test A: ALLOW" in out
    assert "(taken away: badfilter in list takes it away)" in out
    assert "(not met: it is about other query types)" in out


@pytest.mark.process
def test_a_running_appliance_asks_where_the_answer_leads(
    command: Command, state: Path, upstream_of_hops: str, running: Callable[[str], None]
) -> None:
    command("rules", "add", "block", "tracker.example", "--state", str(state))
    running(upstream_of_hops)
    out = command("explain", "shop.example")[1]
    assert out.startswith("shop.example A: BLOCK (0.0.0.0)\n")
    assert "  decided by ||tracker.example^ through CNAME x.tracker.example of own\n" in out
    assert "    CNAME x.tracker.example: BLOCK, ||tracker.example^ of own" in out
    assert "    address 192.0.2.7: PASS" in out
    row = json.loads(command("explain", "shop.example", "--json")[1])
    assert (row["verdict"], [hop["to"] for hop in row["hops"]]) == ("BLOCK", ["x.tracker.example", "192.0.2.7"])
    out = command("explain", "shop.example", "--offline")[1]
    assert out.startswith("shop.example A: PASS\n") and "Nobody was asked" in out


@pytest.fixture
def running(state: Path) -> Callable[[str], None]:
    """Leave behind what a running appliance says of itself."""

    def publish(spec: str) -> None:
        (state / "run").mkdir(exist_ok=True)
        status.publish(state / "run", "supervisor", SupervisorStatus())
        status.publish(state / "run", "worker-1", WorkerStatus(upstreams=(UpstreamStatus(spec),)))

    return publish


@pytest.fixture
def upstream_of_hops() -> Iterator[str]:
    """A server that answers everything with a CNAME to x.tracker.example, and its address."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", 0))
        threading.Thread(target=_serve, args=(sock,), daemon=True).start()
        yield f"127.0.0.1:{sock.getsockname()[1]}"


def _serve(sock: socket.socket) -> None:
    while True:
        try:
            packet, address = sock.recvfrom(4096)
        except OSError:
            return
        reply = DNSRecord.parse(packet).reply()
        reply.add_answer(RR(reply.q.qname, QTYPE.CNAME, rdata=CNAME("x.tracker.example"), ttl=60))
        reply.add_answer(RR("x.tracker.example", QTYPE.A, rdata=A("192.0.2.7"), ttl=60))
        sock.sendto(reply.pack(), address)


@given(st.text())
def test_any_line_is_a_question_or_nothing(line: str) -> None:
    question = read_question(line, "A", None)
    assert question is None or (len(question) == 3 and question[0])
