"""PDI and delivery checklists: begun from a template, filled in point by point, signed once."""

import frappe
from frappe import _
from frappe.utils import now_datetime

from crm4s.crm4s.doctype.c4s_checklist_template.c4s_checklist_template import DELIVERY, PDI, template_for
from crm4s.crm4s.doctype.c4s_deal.status import ORDERED

# Where each kind keeps its facts on the deal.
PREFIX = {PDI: "pdi", DELIVERY: "delivery"}
NOT_OK = "Not OK"


def begin(deal, kind: str) -> None:
	"""Copy the template's points to the deal; a checklist that was begun stays as it is."""
	prefix = _prefix(kind)
	_validate_open(deal, prefix)
	if deal.get(f"{prefix}_items"):
		return
	template = template_for(kind, deal.model)
	if not template:
		frappe.throw(_("There is no checklist template of the kind {0}; an administrator adds one.").format(_(kind)))
	deal.set(f"{prefix}_template", template.name)
	for row in template.items:
		deal.append(f"{prefix}_items", {"section": row.section, "item": row.item, "mandatory": row.mandatory})
	deal.save_facts()


def fill(deal, kind: str, results: list[dict], signature: str | None = None) -> None:
	"""Write results of points (`name`, `result`, `remark`, `photo`); with a signature the checklist is done."""
	prefix = _prefix(kind)
	_validate_open(deal, prefix)
	rows = {row.name: row for row in deal.get(f"{prefix}_items")}
	choices = frappe.get_meta("C4S Deal Check").get_field("result").options.split("\n")
	for given in results:
		row = rows.get(given.get("name"))
		if not row or (given.get("result") or "") not in choices:
			frappe.throw(_("A point of the checklist is not known; open the deal again."))
		row.update({field: given.get(field) for field in ("result", "remark", "photo") if field in given})
	if signature:
		_sign(deal, prefix, signature)
	deal.save_facts()


def is_done(deal, kind: str) -> bool:
	return bool(deal.get(f"{_prefix(kind)}_signed_on"))


def _sign(deal, prefix: str, signature: str) -> None:
	if not signature.startswith("data:image/"):
		frappe.throw(_("The signature is not a picture."))
	rows = deal.get(f"{prefix}_items")
	if not rows:
		frappe.throw(_("The checklist has not been begun."))
	_refuse(_("Without a result: {0}"), [row for row in rows if row.mandatory and not row.result])
	_refuse(_("Say in the remark what is not OK: {0}"), [row for row in rows if row.result == NOT_OK and not row.remark])
	_refuse(_("Not OK, so it cannot be signed yet: {0}"), [row for row in rows if row.mandatory and row.result == NOT_OK])
	deal.set(f"{prefix}_signature", signature)
	deal.set(f"{prefix}_signed_on", now_datetime())
	deal.set(f"{prefix}_signed_by", frappe.session.user)


def _refuse(sentence: str, rows: list) -> None:
	if rows:
		frappe.throw(sentence.format(", ".join(frappe.utils.escape_html(row.item) for row in rows)))


def _validate_open(deal, prefix: str) -> None:
	if deal.status != ORDERED:
		frappe.throw(_("A checklist belongs to an ordered deal; this one is {0}.").format(_(deal.status)))
	if not deal.vehicle:
		frappe.throw(_("Allocate the car first."))
	if deal.get(f"{prefix}_signed_on"):
		frappe.throw(_("The checklist is signed and does not change any more."))


def _prefix(kind: str) -> str:
	if kind not in PREFIX:
		frappe.throw(_("Kind must be one of: {0}").format(", ".join(map(_, PREFIX))))
	return PREFIX[kind]


def reset(deal) -> None:
	"""Another car is inspected and handed over anew."""
	for prefix in PREFIX.values():
		deal.set(f"{prefix}_items", [])
		for field in ("template", "signature", "signed_on", "signed_by"):
			deal.set(f"{prefix}_{field}", None)
