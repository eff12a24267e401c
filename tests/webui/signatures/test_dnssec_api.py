# SPDX-License-Identifier: GPL-3.0-or-later
"""Checking answers over the API: how it stands, and domains that are answered anyway."""

from typing import Any

AT = "/api/v1/dnssec"


def test_how_it_stands_and_a_domain_for_some_hours(newcomer: Any) -> None:
    head = {"X-CSRF-Token": newcomer.csrf}
    none = newcomer.get(AT).json()
    assert none == {"mode": "off", "recursive": False, "state": "off", "validates": False, "clock_wrong": False,
                    "failures": [], "anyway": []}  # fmt: skip
    made = newcomer.post(f"{AT}/anyway", json={"domain": "Broken.example", "hours": 2}, headers=head)
    assert made.status_code == 201 and made.json()["domain"] == "broken.example" and made.json()["until"]
    assert newcomer.get(AT).json()["anyway"] == [made.json()]
    assert newcomer.delete(f"{AT}/anyway/broken.example", headers=head).status_code == 204
    assert newcomer.delete(f"{AT}/anyway/broken.example", headers=head).status_code == 404
    assert newcomer.post(f"{AT}/anyway", json={"domain": "a b"}, headers=head).json()["errors"][0]["field"] == "domain"
