# SPDX-License-Identifier: GPL-3.0-or-later
"""`telltale evidence`: what the record proves, a file a part, put together by `evidence_command`; `telltale log`."""
