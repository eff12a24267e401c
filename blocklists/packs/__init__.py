# SPDX-License-Identifier: GPL-3.0-or-later
"""What comes with the program: vendor packs, companies, the catalogue, names of DNS services."""
