"""What the receptionist learns while typing a phone number or a plate.

Customers of other stores follow the rules of `crm4s.access.lookup`: complete phone only, by those who may take up relationships, so many
times an hour, masked, logged. The same number asked again within half an hour is answered from memory and not logged twice.
"""

import frappe

from crm4s.access.lookup import find_in_group
from crm4s.edge import sentence
from crm4s.exceptions import TooManyLookupsError
from crm4s.identifiers.masking import mask_phone, mask_plate
from crm4s.identifiers.phone import normalise_phone
from crm4s.identifiers.plate import normalise_plate
from crm4s.identifiers.problem import Problem
from crm4s.reception import known
from crm4s.reception.line import line_of, state_today
from crm4s.settings import setting

RELATIONSHIP = "C4S Store Relationship"
REMEMBERED_FOR_SECONDS = 30 * 60


def look_up(dealership: str, text: str) -> dict:
	"""What is known of a phone or plate in this store.

	Returns:
		kind: phone, plate, or empty where the text is neither; then `problem` says what is wrong with it.
		shown: what was understood, masked.
		customers, leads, last_visit: of the user's store, as far as the user may read them.
		consultant: who knows the visitor (user, full name, state in the line of today), or None.
		group: masked customers of other stores, only where the own store knows nobody.
	"""
	kind, value, problem = understand(text)
	if not kind:
		return {"kind": "", "problem": problem}
	phone = value if kind == "phone" else None
	customers = _customers(kind, value)
	files = known.files_of(customers, dealership)
	leads = known.open_leads(dealership, phone, customers) if frappe.has_permission(known.LEAD, "read") else []
	visit = known.last_visit(dealership, phone, customers)
	answer = {
		"kind": kind,
		"shown": mask_phone(value) if phone else mask_plate(value),
		"customers": files,
		"leads": leads,
		"last_visit": visit,
		"consultant": _consultant(dealership, files, leads, visit),
		"group": _in_group(phone) if phone and not customers else [],
	}
	_name_models(answer)
	return answer


def understand(text: str) -> tuple[str, str | None, str | None]:
	"""Kind, normalised value, and what is wrong with a text that is neither a phone nor a plate."""
	try:
		return "phone", normalise_phone(text, setting("default_region")), None
	except Problem as problem:
		reason = sentence(problem)
	try:
		return "plate", normalise_plate(text), None
	except Problem as problem:
		is_number = all(letter.isdigit() or letter in "+-() " for letter in text)
		return "", None, reason if is_number else sentence(problem)


def _customers(kind: str, value: str) -> list[str]:
	if not frappe.has_permission(known.CUSTOMER, "read"):
		return []
	return known.customers_with_phone(value) if kind == "phone" else known.owner_of_plate(value)


def _consultant(dealership: str, files: list[dict], leads: list[dict], visit: dict | None) -> dict | None:
	candidates = [*(row["sales_consultant"] for row in (*leads, *files)), visit and visit.sales_consultant]
	user = next(filter(None, candidates), None)
	if not user:
		return None
	entry = next((row for row in line_of(dealership) if row.user == user), None)
	return {"user": user, "full_name": frappe.utils.get_fullname(user), "state": state_today(entry)}


def _in_group(phone: str) -> list[dict]:
	"""Masked customers of other stores with this phone; nobody where the user may not ask or has asked too often."""
	if not frappe.has_permission(RELATIONSHIP, "create"):
		return []
	try:
		found = find_in_group_once(phone)
	except TooManyLookupsError:
		frappe.clear_last_message()
		return []
	return [row for row in found if not row["is_own"]]


def find_in_group_once(phone: str) -> list[dict]:
	"""`find_in_group`, but the same question within half an hour is answered from memory and not logged again."""
	key = f"c4s_reception_asked:{frappe.session.user}:{phone}"
	found = frappe.cache.get_value(key, expires=True)
	if found is None:
		found = find_in_group(phone=phone)
		frappe.cache.set_value(key, found, expires_in_sec=REMEMBERED_FOR_SECONDS)
	return found


def _name_models(answer: dict) -> None:
	rows = [*answer["leads"], *filter(None, [answer["last_visit"]])]
	titles = known.titles_of({row.interested_model for row in rows})
	for row in rows:
		row.model_title = titles.get(row.interested_model)
	for row in answer["leads"]:
		row.consultant_name = row.sales_consultant and frappe.utils.get_fullname(row.sales_consultant)
