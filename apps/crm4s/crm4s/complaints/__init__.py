"""Complaints, from the first word to the customer's last: opened by whoever hears of them, on the store's working time, closed with the customer's answer.

`opening` makes them for others (surveys, calls), each once.
"""

from crm4s.complaints.opening import open_for

__all__ = ["open_for"]
