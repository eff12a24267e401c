# SPDX-License-Identifier: GPL-3.0-or-later
"""A home that has been lived in, and who visits its pages."""

import patient
from answered_here import _answered_here as _answered_here
from answered_here import real_questions as real_questions
from lived_in_home import _lived as _lived
from lived_in_home import _settled as _settled
from lived_in_home import bare_home as bare_home
from lived_in_home import home as home
from lived_in_home import lived_in as lived_in
from lived_in_home import looker as looker
from lived_in_home import newcomer as newcomer
from lived_in_home import stranger as stranger
from lived_in_home import visitor as visitor
from weak_scrypt import _weak_scrypt as _weak_scrypt
from web_app import _lent_apps as _lent_apps

patient.arrange()
