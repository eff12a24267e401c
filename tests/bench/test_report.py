# SPDX-License-Identifier: GPL-3.0-or-later
"""From figures to targets and a page: medians, spreads, ratios, and honesty about what was missed or not measured."""

from pathlib import Path

import pytest

from bench import report, targets
from bench.results import TELLTALE, Figure, Results, load

MACHINE = {
    "cpu": "Test 1", "cores": 2, "memory_mib": 2048, "kernel": "6.1", "python": "3.11.2", "commit": "abc",
    "changed": False, "date": "2026-01-02T03:04:05+00:00", "load_before": 0.5, "others_share": 0.25,
}  # fmt: skip


def made(*figures: Figure) -> Results:
    return Results(MACHINE, {"quick": True, "log_rows": 1000}, list(figures), {"dnsmasq": "not installed"})


def rates(ours: tuple[float, ...], unbound: tuple[float, ...]) -> Results:
    return made(Figure(targets.MIX, TELLTALE, "q/s", ours), Figure(targets.MIX, "unbound", "q/s", unbound))


def verdict(results: Results, what: str, target: str = "") -> bool | None:
    return next(one.met for one in targets.judge(results) if one.what == what and target in one.target)


@pytest.mark.parametrize(("ours", "met"), [(75.0, True), (74.0, False)])
def test_ratios_are_of_medians_in_one_run(ours: float, met: bool) -> None:
    results = rates((1.0, ours, 1000.0), (99.0, 100.0, 101.0))
    assert verdict(results, "mix, query log on", "unbound") is met
    assert verdict(results, "mix, query log on", "dnsmasq") is None


def test_a_bound_is_judged_by_the_worst_value() -> None:
    results = made(Figure("toggle to effect at 10,000 q/s", TELLTALE, "s", (0.1, 0.1, 0.6)))
    assert verdict(results, "toggle to effect") is False


def test_one_lost_query_is_one_too_many() -> None:
    assert verdict(made(Figure("mix, lost", TELLTALE, "queries", (1.0,))), "mix, queries lost") is False
    assert verdict(made(Figure("mix, lost", TELLTALE, "queries", (0.0,))), "mix, queries lost") is True


def test_processor_time_may_be_twice_that_of_unbound() -> None:
    what = "processor time a query, everything counted"
    dear = [Figure(targets.CPU, TELLTALE, "µs", (30.0,)), Figure(targets.CPU, "unbound", "µs", (16.0,))]
    assert verdict(made(*dear), what) is True
    assert verdict(made(dear[0]), what) is False


@pytest.mark.parametrize(
    ("compiled", "ours", "met"),
    [
        ("compiled: 19 files", 91.0, True),
        ("compiled: 19 files", 80.0, False),
        ("plain", 80.0, None),
        ("plain (stale)", 91.0, None),
    ],
)
def test_some_is_asked_of_machine_code_alone(compiled: str, ours: float, met: bool | None) -> None:
    results = rates((ours,), (100.0,))
    results.machine = {**MACHINE, "compiled": compiled}
    results.figures.append(Figure("mix, processor time a query", TELLTALE, "µs", (10.0 if ours > 90 else 11.0,)))
    assert verdict(results, "mix, query log on", "unbound, compiled") is met
    assert verdict(results, "the same at full rate, mix") is met


@pytest.mark.parametrize(("after", "met"), [(119.0, True), (121.0, False)])
def test_memory_comes_back_within_a_fifth(after: float, met: bool) -> None:
    before = Figure("memory, 1.59 M names", TELLTALE, "MiB", (100.0,))
    assert verdict(made(before), "memory after 10 M names") is None
    later = Figure("memory, a while after distinct names", TELLTALE, "MiB", (after,), "600 s later")
    assert verdict(made(before, later), "memory after 10 M names") is met


