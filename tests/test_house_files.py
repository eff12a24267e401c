# SPDX-License-Identifier: GPL-3.0-or-later
"""What each file must look like: its length, its test, its story, and the words that no file holds."""

import ast
import re
import subprocess
from pathlib import Path

import pytest
from source_files import HOUSE, nodes, python_files, text, tree

from native.sources import hot_files

ROOMS = (
    "native", "wire", "network", "store", "blocklists", "resolver", "firewall", "dhcp", "recursor", "evidence", "webui",
    "appliance",
)  # fmt: skip

FILE_LINES = 300
FILE_LINES_WITH_A_REASON = 400
FUNCTION_LINES = 50

# Files of over 300 lines: path → why it is still one concept.
LONG_FILES: dict[str, str] = {}
# Functions of over 50 lines: "path:name" → why it is not two.
LONG_FUNCTIONS: dict[str, str] = {}
# Source files without a test file of their own: path → what tests them instead.
TESTED_ELSEWHERE = {
    "webui/first_run/block_choices.py": "three choices, which test_block_page.py takes",
    "webui/signatures/signature_pages.py": "put together alone; the tests of its pages ask for them",
    "webui/private_dns/private_dns_pages.py": "put together alone; the tests of its pages ask for them",
    "webui/first_run/first_run_pages.py": "put together alone; the tests of its pages ask for them",
    "webui/first_run/steps.py": "where a step leads, which test_block_page.py goes through",
    "webui/frame/search_places.py": "words alone, which test_global_search.py looks for",
    "resolver/encrypted/door.py": "what test_tls_connection.py comes through, or not",
    "resolver/encrypted/questions.py": "a query's way, which test_dot_session.py and test_dns_requests.py go",
    "resolver/encrypted/http_exchange.py": "shapes, which both sessions and whoever answers fill",
    "resolver/encrypted/http2_stream.py": "one request, as test_http2_session.py and test_page_requests.py make them",
    "resolver/encrypted/https_site.py": "which way a request goes: test_dns_requests.py, test_page_requests.py",
    "resolver/listen/inherited.py": "what every worker of the tests begins with",
    "store/config/listening_settings.py": "part of the settings, which test_known_settings.py reads",
    "store/local/device_word_edit.py": "what test_device_words.py reads again",
    "store/certificates/certificate_errors.py": "one shape, which the tests of every file beside it expect",
    "store/certificates/certificate_facts.py": "one shape, which test_reading.py fills",
    "appliance/demo/household_habits.py": "data alone, which test_past_asks.py finds in the past",
    "appliance/demo/past_answers.py": "what test_history.py compares with explain, row by row",
    "appliance/demo/past_decisions.py": "edits in their order, which test_history.py finds in the history of changes",
    "appliance/demo/past_lists.py": "two lists, of whose rules test_history.py finds the leaks",
    "appliance/demo/past_proofs.py": "tests and attempts, which test_history.py finds settled and among the findings",
    "appliance/powers/early_child.py": "what test_keepalive_child.py starts its child by",
    "appliance/terminal/quick.py": "one table, which the tests of main and commands walk through",
    "appliance/doctor/examined.py": "one shape, which the tests of every check fill and read",
    "blocklists/formats/plain.py": "one reader among others, which test_line_formats.py compares with theirs",
    "blocklists/rules/reasons.py": "words alone, which the tests of every format compare with",
    "store/health/client_problems.py": "one kind of problem among all that test_health.py walks through",
    "store/health/encrypted_problems.py": "kinds of problem among all that test_health.py walks through",
    "store/health/health_facts.py": "what test_health.py has every problem looked for in",
    "store/health/helper_problems.py": "kinds of problem among all that test_health.py walks through",
    "store/health/problem.py": "one shape, which test_health.py reads",
    "store/health/kinds_of_problem.py": "the order of all problems, which test_health.py walks through",
    "store/health/process_problems.py": "kinds of problem among all that test_health.py walks through",
    "store/health/recording_problems.py": "kinds of problem among all that test_health.py walks through",
    "store/health/state_problems.py": "kinds of problem among all that test_health.py walks through",
    "store/health/upstream_problems.py": "kinds of problem among all that test_health.py walks through",
    "store/base/helper_statuses.py": "shapes, which test_process_status.py and test_status.py fill and read",
    "resolver/answer/led_answers.py": "a part of the pipeline, which test_pipeline_rewrites.py goes through",
    "resolver/asked_upstreams.py": "a part of the worker, which recursor/test_signed_world.py has follow a resolver",
    "store/config/resolving_settings.py": "a part of the settings, which test_settings.py walks through",
    "resolver/upstream/dress.py": "how a question looks, which test_exchanges.py and test_cookies.py see at the server",
    "resolver/listen/relay.py": "what recursor/test_signed_world.py has unbound ask through",
    "appliance/start/own_resolver.py": "a switch around recursor_keeper, whose own tests stand in tests/recursor",
    "store/base/row_counts.py": "one shape, which test_row_counter.py fills",
    "store/base/store_errors.py": "four names of errors, which test_db.py meets each of",
    "store/local/local_tables.py": "tables alone, which test_tables.py compares with the migrations",
    "store/household/household_tables.py": "tables alone, which test_tables.py compares with the migrations",
    "appliance/evidence_cli/log_import.py": "a part of `telltale log`, which test_log_command.py calls in every way",
    "appliance/evidence_cli/time_option.py": "one option, which test_log_command.py gives well and badly",
    "evidence/base/record_groups.py": "a part of the reader, whose sums test_group_sums.py compares with its pairs",
    "evidence/base/group_reader.py": "a part of the reader, whose sums test_group_sums.py compares with its pairs",
    "appliance/evidence_cli/idle_test_words.py": "what test_idle_test_command.py has printed",
    "webui/idle_test/idle_test_deps.py": "what the routes of test_idle_tests_api.py and the others go through",
    "webui/idle_test/idle_test_shapes.py": "the JSON that test_idle_tests_api.py reads",
    "store/rows/orm.py": "names alone, which test_on_demand.py uses, and every edit",
    "store/rows/config_rows.py": "what test_tables.py compares with the migrations",
    "store/rows/household_rows.py": "what test_tables.py compares with the migrations",
    "store/rows/local_rows.py": "what test_tables.py compares with the migrations",
    "webui/pages/front_doors.py": "one address, which test_app.py asks",
    "webui/api/plain_health.py": "one route, which test_health_api.py asks",
    "webui/queries/query_detail.py": "what the routes of test_query_page.py show",
    "webui/queries/query_pages.py": "put together alone; the tests of both ask for them",
    "store/rules/rule_hit.py": "values alone, which test_rule_hits.py counts",
    "webui/rules/rules_pages.py": "a list alone, of which every page has its tests",
    "webui/rules/rule_form.py": "what forms send, which test_rules_page.py fills in",
    "webui/lists/list_deps.py": "where forms lead back to, which test_packs_page.py clicks",
    "evidence/whatif/list_preview_process.py": "a process, which test_list_preview.py and test_preview_page.py ask",
    "evidence/whatif/preview_values.py": "values alone, which test_list_preview.py finds filled in",
    "webui/lists/list_edits_page.py": "clicks, which test_blocklists_page.py and test_list_page.py make",
    "webui/lists/list_notices.py": "sentences alone, which the pages that show them are tested for",
    "webui/idle_test/idle_test_pages.py": "put together alone; the tests of both pages ask for them",
    "webui/devices/device_pages.py": "put together alone; the tests of its pages ask for them",
    "webui/http/access_doc.py": "one table, which test_permissions.py compares with docs/access.md",
    "webui/http/route_needs.py": "what test_permissions.py asks every call of",
    "webui/accounts/account_pages.py": "put together alone; the tests of its pages ask for them",
    "webui/settings/kept_part.py": "what test_clear_log_page.py finds on its page",
    "webui/settings/restarting.py": "which test_restart_page.py asks, and its pages show",
    "webui/settings/upstreams_part.py": "sentences, which test_upstream_test_page.py reads",
    "webui/settings/settings_pages.py": "put together alone; the tests of its pages ask for them",
    "webui/services/services_pages.py": "put together alone; the tests of its pages ask for them",
    "webui/services/service_page.py": "what test_service_uses.py finds on its page",
    "webui/services/week_use.py": "whose numbers test_service_uses.py compares with SQL",
    "webui/companies/company_pages.py": "put together alone; the tests of its pages ask for them",
    "store/stats/one_company.py": "one count, which test_protocol.py compares between two engines, and pages with SQL",
    "store/stats/reporters.py": "two counts, which test_summary.py and test_protocol.py compare with plain ones",
    "store/local/decided_findings.py": "the rows that test_finding_states.py reads after each edit",
    "evidence/findings/decide_finding.py": "one edit in two files, which test_decisions.py makes",
    "store/log/record_sums.py": "one pass, whose sums test_rollup.py and test_gap_sums.py compare with the records",
    "store/log/in_gaps.py": "what test_gap_sums.py compares with and without what is remembered",
    "store/log/values.py": "shapes without behaviour, which test_protocol.py compares between two engines",
    "resolver/transport/pipe.py": "bytes as they are, which test_tcp.py sends and test_dot.py hides",
    "resolver/transport/tls.py": "what test_dot.py and test_doh.py ask over, good and bad",
    "resolver/transport/connections.py": "what test_tcp.py, test_dot.py and test_doh.py open, share and lose",
    "resolver/transport/faults.py": "sentences, each of which test_dot.py and test_doh.py make true",
    "resolver/upstream/reconnect_pauses.py": "what test_forwarder_modes.py waits for while a server starts anew",
    "resolver/upstream/upstream_policy.py": "settings as one value, which test_worker.py makes",
    "resolver/transport/waiting.py": "a protocol, which test_transports.py carries queries over",
    "evidence/whatif/effect.py": "shapes alone, which test_replay.py compares with a replay",
    "evidence/whatif/update_values.py": "shapes alone, which test_update_effects.py reads",
    "evidence/whatif/policy_copy.py": "the edits on a copy, which test_replay.py compares with the same made for good",
    "evidence/whatif/sides.py": "who is seated where, which test_replay.py compares with explain, row by row",
    "evidence/whatif/throwaway_index.py": "one index, which test_replay.py and test_question.py have compiled",
    "evidence/whatif/whatif_process.py": "the process that test_whatif_jobs.py starts",
    "evidence/report_counts/subject.py": "what a report is about, which test_report_document.py asks for in every way",
    "evidence/report_counts/log_measures.py": "sums, which test_report_sql.py compares with statements that count them",
    "evidence/report_counts/report_numbers.py": "tables, which test_report_sql.py compares with the same statements",
    "evidence/findings/leak_judge.py": "what the findings' own judge is given, whose reasons test_leak_rows.py reads",
    "evidence/report/leak_table.py": "a table, which test_leak_rows.py reads on the page",
    "evidence/report/leak_words.py": "sentences alone, which test_leak_rows.py reads",
    "evidence/report_counts/known_names.py": "names that are looked up once, as every test of a report does",
    "evidence/report/report_words.py": "sentences alone, which test_report_document.py reads",
    "evidence/report_counts/beat_rows.py": "the times of beats, which test_report_document.py knows",
    "evidence/report/row_digests.py": "digests of days, by which test_report_check.py finds each row at fault",
    "evidence/report/report_rows.py": "the rows of a JSON report, of which test_report_check.py changes one",
    "evidence/report/number_check.py": "each number again, of which test_report_check.py forges some",
    "evidence/report/chain_check.py": "the chain beside a report, which test_report_check.py makes anew",
    "evidence/report/sealed.py": "the digest of a file, of which test_report_check.py changes every byte",
    "evidence/report/report_process.py": "the process that test_report_jobs.py starts",
    "evidence/report_counts/half_rows.py": "an idle test's halves, which test_kept_test.py compares with statements",
    "evidence/report/kept_numbers.py": "the tables of a kept result, which test_kept_test.py compares with the log's",
    "evidence/report/kept_check.py": "a kept report's numbers, of which test_kept_test.py forges some",
    "evidence/report/html_parts.py": "pieces of a page, which test_report_html.py reads whole",
    "evidence/report/html_tables.py": "tables of a page, which test_report_html.py reads whole",
    "evidence/report/picture_parts.py": "pictures of a page, which test_report_html.py reads whole",
    "evidence/report/report_style.py": "one style, which test_report_html.py finds nothing from outside in",
    "webui/evidence/report_making.py": "the file, which test_report_api.py and test_reports_page.py ask for",
    "appliance/evidence_cli/verify_report.py": "half of `evidence verify`, which test_report_command.py calls",
    "appliance/evidence_cli/fault_words.py": "sentences alone, which test_verify_command.py reads",
    "resolver/answer/query.py": "two shapes without behaviour, which test_pipeline.py fills and reads",
}

