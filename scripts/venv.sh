#!/bin/sh
# Makes .venv with the locked packages and the project itself, and does nothing when that already stands.
#
#   scripts/venv.sh run    what the appliance needs
#   scripts/venv.sh dev    that, and what tests and linters need; it serves `run` too
#   VENV=build/tools scripts/venv.sh compiled    what makes machine code of the hot files, and nothing of ours
#
# Every package comes with its hash from a lock file, the build tool included, so two installs are the same. Where pip
# fetches from is pip's own configuration, never ours.
set -eu

PYTHON=${PYTHON:-python3}
VENV=${VENV:-.venv}
kind=${1:-run}

case $kind in
    run) locks='requirements.lock requirements-build.lock' ;;
    dev) locks='requirements-dev.lock requirements-build.lock' ;;
    compiled) locks='requirements-compiled.lock' ;;
    *) printf 'usage: %s run|dev|compiled\n' "$0" >&2; exit 2 ;;
esac

# A stamp names the kind, the interpreter and the contents of its locks: a system upgrade rebuilds too.
stamp_of() { printf '%s %s %s\n' "$1" "$("$PYTHON" -V)" "$(cat $2 | cksum)"; }
project_stamp() { printf '%s %s\n' "$PWD" "$(cksum <pyproject.toml)"; }
stands() { [ -f "$VENV/$1" ] && [ "$(cat "$VENV/$1")" = "$2" ]; }
pip() { "$VENV/bin/python" -m pip --disable-pip-version-check --quiet "$@"; }

packages_stand() {
    "$VENV/bin/python" -c '' 2>/dev/null || return 1
    stands .packages "$(stamp_of "$kind" "$locks")" && return 0
    # The tools for tests come on top of what runs, so a dev environment serves `run` as it is.
    [ "$kind" = run ] && stands .packages "$(stamp_of dev 'requirements-dev.lock requirements-build.lock')"
}

if ! packages_stand; then
    printf 'Setting up %s (a minute or two on a Raspberry Pi)\n' "$VENV" >&2
    rm -rf "$VENV"
    "$PYTHON" -m venv "$VENV"
    for lock in $locks; do pip install --require-hashes -r "$lock"; done
    stamp_of "$kind" "$locks" >"$VENV/.packages"
fi

if [ "$kind" != compiled ] && ! stands .project "$(project_stamp)"; then
    pip install --no-deps --no-build-isolation --no-index --editable .
    project_stamp >"$VENV/.project"
fi
