"""Complaints, from the first word to the customer's last.

`opening` makes them for others (surveys, calls), each once; `clock` keeps the deadlines in opening hours, `compensation` what a solution may cost,
`feedback` tells the customer and opens again what he or she is not content with. `similar` finds complaints that are alike, `statutory` (with the pure
`limits`) how near a car is to what the law lets its owner ask for.
"""

from crm4s.complaints.opening import open_for

__all__ = ["open_for"]
