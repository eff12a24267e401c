# SPDX-License-Identifier: GPL-3.0-or-later
"""DNS over TLS, HTTPS and QUIC for clients, in a process of its own, and the pages over HTTPS beside it."""
