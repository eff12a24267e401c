# SPDX-License-Identifier: GPL-3.0-or-later
from typing import Any

import pytest
from fastapi.testclient import TestClient

from blocklists.index import list_files
from blocklists.update.assemble import Assembler, Listed
from resolver.explain import explain
from wire.message import Response


@pytest.fixture
def indexed(bare_home: Any) -> None:
    """One list installed, as the list update leaves it."""
    text = list_files.text_path(bare_home.state, "general-large")
    text.parent.mkdir(exist_ok=True)
    text.write_text("# a list\n0.0.0.0 telemetry.example\n0.0.0.0 other.example\n")
    Assembler(bare_home.state).build([Listed("general-large", "General", "hosts", False)], 1)


def explained(api: TestClient, **asked: str) -> dict[str, object]:
    response = api.get("/explain", params=asked)
    assert response.status_code == 200, response.text
    found: dict[str, object] = response.json()
    return found


def test_a_name_that_nothing_speaks_of_passes(bare: TestClient) -> None:
    found = explained(bare, name="Example.ORG.")
    assert (found["name"], found["type"], found["verdict"], found["rule"]) == ("example.org", "A", "PASS", None)


def test_a_rule_of_the_home_decides_with_its_subdomains(bare: TestClient) -> None:
    bare.post("/rules", json={"kind": "block", "name": "ads.example"})
    found = explained(bare, name="deep.ads.example", type="https")
    assert (found["verdict"], found["list"], found["type"]) == ("BLOCK", None, "HTTPS")
    assert "ads.example" in str(found["rule"])
    assert explained(bare, name="ads.example", type="TYPE65")["type"] == "HTTPS", "as the log and the command line say"


def test_allow_wins_over_block(bare: TestClient) -> None:
    bare.post("/rules", json={"kind": "block", "name": "ads.example"})
    bare.post("/rules", json={"kind": "allow", "name": "good.ads.example"})
    assert explained(bare, name="good.ads.example")["verdict"] == "ALLOW"
    assert explained(bare, name="bad.ads.example")["verdict"] == "BLOCK"


def test_a_rule_of_one_device_decides_for_its_address_alone(admin: TestClient) -> None:
    device = next(item for item in admin.get("/devices").json()["items"] if item["name"] == "Living room TV")
    admin.post("/rules", json={"kind": "block", "name": "ads.example", "scope": f"device:{device['id']}"})
    assert explained(admin, name="ads.example", client=device["addresses"][0])["verdict"] == "BLOCK"
    assert explained(admin, name="ads.example", client="192.168.1.99")["verdict"] == "PASS"
    assert explained(admin, name="ads.example")["verdict"] == "PASS"


@pytest.mark.parametrize(
    "name", ["telltale", "telltale.lan", "router.home.arpa", "localhost", "use-application-dns.net"]
)
def test_names_that_are_answered_here(bare: TestClient, name: str) -> None:
    assert explained(bare, name=name)["verdict"] == "LOCAL"


def test_a_refusal_says_whether_it_is_for_who_asks_or_for_what_is_asked(bare: TestClient) -> None:
    found = explained(bare, name="example.org", client="8.8.8.8")
    assert (found["verdict"], found["rule"], found["list"]) == ("REFUSE", None, None)
    assert found["looked"] == "This address is not of the home, so it gets REFUSED, whatever it asks."
    found = explained(bare, name="example.org", type="axfr")
    assert (found["verdict"], found["type"]) == ("REFUSE", "AXFR")
    assert found["looked"] == "AXFR is no question for data, so it gets NOTIMP, whoever asks."


def test_type_and_client_come_back_as_they_were_understood(bare: TestClient) -> None:
    found = explained(bare, name="example.org", type="type65", client="FD00::0:5")
    assert (found["type"], found["client"], found["verdict"]) == ("HTTPS", "fd00::5", "PASS")


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ({}, "name is missing."),
        ({"name": ""}, "The name is empty."),
        ({"name": "<script>alert(1)</script>"}, "is no valid name"),
        ({"name": "a..b"}, "is no valid name"),
        ({"name": "example.org", "type": "NONSENSE"}, "type is no record type"),
        ({"name": "example.org", "type": "70000"}, "type is no record type"),
        ({"name": "example.org", "client": "my phone"}, "client is no address"),
    ],
)
def test_what_cannot_be_judged_is_said(bare: TestClient, asked: dict[str, str], says: str) -> None:
    response = bare.get("/explain", params=asked)
    assert response.status_code == 422 and says in response.json()["detail"]


