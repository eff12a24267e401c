# SPDX-License-Identifier: GPL-3.0-or-later
"""A storm of TLS connections beside plain DNS: does a query in the clear notice, and does memory grow?"""
