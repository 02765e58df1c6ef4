"""What a trigger finds, and what triggers ask alike."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from hashlib import md5
from typing import Any

import frappe

from crm4s.crm4s.doctype.c4s_stock_movement.transitions import WITH_CUSTOMER


@dataclass(frozen=True)
class Due:
	"""Something that is due for a customer.

	Attributes:
		subject: what it is about, a name: the customer, the car or a document.
		occurrence: which time it is, such as the year of the birthday; rule, subject and occurrence make it one thing for ever.
		day: when it happens; `due_on` of the task is this and the rule's offset.
		dealership: the store, where the subject says it; None: the customer's own.
		facts: for the words of the task and of the message; texts, numbers, dates.
	"""

	subject: str
	occurrence: str
	customer: str
	day: date
	vehicle: str | None = None
	dealership: str | None = None
	facts: dict[str, Any] = field(default_factory=dict)


def due_key(rule: str, due: Due) -> str:
	"""The one key of a due thing, at most 140 characters."""
	of_rule = md5(rule.encode(), usedforsecurity=False).hexdigest()[:12]
	key = f"{of_rule}:{due.subject}:{due.occurrence}"
	return key if len(key) <= 140 else f"{of_rule}:{md5(key.encode(), usedforsecurity=False).hexdigest()}"


def day_range(first: date, last: date | None = None) -> slice:
	"""For `column[...]` of a column with days and times: everything of these days."""
	until = (last or first) + timedelta(days=1)
	return slice(f"{first} 00:00:00", f"{until - timedelta(days=1)} 23:59:59.999999")


def tables() -> tuple:
	"""Customer and vehicle, for queries."""
	return frappe.qb.DocType("C4S Customer"), frappe.qb.DocType("C4S Vehicle")


def driven(query, car, customer):
	"""The query, which has the cars, with their owners, and only with cars that a customer drives."""
	return query.join(customer).on(customer.name == car.current_owner).where(car.status.isin(WITH_CUSTOMER))