def test_every_rule_that_spoke_is_there_with_what_it_says(bare: TestClient) -> None:
    bare.post("/rules", json={"kind": "block", "name": "ads.example", "comment": "too many"})
    bare.post("/rules", json={"kind": "block", "name": "example"})
    bare.post("/rules", json={"kind": "block", "name": "other.example"})
    spoke = bare.get("/explain", params={"name": "deep.ads.example"}).json()["spoke"]
    assert [(one["verdict"], one["list"], one["active"], one["note"]) for one in spoke] == [
        ("BLOCK", None, True, "too many"),
        ("BLOCK", None, True, None),
    ]


def test_a_rule_of_a_list_comes_with_its_line_on_or_off(bare: TestClient, indexed: None) -> None:
    found = bare.get("/explain", params={"name": "telemetry.example"}).json()
    assert found["verdict"] == "PASS"
    assert [(one["list"], one["line_number"], one["line"], one["active"]) for one in found["spoke"]] == [
        ("general-large", 2, "0.0.0.0 telemetry.example", False)
    ]
    bare.put("/blocklists/general-large/toggle", json={"on": True})
    found = bare.get("/explain", params={"name": "telemetry.example"}).json()
    assert (found["verdict"], found["list"], found["list_title"]) == ("BLOCK", "general-large", "General")
    assert found["spoke"][0]["active"] is True and found["spoke"][0]["confirmed"] is True
    assert (found["spoke"][0]["standing"], found["spoke"][0]["since_exact"]) == ("wins", False)
    assert found["spoke"][0]["since"] is not None


def test_where_the_answer_leads_is_told_of_names_that_pass(
    bare: TestClient, bare_home: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = Response(0, b"", (0, 0, 0), chain=["x.tracker.example"], addresses=[bytes((192, 0, 2, 7))])
    monkeypatch.setattr(explain, "looker", lambda run, settings: lambda question, specs=(): (answer, "9.9.9.9"))
    bare.post("/rules", json={"kind": "block", "name": "tracker.example"})
    found = explained(bare, name="shop.example")
    assert (found["verdict"], found["rule"]) == ("BLOCK", "||tracker.example^ through CNAME x.tracker.example")
    assert found["hops"] == [
        {"by": "CNAME", "to": "x.tracker.example", "verdict": "BLOCK", "rule": "||tracker.example^", "list": None},
        {"by": "address", "to": "192.0.2.7", "verdict": "PASS", "rule": None, "list": None},
    ]
    unasked = explained(bare, name="shop.example", ask="false")
    assert (unasked["verdict"], unasked["hops"]) == ("PASS", [])
    assert explained(bare, name="tracker.example")["hops"] == []


def test_what_a_pause_or_an_exception_lets_through_says_so_and_names_the_rule(bare: TestClient) -> None:
    bare.post("/rules", json={"kind": "block", "name": "ads.example"})
    assert explained(bare, name="ads.example")["relief"] is None
    bare.post("/exceptions", json={"scope": "house", "name": "ads.example"})
    answer = explained(bare, name="x.ads.example")
    assert (answer["verdict"], answer["list"], answer["rule"]) == ("ALLOW", "exception", "@@||ads.example^")
    assert "let through for a while" in str(answer["relief"])
    bare.post("/pauses", json={})
    bare.delete(f"/exceptions/{bare.get('/exceptions').json()['items'][0]['id']}")
    answer = explained(bare, name="x.ads.example")
    assert (answer["verdict"], answer["list"], answer["rule"]) == ("ALLOW", "pause", "||ads.example^")
    assert "paused here" in str(answer["relief"]) and answer["until"] is None
    assert answer["because"] == "Blocking is paused for the whole house until it is resumed."
    until = bare.post("/pauses", json={"minutes": 10}).json()["until"]
    answer = explained(bare, name="x.ads.example")
    assert answer["until"] == until and "is paused for the whole house until " in str(answer["because"])
    assert [rule["standing"] for rule in answer["spoke"]] == ["loses"]  # type: ignore[attr-defined]
    bare.delete("/pauses")
    assert explained(bare, name="x.ads.example")["verdict"] == "BLOCK"
