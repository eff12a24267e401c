# SPDX-License-Identifier: GPL-3.0-or-later
"""A resolver between a client and an upstream that are the test."""

from forwarding_bench import bench as bench
from forwarding_bench import clock as clock
