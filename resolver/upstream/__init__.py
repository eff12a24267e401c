# SPDX-License-Identifier: GPL-3.0-or-later
"""Asking the upstreams: which server, over what, until when."""
