#!/bin/sh
# Writes the four lock files anew from pyproject.toml: exact versions and hashes, valid for Python 3.11 and newer on
# every processor. The newest versions that pyproject.toml allows are taken.
#
#   requirements.lock          what the appliance runs on
#   requirements-build.lock    what builds the package (the build-system table of pyproject.toml)
#   requirements-compiled.lock what makes machine code of the hot files (the group `compiled`)
#   requirements-dev.lock      the first, and what tests and linters need
set -eu

VENV=${VENV:-.venv}

compile() {   # compile OUTPUT SOURCE…
    output=$1
    shift
    "$VENV/bin/uv" pip compile --quiet --universal --upgrade --generate-hashes --python-version 3.11 \
        --no-header --no-emit-index-url --no-emit-find-links --no-annotate --output-file "$output" "$@"
    printf '# Written by `make lock` from pyproject.toml; do not edit.\n%s\n' "$(cat "$output")" >"$output"
}

build_requires='import tomllib; print(*tomllib.load(open("pyproject.toml", "rb"))["build-system"]["requires"], sep="\n")'

compile requirements.lock pyproject.toml
compile requirements-dev.lock --extra dev --constraints requirements.lock pyproject.toml
build_in=$(mktemp --suffix=.in)
trap 'rm -f "$build_in"' EXIT
"$VENV/bin/python" -c "$build_requires" >"$build_in"
# The dev environment holds the build tools too, so what both name must be one version.
compile requirements-build.lock --constraints requirements-dev.lock "$build_in"
# Machine code is made by the mypy that checked the types.
compile requirements-compiled.lock --group compiled --constraints requirements-dev.lock