def test_what_a_home_costs_is_bounded() -> None:
    costs = {"idle, share of a core": 0.31, "idle, wake-ups a second": 9.0, "processor time a query at 2,000 q/s": 80.0}
    figures = [Figure(measure, TELLTALE, "", (value,)) for measure, value in costs.items()]
    assert verdict(made(*figures), "idle, 650 k names, pages asleep") is False
    assert verdict(made(*figures), "idle, wake-ups") is True
    assert verdict(made(*figures), "processor time a query at 2,000 q/s") is True


def test_what_was_not_measured_is_not_met() -> None:
    assert {one.met for one in targets.judge(made())} == {None}
    assert targets.unmet(targets.judge(made())) == 0


def test_the_page_shows_spread_ratio_and_what_is_missing() -> None:
    page = report.render(rates((100.0, 200.0, 300.0), (400.0,)))
    assert "| mix, q/s | 200 (100–300) | 400 | – | 0.50 | – |" in page
    assert "at least 0.75 × unbound | 0.50 × | **no** |" in page
    assert "- dnsmasq: not installed" in page
    assert "Test 1, 2 cores" in page
    assert "commit abc" in page
    assert "took 25% of the processor's time" in page


def test_whoever_was_measured_has_a_column_and_its_version() -> None:
    results = rates((200.0,), (400.0,))
    results.figures.append(Figure(targets.MIX, "AdGuard Home", "q/s", (50.0,)))
    results.machine = {**MACHINE, "built": "GCC 12", "compiled": "plain", "servers": {"AdGuard Home": "version 0.107"}}
    page = report.render(results)
    assert "| mix, q/s | 200 | 400 | – | 50.0 | 0.50 | – | 4.00 |" in page
    for row in ("AdGuard Home | version 0.107", "hot files | plain", "built | GCC 12"):
        assert f"| {row} |" in page
    assert "and so does AdGuard Home" in page and "÷ AdGuard Home" not in report.render(rates((1.0,), (1.0,)))


def test_figures_keep_what_matters() -> None:
    shown = [report.number(value) for value in (0, 0.1234, 12.34, 123.4, 12345.6)]
    assert shown == ["0", "0.12", "12.3", "123", "12,346"]


def test_results_come_back_as_they_were(tmp_path: Path) -> None:
    results = rates((1.0, 2.0), (3.0,))
    results.save(tmp_path / "deep" / "run.json")
    assert load(tmp_path / "deep" / "run.json") == results


def test_a_later_run_of_a_part_replaces_that_part_and_is_named() -> None:
    results = rates((100.0,), (400.0,))
    results.figures.append(Figure("log, rows a second", TELLTALE, "rows/s", (5.0,)))
    results.skipped["rate"] = "failed: no answer"
    machine = {**MACHINE, "commit": "def", "date": "2026-01-03T03:04:05+00:00"}
    later = Results(machine, {"quick": False, "took": {"rate": 3.0}}, rates((300.0,), (400.0,)).figures)
    results.take(later)
    assert results.value(targets.MIX) == 300.0 and results.value("log, rows a second") == 5.0
    assert len(results.figures) == 3 and "rate" not in results.skipped
    page = report.render(results)
    assert "Measured once more on 2026-01-03, commit def: rate." in page and "commit abc" in page
    assert "Measured once more" not in report.render(rates((1.0,), (1.0,)))


def test_one_core_for_all_and_who_sets_its_clock_are_told() -> None:
    plain = report.render(made())
    assert "One core" not in plain
    assert "clock of the cores" not in plain
    page = report.render(Results({**MACHINE, "usable_cores": 1, "governors": ["ondemand"]}, {"quick": True}))
    assert "One core was to be had" in page
    assert "| clock of the cores | ondemand |" in page


def test_a_run_that_was_stopped_in_its_first_measure_is_taken_in() -> None:
    results = made(Figure("idle", TELLTALE, "%", (1.0,)))
    results.take(Results(MACHINE, {}, [Figure("worn", TELLTALE, "KiB", (2.0,))]))
    assert (results.value("idle"), results.value("worn")) == (1.0, 2.0)
