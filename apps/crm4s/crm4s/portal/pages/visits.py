"""One visit: how far it is, what is to decide, what it costs, its papers and photos, how it was."""

import frappe
from frappe import _
from pypika.terms import Criterion

from crm4s.portal import files, frame, own, service, sheets, stores, visit_progress
from crm4s.portal.form import Form
from crm4s.portal.matters import Matter, matters
from crm4s.portal.routes import action, page
from crm4s.portal.service import OPEN, SETTLED, VISIT
from crm4s.portal.viewer import Viewer
from crm4s.service import links
from crm4s.service.approval import APPROVED, DECLINED, PROPOSED, counted

PATH = "my/visits/<visit>"
# Field of an item's choice: these letters and the name of its row.
ITEM = "item-"


@page(PATH, "visit.html", visit=VISIT)
def visit(viewer: Viewer, context, visit: str):
	document = frappe.get_doc(VISIT, visit)
	pays = service.pays(viewer, document.customer)
	asked = frappe.form_dict.get(sheets.PAPER)
	if asked and pays and frappe.request.method == "GET":
		return sheets.answer(document, asked)
	waiting = visit_progress.to_decide(document) if pays else []
	context.update(
		tab="service",
		title=document.plate_number or _("Visit"),
		visit=document,
		pays=pays,
		store=stores.one(document.dealership),
		steps=visit_progress.steps_of(document),
		promised_on=document.promised_on if document.status == OPEN else None,
		waiting=waiting,
		waiting_total=links.customers_total(waiting),
		stamp=visit_progress.stamp_of(waiting),
		items=_shown_items(document, waiting),
		agreed=_agreed(document),
		papers=sheets.addresses(document, f"/my/visits/{document.name}") if pays else [],
		photos=visit_progress.photos_of(document) if pays else [],
		survey=visit_progress.survey_of(document) if pays and document.status == SETTLED else None,
		advisor=frappe.utils.get_fullname(document.service_advisor) if document.service_advisor else None,
	)


@action(PATH, "decide", visit=VISIT)
def decide(viewer: Viewer, form: Form, visit: str):
	if not service.pays(viewer, frappe.db.get_value(VISIT, visit, "customer")):
		frappe.throw(_("Only who pays decides on the quotation."), frappe.PermissionError)
	decisions = {name: said for name, said in form.starting_with(ITEM).items() if said}
	visit_progress.decide(visit, decisions, form.text("stamp"), viewer.customer_name)
	frame.say(viewer, _("Thank you, your service advisor knows: {0} approved, {1} not this time.").format(*(list(decisions.values()).count(said) for said in (APPROVED, DECLINED))))


@matters
def in_workshop(viewer: Viewer) -> list[Matter]:
	"""Cars that are in the workshop now; those with something to decide ask for it."""
	fields = ("customer", "plate_number", "workflow_state", "status", "promised_on", "undecided_items", "quoted_on")
	rows = own.rows(viewer, VISIT, *fields, where=lambda table: table.status == OPEN, order_by="arrived_on")
	asking = visit_progress.asking([row for row in rows if service.pays(viewer, row.customer)])
	return [_matter(row, row.name in asking) for row in rows]


@files.shown(VISIT)
def _walk_round(viewer: Viewer, file) -> Criterion:
	"""The photos of the walk round the car, for whose visit it is."""
	point, visit = frappe.qb.DocType("C4S Walk-Round Point"), frappe.qb.DocType(VISIT).as_("c4s_walked")
	photos = (
		frappe.qb.from_(point)
		.join(visit)
		.on((visit.name == point.parent) & (point.parenttype == VISIT))
		.select(point.photo)
		.where(point.photo.isnotnull() & visit.customer.isin(viewer.whole))
	)
	return file.file_url.isin(photos)


def _matter(row, asks: bool) -> Matter:
	path, plate = f"/my/visits/{row.name}", row.plate_number or _("Your car")
	if asks:
		return Matter(_("{0}: please decide on the quotation").format(plate), path, when=row.promised_on, asks=True)
	text = _("promised for {0}").format(frame.moment(row.promised_on)) if row.promised_on else ""
	return Matter(f"{plate} · {_(row.workflow_state or row.status)}", path, text, row.promised_on)


def _agreed(document) -> float:
	"""What the customer pays for what is approved so far; at the end the bill."""
	if document.status == SETTLED:
		return document.customer_amount
	return links.customers_total([{"amount": row.amount, "payer": row.payer} for row in document.items if row.approval == APPROVED])


def _shown_items(document, waiting: list[dict]) -> list:
	"""What is or was done, and what was not wanted; what the store still works out is not shown yet."""
	asked = {row["name"] for row in waiting}
	counts = {row.name for row in counted(document)}
	return [
		frappe._dict(item_name=row.item_name, amount=row.amount, payer=row.payer, is_done=row.name in counts)
		for row in document.items
		if row.name not in asked and (row.approval or PROPOSED) != PROPOSED
	]
