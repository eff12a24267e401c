# Each target sets up what it needs on a bare Debian 12 or 13, so a fresh clone and one command are enough.
# PYTHON=python3.12 picks an interpreter; without it, `run` and `install` take the fastest on the machine, all others
# python3. ARGS="--web 127.0.0.1:8053" passes options to `run`, and to pytest in `test`.

PYTHON = python3
VENV = .venv
ARGS =
export PYTHON VENV
# What a shell's PYTHONPATH holds, pip would take for installed, and leave out of .venv.
unexport PYTHONPATH PYTHONHOME
# Where bytecode is not kept, each of some hundred interpreters that the tests start compiles the house anew.
export PYTHONDONTWRITEBYTECODE =

.NOTPARALLEL:
.PHONY: help run check test test-plain test-compiled install compiled bench lint lock messages screenshots

help:
	@echo 'make run      set up, then run Telltale here, in the foreground     ARGS="--upstream 9.9.9.9"'
	@echo 'make install  set up .venv with the command .venv/bin/telltale'
	@echo 'make compiled machine code of the hot files, for up to a third less processor time; takes a C compiler and a minute'
	@echo 'make test     lint, types and the whole test suite, plain and compiled   WAYS=plain   ARGS="tests/resolver -k cache"'
	@echo 'make check    lint, types and the tests that start and serve nothing: less than a minute of one core'
	@echo 'make lint     ruff and mypy alone'
	@echo 'make bench    two hours of benchmarks, into docs/performance.md  ARGS="--quick" for ten minutes'
	@echo 'make messages  every sentence of the source into store/messages, languages brought up to it'
	@echo 'make screenshots  every page of a demo, light and dark, at four widths, into docs/screenshots'
	@echo 'make lock     write the lock files anew from pyproject.toml'

# Empty unless PYTHON stood on the command line: scripts/venv.sh chooses then.
GIVEN = $(if $(filter command,$(firstword $(origin PYTHON))),$(PYTHON))
install:
	@PYTHON="$(GIVEN)" sh scripts/system-packages.sh run
	@PYTHON="$(GIVEN)" sh scripts/venv.sh run

run: install
	@exec $(VENV)/bin/telltale run $(ARGS)

# What is made stands under native/built, and runs as long as its sources are as they were.
compiled: install
	@PYTHON=$(VENV)/bin/python sh scripts/system-packages.sh compiled
	@PYTHON=$(VENV)/bin/python VENV=build/tools sh scripts/venv.sh compiled
	@build/tools/bin/python scripts/compiled.py $(VENV)/bin/python

lint:
	@sh scripts/system-packages.sh run
	@sh scripts/venv.sh dev
	$(VENV)/bin/ruff check .
	$(VENV)/bin/mypy --strict

# The last lines of pytest name each skipped test with its reason. A file stays on one core, so that what its tests
# share (a home in network namespaces, an appliance) is made once.
# Two workers more than cores: much of a test's time is waiting for processes that start. Files begin in the order that
# tests/conftest.py gives them, the long ones first; xdist would take those of many tests first.
PARALLEL = -n $(shell expr $$(nproc) + 2) --dist loadfile --no-loadscope-reorder
# Both ways in which the hot files may run (docs/running.md); WAYS=plain runs one.
WAYS = plain compiled
test:
	@sh scripts/system-packages.sh test
	@sh scripts/venv.sh dev
	$(VENV)/bin/ruff check .
	$(VENV)/bin/mypy --strict
	@for way in $(WAYS); do $(MAKE) --no-print-directory test-$$way || exit 1; done

# Every test, as it runs everywhere; and every test with what `make compiled` made, where a compiler is to be had.
test-plain:
	TELLTALE_COMPILED=off $(VENV)/bin/python -m pytest $(PARALLEL) $(ARGS)

test-compiled:
	@if PYTHON=$(VENV)/bin/python sh scripts/system-packages.sh compiled; then $(MAKE) --no-print-directory compiled || exit 1; \
	else echo 'Skipped: every test with compiled code, since there is no compiler.'; exit 0; fi; \
	echo 'TELLTALE_COMPILED=on $(VENV)/bin/python -m pytest $(PARALLEL) $(ARGS)'; \
	TELLTALE_COMPILED=on $(VENV)/bin/python -m pytest $(PARALLEL) $(ARGS)

# Tests without a mark that says what they start (tests/fixtures/purity.py), each property with a fifth of its examples.
# On one core: two would be done sooner, yet each imports and collects everything by itself.
PURE = not process and not netns and not browser and not web and not database and not slow
check: lint
	$(VENV)/bin/python -m pytest -q --hypothesis-profile=quick -m "$(PURE)" $(ARGS)

bench:
	@sh scripts/system-packages.sh bench
	@sh scripts/venv.sh dev
	$(VENV)/bin/python -m bench $(ARGS)

lock:
	@sh scripts/system-packages.sh run
	@sh scripts/venv.sh dev
	sh scripts/lock.sh

messages:
	@sh scripts/system-packages.sh run
	@sh scripts/venv.sh dev
	$(VENV)/bin/python scripts/messages.py

screenshots:
	@sh scripts/system-packages.sh test
	@sh scripts/venv.sh dev
	$(VENV)/bin/python scripts/screenshots.py $(ARGS)
