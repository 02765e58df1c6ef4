"""What the modules of this package share about C4S Retention Case."""

import frappe

CASE, CONTACT = "C4S Retention Case", "C4S Retention Contact"
CUSTOMER, CAR, VISIT, DEAL = "C4S Customer", "C4S Vehicle", "C4S Service Visit", "C4S Deal"
OPEN, WON_BACK, ENDED = "Open", "Won Back", "Ended"


def key_of(customer: str, vehicle: str | None, dealership: str) -> str:
	"""What an open case stands for: a car of the group, or a customer of a store where no car is named. Of each there is one."""
	return vehicle or f"{customer}@{dealership}"


def open_case_of(key: str, without: str | None = None, locking: bool = False) -> str | None:
	"""The name of the open case with this key; as it is now, not as it was when the transaction began, where it locks."""
	name = frappe.db.get_value(CASE, {"open_key": key}, for_update=locking)
	return name if name != without else None


def save(case) -> None:
	"""Save what the system noted on a case; nobody's permission is asked."""
	case.flags.writes_facts = True
	try:
		case.save(ignore_permissions=True)
	finally:
		case.flags.writes_facts = False
