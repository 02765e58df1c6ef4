"""Plain unittest, so that pytest and Frappe's own runner both run it."""

from hypothesis import settings

# No time limit for an example on a busy machine, and no folder of examples left behind.
PROPERTY = settings(deadline=None, database=None)
