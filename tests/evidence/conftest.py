# SPDX-License-Identifier: GPL-3.0-or-later
"""A home that has been lived in."""

from lived_in_home import _lived as _lived
from lived_in_home import _settled as _settled
from lived_in_home import home as home
from lived_in_home import visitor as visitor
from weak_scrypt import _weak_scrypt as _weak_scrypt
