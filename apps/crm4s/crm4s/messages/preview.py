"""What a template says to a real customer, for whoever writes it."""

import frappe

from crm4s.access.customers import require_customer
from crm4s.access.required import require_permission
from crm4s.messages import facts, texts


@frappe.whitelist()
def preview(template: str, customer: str, dealership: str | None = None, values: dict | str | None = None) -> list[dict]:
	"""Each saved text of the template with the customer's values: channel_kind, language, subject, text, length.

	For those who read templates and see the customer. A placeholder without a value stands there by its name.
	"""
	require_permission(facts.TEMPLATE, "read")
	require_permission(facts.CUSTOMER, "read")
	require_customer(customer)
	row = frappe.db.get_value(facts.CUSTOMER, customer, facts.CUSTOMER_FIELDS, as_dict=True)
	store = frappe.db.get_value(
		facts.DEALERSHIP, dealership, ["dealership_name", "phone", "city", "district", "address_line"], as_dict=True
	)
	given = {**(frappe.parse_json(values) or {})}
	found = facts.templates_of([template]).get(template)
	shown = []
	for text in found["texts"] if found else []:
		own = facts.values_of({}, {**row, "language": text["language"]}, store, None)
		known = {name: value for name, value in {**own, **given}.items() if value not in (None, "")}
		names = texts.names_in(text["subject"]) | texts.names_in(text["body"])
		full = {**{name: f"‹{name}›" for name in names}, **known}
		body = texts.fill(text["body"], full, text["language"])
		shown.append(
			{
				"channel_kind": text["channel_kind"],
				"language": text["language"],
				"subject": texts.fill(text["subject"], full, text["language"]),
				"text": body,
				"length": len(body),
			}
		)
	return shown


@frappe.whitelist()
def placeholders() -> tuple[str, ...]:
	"""What every text may hold; for those who read templates."""
	require_permission(facts.TEMPLATE, "read")
	return texts.COMMON
