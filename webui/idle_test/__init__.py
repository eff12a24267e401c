# SPDX-License-Identifier: GPL-3.0-or-later
"""The idle test, as pages and over the API: for who is logged in, and at the device itself."""
