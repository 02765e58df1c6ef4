"""What the page Showroom Reception, the visit's form and the consultant's notice call."""

import frappe
from frappe import _

from crm4s.access.required import require_permission, require_store
from crm4s.reception import board, line, lookup, visits
from crm4s.reception.notice import tell_reception

VISIT = "C4S Showroom Visit"


@frappe.whitelist()
def get_board(dealership: str) -> dict:
	"""Today's visits and line of one of the caller's stores; for those who may read showroom visits."""
	require_permission(VISIT, "read")
	require_store(dealership)
	return board.today(dealership)


@frappe.whitelist()
def get_choices() -> dict:
	"""The caller's stores, and the purposes and results to choose from; for those who may read showroom visits."""
	require_permission(VISIT, "read")
	return board.choices()


@frappe.whitelist(methods=["POST"])
def look_up(dealership: str, text: str) -> dict:
	"""Who has this phone or plate; for those who may receive visitors. A search in the group is logged, hence POST."""
	require_permission(VISIT, "create")
	require_store(dealership)
	return lookup.look_up(dealership, text)


@frappe.whitelist(methods=["POST"])
def receive(
	dealership: str,
	phone: str | None = None,
	visitor_name: str | None = None,
	sex: str | None = None,
	party_size: int = 1,
	purpose: str | None = None,
	interested_model: str | None = None,
	customer: str | None = None,
	lead: str | None = None,
) -> str:
	"""The name of the new visit; for those who may receive visitors. Everything but the store may be unknown."""
	require_permission(VISIT, "create")
	require_store(dealership)
	visit = frappe.get_doc(
		{
			"doctype": VISIT,
			"dealership": dealership,
			"phone": phone or None,
			"visitor_name": visitor_name,
			"sex": sex,
			"party_size": party_size,
			"purpose": purpose,
			"interested_model": interested_model,
			"customer": customer,
			"lead": lead,
		}
	)
	return visit.insert().name


@frappe.whitelist(methods=["POST"])
def hand_over(visit: str, consultant: str | None = None) -> dict:
	"""Ask the own consultant, the next in line, or the one named; for those who may write the visit."""
	require_visit(visit)
	return _answer(visits.hand_over(visit, consultant))


@frappe.whitelist(methods=["POST"])
def take(visit: str) -> dict:
	"""The visitor is with the consultant; for the one who was asked, and for those who keep the line."""
	require_own_visit(visit)
	return _answer(visits.take(visit))


@frappe.whitelist(methods=["POST"])
def pass_on(visit: str) -> dict:
	"""The next in line is asked instead; for the consultant who was asked, and for those who keep the line."""
	require_own_visit(visit)
	return _answer(visits.pass_on(visit))


@frappe.whitelist(methods=["POST"])
def take_back(visit: str) -> dict:
	"""Undo of a hand-over; for the consultant concerned, and for those who keep the line."""
	require_own_visit(visit)
	return _answer(visits.take_back(visit))


@frappe.whitelist(methods=["POST"])
def leave(visit: str, result: str | None = None, note: str | None = None) -> dict:
	"""The visitor leaves; for those who may write the visit."""
	require_visit(visit)
	return _answer(visits.leave(visit, result, note))


@frappe.whitelist(methods=["POST"])
def come_back(visit: str) -> dict:
	"""Undo of a leaving of today; for those who may write the visit."""
	require_visit(visit)
	return _answer(visits.come_back(visit))


@frappe.whitelist(methods=["POST"])
def open_lead(visit: str) -> dict:
	"""Open a lead from the visit, or join the one that is open; for those who may write the visit and make leads."""
	require_visit(visit)
	require_permission("C4S Lead", "create")
	return _answer(visits.open_lead(visit))


@frappe.whitelist(methods=["POST"])
def set_presence(dealership: str, state: str, user: str | None = None) -> None:
	"""Come into the line, or go away; consultants for themselves, those who keep the line for everybody."""
	require_permission(line.ENTRY, "read")
	require_store(dealership)
	user = user or frappe.session.user
	if user != frappe.session.user and not frappe.has_permission(line.ENTRY, "write"):
		frappe.throw(_("Only those who keep the line may change it for others."), frappe.PermissionError)
	line.set_presence(dealership, user, state)
	tell_reception(dealership)


def require_visit(name: str) -> None:
	"""Refuse whoever may not write this visit."""
	if not frappe.has_permission(VISIT, "write", doc=name):
		frappe.throw(_("You are not permitted to do this with {0}.").format(_(VISIT)), frappe.PermissionError)


def require_own_visit(name: str) -> None:
	"""Refuse a consultant who answers for another one; those who keep the line may."""
	require_visit(name)
	asked = frappe.db.get_value(VISIT, name, "sales_consultant")
	if asked and asked != frappe.session.user and not frappe.has_permission(line.ENTRY, "write"):
		frappe.throw(
			_("{0} was asked to take this visitor; only he or she answers, or those who keep the line.").format(
				frappe.bold(frappe.utils.escape_html(frappe.utils.get_fullname(asked)))
			),
			frappe.PermissionError,
		)


def _answer(visit) -> dict:
	return {
		"visit": visit.name,
		"status": visit.status,
		"lead": visit.lead,
		"sales_consultant": visit.sales_consultant,
		"consultant_name": visit.sales_consultant and frappe.utils.get_fullname(visit.sales_consultant),
	}