# Nouns without an owner fill up with what belongs nowhere.
OWNERLESS = {"core", "common", "utils", "util", "helpers", "helper", "misc", "lib"}
# What locals and parameters are never called: their names say what they hold, a rule, a row, a match, a sentence …
NAMELESS = {"found", "held", "said", "told", "came", "one"}
# Written in two halves, so that this file does not hold them itself.
FORBIDDEN = {
    "/wor" + "k/": "a path of one machine",
    "/opt/whe" + "els": "a path of one machine",
    "/home" + "/pi/": "a path of one machine",
    "pypi" + ".org": "a registry's host: where packages come from is the reader's own configuration",
    "pythonhosted" + ".org": "a registry's host",
    "registry.npmjs" + ".org": "a registry's host",
    "index" + "-url": "a registry's address",
    "find" + "-links": "a registry's address",
}
# An option's name must be spelled where it is switched off.
MAY_SPELL = {"scripts/lock.sh": ("index" + "-url", "find" + "-links")}


def tracked() -> list[Path]:
    """Every file of the project that git does not ignore; without git, every file of its own folders."""
    command = ["git", "-c", "safe.directory=*", "ls-files", "-co", "--exclude-standard"]
    done = subprocess.run(command, cwd=HOUSE, capture_output=True, text=True, check=False)
    if done.returncode == 0:
        return [HOUSE / line for line in done.stdout.splitlines() if (HOUSE / line).is_file()]
    folders = (*ROOMS, "tests", "bench", "docs", "deploy", "scripts")
    return [path for folder in folders for path in (HOUSE / folder).rglob("*") if path.is_file()]


