"""The walk round the car with the customer: points of a template by area, photos, marks of damage on a drawing, signed once."""

import json

import frappe
from frappe import _
from frappe.utils import escape_html, flt, now_datetime

from crm4s.crm4s.doctype.c4s_checklist_template.c4s_checklist_template import WALK_ROUND, template_for
from crm4s.exceptions import WalkRoundError
from crm4s.service.pictures import checked_signature, keep_picture

POINT = "C4S Walk-Round Point"
NOT_OK = "Not OK"
MARKS = ("Scratch", "Dent", "Crack", "Missing")
MOST_MARKS, LONGEST_REMARK = 60, 140


def begin(visit) -> None:
	"""Copy the template's points to the visit; a walk that was begun stays as it is."""
	_validate_open(visit)
	if visit.walk_round:
		return
	model = frappe.db.get_value("C4S Vehicle", visit.vehicle, "model") if visit.vehicle else None
	template = template_for(WALK_ROUND, model)
	if not template:
		frappe.throw(_("There is no checklist template of the kind {0}; an administrator adds one.").format(_(WALK_ROUND)), WalkRoundError)
	visit.walk_round_template = template.name
	for row in template.items:
		visit.append("walk_round", {"area": row.section, "item": row.item, "mandatory": row.mandatory})
	visit.save_facts()


def fill(visit, points: list[dict], marks: list[dict] | None = None, signature: str | None = None) -> None:
	"""Write what was seen; with a signature the walk is done and does not change any more.

	Args:
		points: name, result and remark of rows; photos are added by `add_photo`.
		marks: all marks of damage (kind, x, y, remark), replacing those of before; None leaves them.
		signature: a PNG or JPEG as a data URL.
	"""
	_validate_open(visit)
	rows = {row.name: row for row in visit.walk_round}
	results = frappe.get_meta(POINT).get_field("result").options.split("\n")
	for given in points:
		row = rows.get(given.get("name"))
		if not row or (given.get("result") or "") not in results:
			frappe.throw(_("A point of the walk-round is not known; open the visit again."), WalkRoundError)
		row.result = given.get("result") or ""
		row.remark = str(given.get("remark") or "").strip()[:LONGEST_REMARK]
	if marks is not None:
		visit.damage_marks = json.dumps(checked_marks(marks), ensure_ascii=False)
	if signature:
		_sign(visit, signature)
	visit.save_facts()


def add_photo(visit, point: str, content: str) -> str:
	"""Keep a photo of a point as a private file of the visit; its URL. What is no picture is refused before anything is written.

	Args:
		content: the file in base64, also as a data URL.
	"""
	_validate_open(visit)
	row = next((row for row in visit.walk_round if row.name == point), None)
	if not row:
		frappe.throw(_("A point of the walk-round is not known; open the visit again."), WalkRoundError)
	row.photo = keep_picture(visit, content, str(row.idx))
	visit.save_facts()
	return row.photo


def checked_marks(marks: list[dict]) -> list[dict]:
	"""The marks as they are kept: kind, x and y in percent of the drawing, remark."""
	if not isinstance(marks, list) or len(marks) > MOST_MARKS:
		frappe.throw(_("There can be at most {0} marks of damage.").format(MOST_MARKS), WalkRoundError)
	kept = []
	for mark in marks:
		x, y = (flt(mark.get(axis), 1) for axis in "xy") if isinstance(mark, dict) else (-1, -1)
		if not (0 <= x <= 100 and 0 <= y <= 100) or mark.get("kind") not in MARKS:
			frappe.throw(_("A mark of damage does not lie on the drawing, or its kind is not known."), WalkRoundError)
		kept.append({"kind": mark["kind"], "x": x, "y": y, "remark": str(mark.get("remark") or "").strip()[:LONGEST_REMARK]})
	return kept


def marks_of(visit) -> list[dict]:
	return json.loads(visit.damage_marks) if visit.damage_marks else []


def _sign(visit, signature: str) -> None:
	picture = checked_signature(signature)
	_refuse(_("Without a result: {0}"), [row for row in visit.walk_round if row.mandatory and not row.result])
	_refuse(_("Say in the remark what is not OK: {0}"), [row for row in visit.walk_round if row.result == NOT_OK and not row.remark])
	visit.customer_signature = picture
	visit.signed_on, visit.signed_by = now_datetime(), frappe.session.user


def _refuse(sentence: str, rows: list) -> None:
	if rows:
		frappe.throw(sentence.format(", ".join(escape_html(row.item) for row in rows)), WalkRoundError)


def _validate_open(visit) -> None:
	if visit.status != "Open":
		frappe.throw(_("The walk-round belongs to an open visit; this one is {0}.").format(_(visit.status)), WalkRoundError)
	if visit.signed_on:
		frappe.throw(_("The walk-round is signed and does not change any more."), WalkRoundError)
