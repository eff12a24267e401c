# SPDX-License-Identifier: GPL-3.0-or-later
"""What /metrics tells of a home: the same sums whichever way, no name of the home, and no more labels than meant."""

from metrics_reader import read

from store.base.process_status import (
    FirewallStatus,
    IndexStatus,
    Moment,
    RecorderStatus,
    Statuses,
    UpstreamStatus,
    WorkerStatus,
)
from store.base.row_counts import BOUNDS_US, RowCounts
from store.health.health import assess
from webui.numbers.home_metrics import MAX_UPSTREAMS, Kept, families, host_of
from webui.numbers.metrics_text import render

COUNTS = RowCounts({"pass": 5, "block": 2}, {"memo": 7}, {"tracking": 2, "use": 5}, (7, *[0] * len(BOUNDS_US)), 350)
NOTHING = Kept(0, {}, {})


def text_of(statuses: Statuses, kept: Kept = NOTHING) -> str:
    return render(families("0.1.0", statuses, assess(statuses, True, Moment(0.0, 0.0)), kept))


def upstream(spec: str, down: bool = False) -> UpstreamStatus:
    return UpstreamStatus(spec, down, 12.5, 3, 1)


def test_sums_are_the_same_whichever_way() -> None:
    told = read(text_of(Statuses(recorder=RecorderStatus(rows=4, buffered=3, counts=COUNTS))))
    for name in ("telltale_queries_total", "telltale_queries_by_origin_total", "telltale_queries_by_kind_total"):
        assert sum(told[name].samples.values()) == 7
    times = told["telltale_query_duration_seconds"].samples
    assert times["telltale_query_duration_seconds_count", ()] == 7
    assert times["telltale_query_duration_seconds_sum", ()] == 0.00035


def test_workers_are_added_up_and_upstreams_told_by_their_host() -> None:
    spec = "https://user@dns.example/secret-key"
    workers = {
        f"worker-{number}": WorkerStatus(queries=10, servfail=1, index=IndexStatus(names=99),
                                         upstreams=(upstream(spec, down=number == 1), upstream("9.9.9.9")))
        for number in (1, 2)
    }  # fmt: skip
    text = text_of(Statuses(workers=workers, firewall=FirewallStatus(counters={"doh": 4})))
    told = read(text)
    assert told["telltale_answered_total"].samples == {("telltale_answered_total", ()): 20}
    assert told["telltale_blocked_names"].samples == {("telltale_blocked_names", ()): 99}
    assert told["telltale_upstream_up"].samples == {
        ("telltale_upstream_up", (("upstream", "https://dns.example"),)): 1,
        ("telltale_upstream_up", (("upstream", "9.9.9.9"),)): 1,
    }
    assert told["telltale_wall_caught_total"].samples == {("telltale_wall_caught_total", (("kind", "doh"),)): 4}
    assert "secret" not in text and "user" not in text


def test_upstreams_are_bounded() -> None:
    many = tuple(upstream(f"10.0.{number // 250}.{number % 250}") for number in range(200))
    told = read(text_of(Statuses(workers={"worker-1": WorkerStatus(upstreams=many)})))
    assert len(told["telltale_upstream_up"].samples) == MAX_UPSTREAMS


def test_a_home_of_which_nothing_is_known_reads_too() -> None:
    told = read(text_of(Statuses()))
    assert told["telltale_dns_up"].samples == {("telltale_dns_up", ()): 1}
    assert sum(told["telltale_health"].samples.values()) == 1
    assert "telltale_queries_total" not in told


def test_what_is_kept() -> None:
    told = read(text_of(Statuses(), Kept(7, {"on": 2, "off": 1, "failing": 0}, {"config.db": 4096})))
    assert told["telltale_devices"].samples == {("telltale_devices", ()): 7}
    assert told["telltale_blocklists"].samples["telltale_blocklists", (("state", "on"),)] == 2
    assert told["telltale_file_bytes"].samples == {("telltale_file_bytes", (("file", "config.db"),)): 4096}


def test_hosts_of_upstreams() -> None:
    for spec, host in (("tls://9.9.9.9#dns.quad9.net", "tls://9.9.9.9#dns.quad9.net"), ("9.9.9.9:53", "9.9.9.9:53"),
                       ("https://a.example/dns-query/ID", "https://a.example"), ("", "")):  # fmt: skip
        assert host_of(spec) == host
