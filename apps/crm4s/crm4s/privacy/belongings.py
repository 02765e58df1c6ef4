"""Which documents are a person's: those that name the customer, and what was written for those and names nobody else."""

from collections.abc import Collection

import frappe

CUSTOMER, LEAD = "C4S Customer", "C4S Lead"
# Every type of document that can be one person's, each behind those it may follow from.
PERSONAL = (
	*(CUSTOMER, LEAD, "C4S Lead Request", "C4S Lead Movement", "C4S Showroom Visit", "C4S Purchase Advice", "C4S Test Drive"),
	*("C4S Used Car Appraisal", "C4S Deal", "C4S Quotation Version", "C4S Deal Service", "C4S Insurance Policy"),
	*("C4S Service Appointment", "C4S Dispatch Order", "C4S Service Visit", "C4S Approval Link", "C4S Repair Job", "C4S Quality Check"),
	*("C4S Insurance Claim", "C4S Car Rental", "C4S Complaint", "C4S Interaction", "C4S Retention Case", "C4S Care Task"),
	*("C4S Survey Invitation", "C4S Survey Response", "C4S Message", "C4S Consent", "C4S Data Request", "C4S Store Relationship"),
	*("C4S Membership", "C4S Points Entry", "C4S Coupon", "C4S Referral", "C4S Gift Hand-Out", "C4S Event Registration"),
	*("C4S Campaign Member", "C4S Campaign Response", "C4S Club Post", "C4S Owner Club Member", "C4S Segment Member"),
	*("C4S Customer Cost", "C4S Customer Value", "C4S Value Change", "C4S ERPNext Match"),
	*("C4S Portal Account", "C4S Portal Access", "C4S Portal Device", "C4S Portal Link", "C4S Quarantined Lead"),
	*("C4S Merge", "C4S Merge Row", "C4S Different People", "C4S Possible Twin"),
)
# They follow from documents of people without being anybody's: the store's own work, and cars, which have other owners.
NOT_PERSONAL = ("C4S Reconditioning Job", "C4S Recall Vehicle", "C4S Store Audit", "C4S Vehicle")
# Where somebody without a file is known by the number.
NUMBERS = (
	(LEAD, "phone"),
	("C4S Showroom Visit", "phone"),
	("C4S Test Drive", "phone"),
	("C4S Interaction", "contact_phone"),
	("C4S Dispatch Order", "contact_phone"),
)
MOST_NAMES = 500


def documents_of(customer: str | None, found: dict[str, list[str]] | None = None) -> dict[str, list[str]]:
	"""Type of document → names, of one person.

	Args:
		customer: None for somebody without a file.
		found: documents without a customer that are known to be this person's.
	"""
	known: dict[str, set[str]] = {doctype: set(names) for doctype, names in (found or {}).items()}
	files = files_of(customer)
	if files:
		known[CUSTOMER] = set(files)
	while _add_next(files, known):
		pass
	return {doctype: sorted(known[doctype]) for doctype in PERSONAL if known.get(doctype)}


def files_of(customer: str | None) -> list[str]:
	"""The file and those that were merged into it."""
	return [customer, *frappe.get_all(CUSTOMER, {"merged_into": customer}, pluck="name", order_by="name")] if customer else []


def without_file(phones: Collection[str]) -> dict[str, list[str]]:
	"""Documents of somebody with these numbers that name no customer."""
	found = {}
	for doctype, field in NUMBERS if phones else ():
		filters = {field: ["in", list(phones)], "customer": ["is", "not set"]}
		if names := frappe.get_all(doctype, filters, pluck="name", order_by=None):
			found[doctype] = names
	return found


def links(doctype: str) -> tuple[list[str], list[tuple[str, str]]]:
	"""The fields that name a customer, and (field, type) of those that name another document of a person."""
	fields = [field for field in frappe.get_meta(doctype).get_link_fields() if field.options in PERSONAL]
	own = [field.fieldname for field in fields if field.options == CUSTOMER]
	return own, [(field.fieldname, field.options) for field in fields if field.options != CUSTOMER]


def chunks(names: Collection[str]) -> list[list[str]]:
	listed = list(names)
	return [listed[start : start + MOST_NAMES] for start in range(0, len(listed), MOST_NAMES)]


def _add_next(files: list[str], known: dict[str, set[str]]) -> bool:
	"""One round through all types; whether it found more."""
	more = False
	for doctype in PERSONAL[1:]:
		before = len(known.get(doctype, ()))
		names = known.setdefault(doctype, set())
		names.update(_linked(doctype, files, known))
		more = more or len(names) > before
	return more


def _linked(doctype: str, files: list[str], known: dict[str, set[str]]) -> set[str]:
	own, further = links(doctype)
	table = frappe.qb.DocType(doctype)
	found: set[str] = set()
	for field in own if files else ():
		found.update(frappe.qb.from_(table).select(table.name).where(table[field].isin(files)).run(pluck=True))
	for field, target in further:
		for names in chunks(known.get(target, ())):
			query = frappe.qb.from_(table).select(table.name).where(table[field].isin(names))
			for other in own:
				query = query.where(table[other].isnull() | (table[other] == "") | table[other].isin([*files, ""]))
			found.update(query.run(pluck=True))
	return found
