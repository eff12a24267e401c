#!/bin/sh
# Installs the Debian packages that a task needs, and only those that are missing.
#
#   scripts/system-packages.sh run      Python 3.11 or newer with venv, and certificates: without them, an error
#   scripts/system-packages.sh test     the above, and the tools that tests call: without one, those tests are skipped
#   scripts/system-packages.sh bench    the above, and what the benchmarks measure against
#   scripts/system-packages.sh compiled the first, and a C compiler with headers: without them, an error
#
# As root it calls apt-get (one update at most); otherwise it prints the command to type.
set -eu

PYTHON=${PYTHON:-$(sh "$(dirname "$0")/choose-python.sh" first)}   # where none is named, any that will do will do
PYTHON=${PYTHON:-python3}
PATH=$PATH:/usr/sbin:/sbin

say() { printf '%s\n' "$*" >&2; }

missing=   # packages, separated by spaces
need() {   # need PACKAGE COMMAND…: the package is missing unless one of the commands is there
    package=$1
    shift
    for command in "$@"; do
        if command -v "$command" >/dev/null 2>&1; then return; fi
    done
    missing="$missing $package"
}

need_library() {   # need_library PACKAGE FILE: the package is missing unless the loader knows the file
    if ! ldconfig -p 2>/dev/null | grep -q "$2"; then missing="$missing $1"; fi
}

need_for_run() {
    need python3 "$PYTHON"
    # Debian ships the venv module without what fills it (ensurepip); that is in python3-venv.
    if ! "$PYTHON" -c 'import ensurepip, venv' >/dev/null 2>&1; then missing="$missing python3-venv"; fi
    if [ ! -e /etc/ssl/certs/ca-certificates.crt ]; then missing="$missing ca-certificates"; fi
}

# A test that calls another tool is skipped where it is missing; tests/test_house.py holds that this list is whole.
need_for_test() {
    need bind9-dnsutils dig
    need chromium chromium
    need dnsmasq-base dnsmasq
    need dnsperf dnsperf
    need iproute2 ip
    need knot knotd
    need knot-dnsutils kdig
    need nftables nft
    need openssl openssl
    need systemd systemd-analyze
    need unbound unbound unbound-checkconf
    need util-linux setpriv unshare
    need_library libatomic1 libatomic.so.1   # for playwright, which drives Chromium
}

need_for_bench() {
    need dnsmasq-base dnsmasq
    need dnsperf dnsperf
    need unbound unbound unbound-checkconf
    need util-linux taskset
}

need_for_compiled() {
    need gcc gcc cc
    if [ ! -e /usr/include/stdlib.h ]; then missing="$missing libc6-dev"; fi
    headers=$("$PYTHON" -c 'import sysconfig; print(sysconfig.get_path("include"))')
    if [ ! -e "$headers/Python.h" ]; then
        missing="$missing $("$PYTHON" -c 'import sys; print("libpython%d.%d-dev" % sys.version_info[:2])')"
    fi
}

# Debian starts these as services as soon as they are installed; tests and bench only want the programs.
stop_services() {
    for service in unbound knot; do
        case "$missing " in *" $service "*) systemctl disable --now "$service" >/dev/null 2>&1 || true ;; esac
    done
}

install_missing() {   # what is missing is installed, or named with its cure; fails when it could not be
    if ! command -v apt-get >/dev/null 2>&1; then
        say "Missing here:$missing (Debian's package names); this system has no apt-get, so install them its own way."
        return 1
    fi
    if [ "$(id -u)" -ne 0 ]; then
        say "Missing here:$missing. Install with: sudo apt-get install --no-install-recommends$missing"
        return 1
    fi
    say "Installing$missing"
    log=$(mktemp)
    if { [ -n "$updated" ] || apt-get update -qq; } >"$log" 2>&1 \
        && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >>"$log" 2>&1
    then
        updated=yes
        rm -f "$log"
        return 0
    fi
    tail -n 20 "$log" >&2
    say "apt-get could not install$missing; its last lines are above."
    rm -f "$log"
    return 1
}

task=${1:-run}
case $task in
    run | test | bench | compiled) ;;
    *) say "usage: $0 run|test|bench|compiled"; exit 2 ;;
esac

if [ "$PYTHON" != python3 ] && ! command -v "$PYTHON" >/dev/null 2>&1; then
    say "There is no $PYTHON here."
    exit 1
fi

updated=
need_for_run
if [ -n "$missing" ]; then install_missing || exit 1; fi

if ! "$PYTHON" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
    say "Telltale needs Python 3.11 or newer, and $PYTHON is $("$PYTHON" -V 2>&1); name another with: make PYTHON=python3.12 …"
    exit 1
fi

missing=
case $task in
    test) need_for_test ;;
    bench) need_for_bench ;;
    compiled) need_for_compiled ;;
esac
if [ -n "$missing" ]; then
    if install_missing; then stop_services
    elif [ "$task" = compiled ]; then say "Without them nothing can be compiled; Telltale runs as well without that."; exit 1
    else say "Going on without; what needs them is skipped and says so."; fi
fi