def sources() -> list[Path]:
    return [path for room in ROOMS for path in python_files(room)]


def shown(path: Path) -> str:
    return path.relative_to(HOUSE).as_posix()


def test_files_are_short() -> None:
    short = {path for path in sources() if shown(path) not in LONG_FILES}
    for path in [*sources(), *python_files("tests"), *python_files("bench")]:
        lines = text(path).count("\n")
        allowed = FILE_LINES if path in short else FILE_LINES_WITH_A_REASON
        assert lines <= allowed, f"{shown(path)} has {lines} lines: is it one concept?"


def test_functions_are_seen_whole() -> None:
    for path in sources():
        for node in nodes(path):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (node.end_lineno or node.lineno) - node.lineno + 1
                where = f"{shown(path)}:{node.name}"
                assert lines <= FUNCTION_LINES or where in LONG_FUNCTIONS, f"{where} has {lines} lines"


def test_exceptions_are_still_needed() -> None:
    for name in LONG_FILES:
        lines = (HOUSE / name).read_text(encoding="utf-8").count("\n")
        assert lines > FILE_LINES, f"{name} needs no exception any more"
    for name in TESTED_ELSEWHERE:
        assert not own_tests(HOUSE / name), f"{name} has its own test now"


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_tells_its_story_and_nothing_else(room: str) -> None:
    whole = tree(HOUSE / room / "__init__.py")
    story = ast.get_docstring(whole)
    assert story, f"{room}/__init__.py lacks its story"
    assert len(story.splitlines()) >= 5, f"{room}/__init__.py: what it owns, a small drawing, the order to read"
    code = [ast.unparse(statement) for statement in whole.body[1:]]
    hot = {path.partition("/")[0] for path in hot_files(HOUSE)}
    # Machine code of its hot files has to be found before the first of them is imported.
    assert code == (["from native.finder import install", "install()"] if room in hot else []), f"{room}/__init__.py"


