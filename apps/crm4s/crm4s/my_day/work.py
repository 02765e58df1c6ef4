"""One kind of work: which documents are somebody's to do, and what the list shows of each. What the modules `due` are written with."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime

import frappe
from frappe.utils import now_datetime

from crm4s.my_day.urgency import Urgency

Filters = list[list]
EARLIEST = date(2000, 1, 1)


@dataclass(frozen=True)
class Person:
	"""Who asks, and when."""

	user: str
	roles: frozenset[str]
	now: datetime

	@property
	def today(self) -> date:
		return self.now.date()

	def is_one_of(self, roles: frozenset[str]) -> bool:
		return bool(roles & self.roles)


@dataclass(frozen=True)
class Work:
	"""Documents of one type that wait for the same thing.

	Attributes:
		key: names it in the page and in tests.
		why: what the list says, in English; it is translated.
		filters: of the documents that are the person's to do, in Frappe's way of lists; None where this is not his or her work.
		due: the field with the moment or the day until which it is to be done.
		due_time: a field with a time of day such as 14:30, where `due` is a day.
		urgency: where it stands whatever its time; None: that follows from the time.
		title, phone, customer: the fields that name who it is about; customer is a link to the file.
		facts: fields shown beside; `translated` are those whose values are words of ours.
		opens: the fields with type and name of the document behind it, where that is what one wants to see.
		action: the one tap that does it, as the page knows it; None: only to be opened.
	"""

	key: str
	doctype: str
	why: str
	filters: Callable[[Person], Filters | None]
	due: str
	due_time: str | None = None
	urgency: Urgency | None = None
	title: str = "name"
	phone: str | None = None
	customer: str | None = None
	facts: tuple[str, ...] = ()
	translated: frozenset[str] = field(default_factory=frozenset)
	opens: tuple[str, str] | None = None
	action: str | None = None

	@property
	def fields(self) -> list[str]:
		wanted = ["name", self.title, self.due, self.due_time, self.phone, self.customer, *self.facts, *(self.opens or ())]
		return list(dict.fromkeys(name for name in wanted if name))


def until(field: str, day: date) -> list:
	"""A condition for what is due until the end of `day`. With "<=" Frappe would bring what has no time at all as well."""
	return [field, "between", [EARLIEST, day]]


def current_person() -> Person:
	user = frappe.session.user
	return Person(user, frozenset(frappe.get_roles(user)), now_datetime().replace(microsecond=0))
