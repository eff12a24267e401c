# SPDX-License-Identifier: GPL-3.0-or-later
"""Over what upstreams are asked: UDP, TCP, TLS, HTTPS, QUIC."""
