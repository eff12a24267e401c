# SPDX-License-Identifier: GPL-3.0-or-later
"""Pages and calls about what the record proves, a part each; all pages: `evidence_pages`."""
