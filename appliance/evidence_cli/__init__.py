# SPDX-License-Identifier: GPL-3.0-or-later
"""`telltale evidence`: what the record proves. A file a part; `evidence_command` puts them together."""
