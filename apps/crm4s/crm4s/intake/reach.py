"""An intake goes as far as the person who started it: own stores, and documents that he or she sees."""

from collections.abc import Iterable

import frappe
from frappe import _
from frappe.utils import escape_html

from crm4s.access.customers import customer_condition
from crm4s.access.stores import stores_of
from crm4s.identifiers.vin import normalise_vin
from crm4s.intake import rules
from crm4s.intake.records import Records, Refused
from crm4s.rows.writer import read_rows


def resolve_customer_and_vehicle(records: Records) -> None:
	"""Fill both links from what a record knows them by: `customer_key` or `customer_phone` (E.164), `vehicle_key` or `vehicle_vin`."""
	rules.resolve(records, "customer_key", "customer")
	rules.resolve(records, "customer_phone", "customer", by="primary_phone", condition=customer_condition())
	rules.resolve(records, "vehicle_key", "vehicle")
	rules.resolve(records, "vehicle_vin", "vehicle", by="vin", read=normalise_vin)


def refuse_other_stores(records: Records) -> None:
	"""Refuse records for stores for which the user does not work."""
	stores = stores_of()
	if stores is None or not records.has("dealership"):
		return
	for position, store in enumerate(records.frame["dealership"]):
		if store and store not in stores:
			message = _("You do not work for store {0}.").format(frappe.bold(escape_html(store)))
			records.refuse(position, Refused("dealership", message, code="other_store"))


def refuse_groups(records: Records, message: str) -> None:
	"""Refuse records for a group or region; `message` may name it as {0}."""
	if not records.has("dealership"):
		return
	groups = {row.name for row in read_rows("C4S Dealership", "is_group", [1], ["name"])}
	for position, store in enumerate(records.frame["dealership"]):
		if store in groups:
			records.refuse(position, Refused("dealership", message.format(escape_html(store))))


def seen_among(doctype: str, names: Iterable[str], condition: str) -> set[str]:
	"""Which of these documents the user sees; `condition` is the one of the doctype's lists, empty for all."""
	names = set(names)
	if not condition:
		return names
	return {row.name for row in read_rows(doctype, "name", names, ["name"], condition)}
