# SPDX-License-Identifier: GPL-3.0-or-later
import dataclasses
import json

from store.log.records import QueryRow, Verdict
from store.log.values import Bucket, KindCounts, Summary, Top
from webui.api import shapes
from webui.views.timerange import Span

KINDS = ("tracking", "use", "unknown")
DAY = Span(1_795_514_400_000_000, 1_795_600_800_000_000)
TEXTS = dict.fromkeys(("device", "client", "name", "type", "verdict", "origin", "rule", "list", "list_title"), "x")
ROW = QueryRow(time="2026-11-24T10:00:00.000Z", time_us=DAY.from_us, device_id=3, company=None, kind="use",
               purpose="content", rcode="NOERROR", upstream=None, duration_ms=1.5, source=None, transport=None,
               dnssec=None, dnssec_reason=None, **TEXTS)  # fmt: skip


def test_a_record_loses_no_column_but_the_one_that_repeats_the_time() -> None:
    shown = json.loads(shapes.query_json(ROW))
    assert {**shown, "time_us": ROW.time_us} == dataclasses.asdict(ROW)
    assert shown == shapes.QueryPage(items=[shapes.query(ROW)], next=None).model_dump()["items"][0]


def test_a_summary_has_every_number_of_the_store_and_its_period() -> None:
    names = [field.name for field in dataclasses.fields(Summary)]
    values = {name: KindCounts(*range(6)) if name in KINDS else number for number, name in enumerate(names)}
    row = Summary(**values)  # type: ignore[arg-type]
    shown = shapes.summary(DAY, row).model_dump(by_alias=True)
    assert {name: shown[name] for name in names} == dataclasses.asdict(row)
    assert (shown["from"], shown["to"]) == ("2026-11-24T10:00:00.000Z", "2026-11-25T10:00:00.000Z")


def test_the_unknown_stays_unknown() -> None:
    top = Top(None, "unknown", 7, 2, DAY.from_us, 0, "tracking", 5, 1, 0)
    shown = shapes.top_list(DAY, "companies", [top]).items[0]
    assert (shown.key, shown.label, shown.queries, shown.blocked) == (None, "unknown", 7, 2)
    assert (shown.kind, shown.lookups, shown.lookups_blocked, shown.lookups_failed) == ("tracking", 5, 1, 0)
    assert shapes.seconds_iso(None) is None


def test_a_timeline_says_the_width_of_its_steps() -> None:
    shown = shapes.timeline(DAY, 60_000_000, [Bucket(DAY.from_us, 1, 2, 3)])
    assert (shown.step_seconds, shown.items[0].time) == (60, "2026-11-24T10:00:00.000Z")


def test_every_verdict_has_its_number() -> None:
    assert {shapes.verdict_number(verdict.name) for verdict in Verdict} == set(Verdict)  # type: ignore[arg-type]
    assert shapes.verdict_number(None) is None
