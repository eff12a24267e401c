# SPDX-License-Identifier: GPL-3.0-or-later
"""evidence.db: what each closed hour of the query log adds up to, by device and name, with beats; its reader."""
