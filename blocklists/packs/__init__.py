# SPDX-License-Identifier: GPL-3.0-or-later
"""What comes with the program: vendor packs, services, the catalogue, names of DNS services."""
