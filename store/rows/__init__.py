# SPDX-License-Identifier: GPL-3.0-or-later
"""config.db as SQLModel classes. Edits name `orm` and `tables`; what stands behind these is imported on demand."""
