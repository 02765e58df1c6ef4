"""What invoices name: items of ERPNext for parts, models, labour and other charges; made where there are none, never changed afterwards."""

from collections.abc import Mapping

import frappe

from crm4s.erpnext_link import pairs
from crm4s.erpnext_link.plan import Plan
from crm4s.rows.writer import read_rows

ITEM, PIECE, HOUR = "Item", "Nos", "Hour"
PART, MODEL = "C4S Part", "C4S Vehicle Model"


def of_parts(names: set[str], plan: Plan) -> dict[str, str]:
	"""Items by part: kept in stock, under the part's number."""
	return _of(PART, names, ("part_name",), lambda row: {"item_name": row.part_name, "item_group": plan.part_group, "is_stock_item": 1})


def of_models(names: set[str], plan: Plan) -> dict[str, str]:
	"""Items by model: each car is a serial number of it."""
	return _of(
		*(MODEL, names, ("model_title",)),
		lambda row: {"item_name": row.model_title, "item_group": plan.car_group, "is_stock_item": 1, "has_serial_no": 1},
	)


def of_charges(plan: Plan) -> dict[str, str]:
	"""The two items under which labour and other charges stand, by the kind of the line; the line says what it was."""
	_make_charge(plan.labour_item, HOUR, plan)
	_make_charge(plan.other_item, PIECE, plan)
	return {"Labour": plan.labour_item, "Other": plan.other_item}


def of_deal(plan: Plan) -> dict[str, str]:
	"""The two items under which a deal's customisation and one-stop services stand; the line says what it was."""
	found = {"customisation": plan.accessory_item or plan.other_item, "services": plan.service_item or plan.other_item}
	for code in set(found.values()):
		_make_charge(code, PIECE, plan)
	return found


def _make_charge(code: str, unit: str, plan: Plan) -> None:
	if not frappe.db.exists(ITEM, code):
		_insert({"item_code": code, "item_name": code, "item_group": plan.labour_group, "is_stock_item": 0, "stock_uom": unit})


def _of(doctype: str, names: set[str], columns: tuple[str, ...], described) -> dict[str, str]:
	found = {name: pair.their_document for name, pair in pairs.of_ours(doctype, names, ITEM).items()}
	for row in read_rows(doctype, "name", names - set(found), ("name", *columns)):
		found[row.name] = _find_or_make(doctype, row, described(row))
	return found


def _find_or_make(doctype: str, row: Mapping, values: dict) -> str:
	"""An item under the same code is the same thing."""
	name = frappe.db.exists(ITEM, row["name"])
	if not name:
		made = _insert({"item_code": row["name"], "stock_uom": PIECE, **values})
		pairs.say_origin(made, doctype, row["name"])
		name = made.name
	pairs.join(doctype, row["name"], ITEM, name)
	return name


def _insert(values: dict):
	return frappe.get_doc({"doctype": ITEM, **values}).insert()
