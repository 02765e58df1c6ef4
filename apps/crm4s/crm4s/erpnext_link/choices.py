"""What may be chosen in the settings: names of ERPNext's documents, each with the condition under which it fits."""

import frappe
from frappe import _

from crm4s.erpnext_link import presence
from crm4s.erpnext_link.names import THEIR_LEAD

TREE = {"is_group": 0}
# Field of the settings → ERPNext's type and which of its documents fit.
OF_SETTINGS = {
	"private_group": ("Customer Group", TREE),
	"organisation_group": ("Customer Group", TREE),
	"territory": ("Territory", TREE),
	"car_group": ("Item Group", TREE),
	"part_group": ("Item Group", TREE),
	"labour_group": ("Item Group", TREE),
	"price_list": ("Price List", {"selling": 1, "enabled": 1}),
}
OF_STORE = {
	"company": ("Company", {"is_group": 0}),
	"warehouse": ("Warehouse", {"is_group": 0, "disabled": 0}),
	"car_warehouse": ("Warehouse", {"is_group": 0, "disabled": 0}),
	"cost_center": ("Cost Center", {"is_group": 0, "disabled": 0}),
	"income_account": ("Account", {"is_group": 0, "disabled": 0, "root_type": "Income"}),
	"tax_template": ("Sales Taxes and Charges Template", {"disabled": 0}),
}
OF_PAYER = {"their_customer": ("Customer", {"disabled": 0})}
# Of a lead's fields those that hold words.
OF_LEAD, WORDS = "their_field", ("Data", "Small Text", "Text")
OF_WAY = {"mode_of_payment": ("Mode of Payment", {"enabled": 1})}
BELONGS_TO_COMPANY = ("warehouse", "car_warehouse", "cost_center", "income_account", "tax_template")
MOST_OFFERED = 500


def offered() -> dict[str, list[str]]:
	"""By field, names to choose from; nothing where ERPNext is not there."""
	if not presence.is_there():
		return {}
	found = {name: _names(*asked) for name, asked in {**OF_SETTINGS, **OF_STORE, **OF_PAYER, **OF_WAY}.items()}
	return {**found, OF_LEAD: fields_of_lead()}


def fields_of_lead() -> list[str]:
	fields = frappe.get_meta(THEIR_LEAD).fields
	return [field.fieldname for field in fields if field.fieldtype in WORDS and not (field.read_only or field.hidden)]


def validate(settings) -> None:
	"""Refuse what does not fit, naming field and row."""
	_validate_row(settings, OF_SETTINGS)
	for row in settings.stores:
		_validate_row(row, OF_STORE)
		_validate_company(row)
	for row in settings.payers:
		_validate_row(row, OF_PAYER)
	for row in settings.ways:
		_validate_row(row, OF_WAY)
	for row in settings.lead_fields:
		_validate_field(row)


def _names(doctype: str, fits: dict) -> list[str]:
	return frappe.get_all(doctype, fits, pluck="name", order_by="name", limit=MOST_OFFERED)


def _validate_row(row, choices: dict) -> None:
	for name, (doctype, fits) in choices.items():
		if row.get(name) and not frappe.db.exists(doctype, {"name": row.get(name), **fits}):
			sentence = _("{0} {1} is not there in ERPNext, or cannot be used for this; choose one from the list.")
			frappe.throw(sentence.format(_(row.meta.get_label(name)), frappe.bold(frappe.utils.escape_html(row.get(name)))))


def _validate_field(row) -> None:
	if row.their_field not in fields_of_lead():
		sentence = _("Leads of ERPNext have no field {0} for words; choose one from the list.")
		frappe.throw(sentence.format(frappe.bold(frappe.utils.escape_html(row.their_field))))


def _validate_company(row) -> None:
	for name in BELONGS_TO_COMPANY:
		if row.get(name) and frappe.db.get_value(OF_STORE[name][0], row.get(name), "company") != row.company:
			sentence = _("{0} in row {1} belongs to another company than {2}.")
			frappe.throw(sentence.format(_(row.meta.get_label(name)), row.idx, frappe.bold(frappe.utils.escape_html(row.company))))
