# SPDX-License-Identifier: GPL-3.0-or-later
"""Names and patterns of names as people write them: tidied, or refused with a plain sentence; what names can be for;
what a list is called on pages."""
