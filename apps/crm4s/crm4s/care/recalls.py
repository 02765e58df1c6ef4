"""The cars of a recall: read from the manufacturer's list, found in our books by their VIN, counted. The one writer of what C4S Recall counts."""

import frappe
from frappe import _
from frappe.utils import now

from crm4s.edge import sentence
from crm4s.identifiers.problem import Problem
from crm4s.identifiers.vin import normalise_vin
from crm4s.rows.names import free_names
from crm4s.rows.writer import insert_unless_known
from crm4s.sheet_reading import read_sheet

RECALL, CAR = "C4S Recall", "C4S Recall Vehicle"
COUNTS = ("cars_listed", "cars_known", "cars_done")
HEADINGS = ("VIN", "车架号", "车辆识别代号", "车辆识别码", "底盘号")
SLICE = 1_000
MOST_PROBLEMS = 20


def read_list(recall: str, file_name: str, content: bytes) -> dict:
	"""Add the cars of a list, those that are there already left as they are.

	Returns:
		added: how many; problems: sentences of rows that name no VIN, at most 20; refused: how many such rows.
	"""
	sheet = read_sheet(file_name, content)
	column = _column(sheet.headings)
	vins, problems, refused = {}, [], 0
	for number, row in zip(sheet.numbers, sheet.rows, strict=True):
		try:
			vins[normalise_vin(str(row[column] or ""))] = None
		except Problem as problem:
			refused += 1
			if len(problems) < MOST_PROBLEMS:
				problems.append(_("Row {0}: {1}").format(number, sentence(problem)))
	added = _add(recall, list(vins))
	match(recall)
	frappe.db.set_value(RECALL, recall, {"cars_problems": "\n".join(problems), **count(recall)})
	return {"added": added, "problems": problems, "refused": refused}


def match(recall: str) -> None:
	"""Find the cars of a recall in our books, also those that came after the list."""
	# One statement for up to 100,000 cars; the query builder has no update over a join in every version that we run on.
	frappe.db.sql(
		f"""update `tab{CAR}` listed join `tabC4S Vehicle` car on car.vin = listed.vin
		set listed.vehicle = car.name where listed.recall = %s and listed.vehicle is null""",
		recall,
	)


def match_active() -> None:
	for recall in frappe.get_all(RECALL, {"status": "Active"}, pluck="name"):
		match(recall)
		write_counts(recall)


def count(recall: str) -> dict[str, int]:
	car = frappe.qb.DocType(CAR)
	functions = frappe.qb.functions
	rows = (
		frappe.qb.from_(car)
		.select(functions("count", "*"), functions("count", car.vehicle), functions("sum", car.status == "Repaired"))
		.where(car.recall == recall)
	).run()
	return dict(zip(COUNTS, (int(value or 0) for value in rows[0]), strict=True))


def write_counts(recall: str) -> None:
	frappe.db.set_value(RECALL, recall, count(recall), update_modified=False)


def _column(headings: list[str]) -> int:
	wanted = {heading.upper() for heading in HEADINGS}
	for place, heading in enumerate(headings):
		if str(heading or "").strip().upper() in wanted:
			return place
	frappe.throw(_("The list needs a column with the heading VIN."))


def _add(recall: str, vins: list[str]) -> int:
	moment, user, added = now(), frappe.session.user, 0
	fields = ("name", "creation", "modified", "owner", "modified_by", "docstatus", "idx", "recall", "vin", "status")
	for begin in range(0, len(vins), SLICE):
		part = vins[begin : begin + SLICE]
		known = set(frappe.get_all(CAR, {"recall": recall, "vin": ["in", part]}, pluck="vin", order_by=None))
		fresh = [vin for vin in part if vin not in known]
		rows = [
			(name, moment, moment, user, user, 0, 0, recall, vin, "Open") for name, vin in zip(free_names(CAR, len(fresh)), fresh, strict=True)
		]
		added += len(insert_unless_known(CAR, fields, rows))
	return added
