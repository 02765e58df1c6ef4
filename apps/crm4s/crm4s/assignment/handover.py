"""What managers do with leads by hand: give some to somebody else, share out everything of a person who is away, give out what nobody has."""

import frappe
from frappe import _

from crm4s.access.required import require_permission
from crm4s.access.stores import stores_of
from crm4s.assignment.giving import give_leads, write_consultant
from crm4s.assignment.rules import LEAD, present
from crm4s.leads.movements import log_movements
from crm4s.leads.notices import tell_of_new_leads
from crm4s.leads.who import manages_leads

MOST_AT_ONCE = 10_000


@frappe.whitelist(methods=["POST"])
def reassign(leads: list[str] | str, to_user: str, reason: str) -> int:
	"""Give these open leads to another consultant; how many changed hands. For managers, of their own stores' leads."""
	_require_manager()
	_require_reason(reason)
	rows = _open_leads_of_own_stores(frappe.parse_json(leads) if isinstance(leads, str) else leads)
	_require_consultant(to_user, {row.dealership for row in rows})
	rows = [row for row in rows if row.sales_consultant != to_user]
	write_consultant([row.name for row in rows], to_user)
	_log(rows, "Re-Assigned", reason, {row.name: to_user for row in rows})
	tell_of_new_leads({to_user: [row.name for row in rows]})
	return len(rows)


@frappe.whitelist(methods=["POST"])
def hand_over(from_user: str, reason: str, to_user: str | None = None) -> dict:
	"""Everything open of a consultant who is absent or leaves, to one colleague or by the rules.

	Returns {"given": n, "left": n}: what no rule could give stays without consultant. For managers, of their own stores' leads.
	"""
	_require_manager()
	_require_reason(reason)
	if to_user:
		names = _held_by(from_user)
		return {"given": reassign(names, to_user, reason), "left": 0} if names else {"given": 0, "left": 0}
	rows = _open_leads_of_own_stores(_held_by(from_user))
	write_consultant([row.name for row in rows], None)
	_log(rows, "Handed Over", reason, {})
	given = give_leads(row.name for row in rows)
	return {"given": len(given), "left": len(rows) - len(given)}


@frappe.whitelist(methods=["POST"])
def give_by_rule(leads: list[str] | str) -> dict:
	"""Give out leads that have no consultant by the rules; {"given": n, "left": n}. For managers, of their own stores' leads."""
	_require_manager()
	rows = _open_leads_of_own_stores(frappe.parse_json(leads) if isinstance(leads, str) else leads)
	free = [row.name for row in rows if not row.sales_consultant]
	given = give_leads(free)
	return {"given": len(given), "left": len(free) - len(given)}


def _require_manager() -> None:
	require_permission(LEAD, "write")
	if not manages_leads():
		frappe.throw(_("Only a sales manager gives leads to others."), frappe.PermissionError)


def _require_reason(reason: str) -> None:
	if not (reason or "").strip():
		frappe.throw(_("Give a reason; it is kept with the lead."))


def _require_consultant(user: str, stores: set[str]) -> None:
	own = stores_of(user)
	if user not in present([user]):
		frappe.throw(_("{0} is absent or has no access any more.").format(frappe.bold(frappe.utils.get_fullname(user))))
	if own is not None and not stores <= set(own):
		frappe.throw(_("{0} does not work for the store of these leads.").format(frappe.bold(frappe.utils.get_fullname(user))))


def _held_by(user: str) -> list[str]:
	filters = {"sales_consultant": user, "status": "Open", **_own_stores()}
	return frappe.get_all(LEAD, filters, pluck="name", order_by="received_on, name", limit=MOST_AT_ONCE)


def _open_leads_of_own_stores(names: list[str]) -> list:
	filters = {"name": ["in", names or [""]], "status": "Open", **_own_stores()}
	return frappe.get_all(LEAD, filters, ["name", "dealership", "sales_consultant"], order_by="received_on, name", limit=MOST_AT_ONCE)


def _own_stores() -> dict:
	stores = stores_of()
	return {} if stores is None else {"dealership": ["in", stores or [""]]}


def _log(rows: list, movement: str, reason: str, to: dict[str, str]) -> None:
	log_movements(
		{
			**{"lead": row.name, "dealership": row.dealership, "movement": movement, "reason": reason.strip()},
			**{"from_user": row.sales_consultant, "to_user": to.get(row.name)},
		}
		for row in rows
	)
