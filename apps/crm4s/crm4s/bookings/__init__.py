"""The one booking mechanism: a resource (car, bay, person) is taken for a time by at most one.

`book`, `move`, `finish` and `release` write C4S Booking; a document that needs a resource calls them in its controller and does
nothing else about it. The rules stand in the controller of C4S Booking, so that whoever saves a booking obeys them; times and
free slots are worked out by calendars/slots.py.
"""

from crm4s.bookings.availability import free_slots
from crm4s.bookings.booking import book, finish, forget, move, release

__all__ = ["book", "finish", "forget", "free_slots", "move", "release"]