def own_tests(path: Path) -> list[Path]:
    """Test files of one source file: its folder below tests/, test_FILE*.py."""
    place = HOUSE / "tests" / path.relative_to(HOUSE).parent
    return list(place.glob(f"test_{path.stem}*.py"))


def test_every_source_file_has_a_test_file() -> None:
    alone = {shown(path) for path in sources() if not path.name.startswith("__") and not own_tests(path)}
    assert alone <= set(TESTED_ELSEWHERE), "give each a test file, or say in TESTED_ELSEWHERE what tests it"


def test_tests_are_no_package() -> None:
    """With one, tests/resolver would be imported as `resolver`."""
    assert not list((HOUSE / "tests").rglob("__init__.py"))


def test_no_module_without_an_owner() -> None:
    for path in sources():
        assert not OWNERLESS & {part.lower() for part in path.relative_to(HOUSE).with_suffix("").parts}, shown(path)


def bound(node: ast.AST) -> str | None:
    """The name that a node binds: of a variable, a parameter, a caught error."""
    if isinstance(node, ast.Name):
        return None if isinstance(node.ctx, ast.Load) else node.id
    return node.arg if isinstance(node, ast.arg) else node.name if isinstance(node, ast.ExceptHandler) else None


def test_locals_say_what_they_hold() -> None:
    """Fields and functions are no locals: pages, the API and SQL may name them."""
    functions = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
    wrong = {
        f"{shown(path)}:{getattr(node, 'lineno', 0)}: {bound(node)}"
        for path in sources()
        for function in nodes(path) if isinstance(function, functions)
        for node in ast.walk(function) if bound(node) in NAMELESS
    }  # fmt: skip
    assert not sorted(wrong), "name it by its noun, as docs/vocabulary.md has it"


@pytest.mark.process
def test_no_file_speaks_of_one_machine() -> None:
    found = []
    for path in tracked():
        try:
            written = text(path)
        except UnicodeDecodeError:
            continue
        allowed = MAY_SPELL.get(shown(path), ())
        held = {word: why for word, why in FORBIDDEN.items() if word in written and word not in allowed}
        found += [f"{shown(path)}: {word} ({why})" for word, why in held.items()]
    assert not found


def test_every_tool_that_tests_call_is_installed_for_them() -> None:
    """A test skipped for want of a tool on a fresh Debian is a test that nobody runs."""
    script = (HOUSE / "scripts/system-packages.sh").read_text(encoding="utf-8")
    offered = {command for line in re.findall(r"^ +need \S+ (.+)$", script, re.M) for command in line.split()}
    wanted = {
        tool
        for path in python_files("tests")
        for tool in re.findall(r"""\bwhich\(["']([\w.-]+)["']""", text(path))
    }
    assert wanted <= offered, "name its Debian package in scripts/system-packages.sh"
