# SPDX-License-Identifier: GPL-3.0-or-later
"""The server under the app: where connections come from, how long one may take, and when all of it sleeps."""
