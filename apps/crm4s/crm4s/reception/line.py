"""The line of consultants of a store: who is here today, and who is next.

A consultant is available, busy with a visitor, or away. Who has been available longest is next; who served last goes to the end. A state
that was set before today counts as away, so no night has to clear the line. Whoever changes the line holds the rows of the whole line until
the end of the transaction (`lock_line`), so two receptionists cannot both be told that the same consultant is next.
"""

from collections.abc import Iterable
from datetime import date

import frappe
from frappe import _
from frappe.utils import get_datetime, getdate, now_datetime, nowdate

from crm4s.access.stores import DEALERSHIP

ENTRY = "C4S Reception Queue Entry"
AVAILABLE, BUSY, AWAY = "In Line", "Serving", "Away"
STATES = (AVAILABLE, BUSY, AWAY)
CONSULTANT = "C4S Sales Consultant"
FIELDS = ["name", "user", "state", "since"]


def lock_line(dealership: str) -> list[dict]:
	"""All entries of the store, the longest waiting first, locked until the transaction ends.

	Taken before any visit is locked, by everybody: two who take locks in another order would wait for each other.
	"""
	return frappe.db.get_values(ENTRY, {"dealership": dealership}, FIELDS, as_dict=True, order_by="since asc", for_update=True)


def line_of(dealership: str) -> list[dict]:
	"""The entries of those who are here today, in order; for showing."""
	rows = frappe.get_all(ENTRY, filters={"dealership": dealership}, fields=FIELDS, order_by="since asc")
	return [row for row in rows if state_today(row) != AWAY]


def state_today(entry: dict | None, today: date | None = None) -> str:
	"""The state that holds today; Away where there is no entry or an older one."""
	if not entry or getdate(entry["since"]) != (today or getdate(nowdate())):
		return AWAY
	return entry["state"]


def next_in_line(line: Iterable[dict], own: str | None = None, besides: str | None = None) -> dict | None:
	"""Who receives the next visitor: the visitor's own consultant if available, else whoever has been available longest.

	Args:
		line: entries in the order of their time.
		own: the consultant who knows the visitor.
		besides: somebody who has just passed the visitor on.
	"""
	available = [entry for entry in line if state_today(entry) == AVAILABLE and entry["user"] != besides]
	return next((entry for entry in available if entry["user"] == own), available[0] if available else None)


def entry_of(line: Iterable[dict], user: str | None) -> dict | None:
	return next((entry for entry in line if entry["user"] == user), None)


def write_state(entry: dict, state: str, since=None) -> None:
	"""Store the state of an entry that the caller has locked; `since` is now where nothing else is said."""
	document = frappe.get_doc(ENTRY, entry["name"], for_update=True)
	document.flags.by_reception = True
	document.update({"state": state, "since": since or now_datetime()})
	document.save(ignore_permissions=True)


def set_presence(dealership: str, user: str, state: str) -> None:
	"""Somebody comes, goes or returns. Coming again does not lose the place in the line."""
	if state not in (AVAILABLE, AWAY):
		frappe.throw(_("A consultant is available or away; busy is whoever has a visitor."))
	key = {"dealership": dealership, "user": user}
	if not frappe.db.exists(ENTRY, key):
		require_consultant_of(dealership, user)
		return _join(key, state)
	entry = entry_of(lock_line(dealership), user)
	if state_today(entry) != state and not (state == AVAILABLE and state_today(entry) == BUSY):
		write_state(entry, state)


def _join(key: dict, state: str) -> None:
	entry = frappe.get_doc({"doctype": ENTRY, **key, "state": state, "since": now_datetime()})
	entry.flags.by_reception = True
	try:
		entry.insert(ignore_permissions=True)
	except frappe.UniqueValidationError:
		# The same person was entered at the other desk at this moment.
		frappe.clear_last_message()


def release(line: Iterable[dict], user: str | None, since=None) -> None:
	"""A consultant is free again, at the end of the line or where he or she stood `since`; who went away stays away."""
	entry = entry_of(line, user)
	if entry and state_today(entry) == BUSY:
		is_of_today = since and getdate(since) == getdate(nowdate())
		write_state(entry, AVAILABLE, get_datetime(since) if is_of_today else None)


def require_consultant_of(dealership: str, user: str) -> None:
	if user not in {row["user"] for row in consultants_of(dealership)}:
		frappe.throw(_("{0} is no sales consultant of this store.").format(frappe.bold(frappe.utils.escape_html(user))))


def consultants_of(dealership: str) -> list[dict]:
	"""User and full name of the sales consultants who are assigned to the store or to a node above it."""
	left, right = frappe.db.get_value(DEALERSHIP, dealership, ["lft", "rgt"]) or (0, 0)
	node, permission = frappe.qb.DocType(DEALERSHIP), frappe.qb.DocType("User Permission")
	role, user = frappe.qb.DocType("Has Role"), frappe.qb.DocType("User")
	query = (
		frappe.qb.from_(user)
		.join(role)
		.on((role.parent == user.name) & (role.parenttype == "User") & (role.role == CONSULTANT))
		.join(permission)
		.on((permission.user == user.name) & (permission.allow == DEALERSHIP))
		.join(node)
		.on(node.name == permission.for_value)
		.where((node.lft <= left) & (node.rgt >= right) & (user.enabled == 1))
		.select(user.name.as_("user"), user.full_name)
		.distinct()
		.orderby(user.full_name)
	)
	return query.run(as_dict=True)
