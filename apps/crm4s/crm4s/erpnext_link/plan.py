"""What the settings say, as the engine reads it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

import frappe
from frappe.utils import getdate

from crm4s.erpnext_link import presence
from crm4s.erpnext_link.agreeing import OURS
from crm4s.erpnext_link.presence import ROLE, SETTINGS

ALL = "All"


@dataclass(frozen=True)
class Store:
	"""Where in ERPNext a dealership's dealings go; empty where the company's own is meant."""

	company: str
	warehouse: str = ""
	car_warehouse: str = ""
	cost_center: str = ""
	income_account: str = ""
	tax_template: str = ""


@dataclass(frozen=True)
class Plan:
	"""Names are those of ERPNext's documents."""

	user: str
	sends_all_customers: bool
	sends_cars: bool
	stores: Mapping[str, Store]
	private_group: str
	organisation_group: str
	territory: str
	car_group: str
	part_group: str
	labour_group: str
	price_list: str
	labour_item: str
	other_item: str
	invoices_from: date | None
	submits: bool
	accessory_item: str = ""
	service_item: str = ""
	deals_from: date | None = None
	submits_orders: bool = False
	payments_sent: str = ""
	submits_payments: bool = False
	owners: Mapping[str, str] = field(default_factory=dict)
	payers: Mapping[str, str] = field(default_factory=dict)
	ways: Mapping[str, str] = field(default_factory=dict)
	offers_leads: bool = False
	follows_leads: bool = False
	lead_fields: Mapping[str, str] = field(default_factory=dict)

	def owner(self, name: str) -> str:
		"""Whose word counts for a field: OURS, THEIRS or NEWEST of agreeing.py."""
		return self.owners.get(name, OURS)


def current() -> Plan | None:
	"""None where the link is off, ERPNext is not there, or its user may not work."""
	if not presence.is_there():
		return None
	settings = frappe.get_cached_doc(SETTINGS)
	if not settings.enabled or ROLE not in frappe.get_roles(settings.user):
		return None
	return _plan(settings) if frappe.db.get_value("User", settings.user, "enabled") else None


def _plan(settings) -> Plan:
	names = ("private_group", "organisation_group", "territory", "car_group", "part_group", "labour_group", "price_list", "labour_item", "other_item")
	names += ("accessory_item", "service_item", "payments_sent")
	return Plan(
		user=settings.user,
		sends_all_customers=settings.customers_sent == ALL,
		sends_cars=bool(settings.cars_sent),
		stores={row.dealership: _store(row) for row in settings.stores},
		invoices_from=getdate(settings.invoices_from) if settings.invoices_from else None,
		submits=bool(settings.submit_invoices),
		deals_from=getdate(settings.deals_from) if settings.deals_from else None,
		submits_orders=bool(settings.submit_orders),
		submits_payments=bool(settings.submit_payments),
		owners={row.our_field: row.owned_by for row in settings.owners},
		payers={row.payer: row.their_customer for row in settings.payers},
		ways={row.method: row.mode_of_payment for row in settings.ways},
		offers_leads=bool(settings.leads_offered),
		follows_leads=bool(settings.leads_offered and settings.leads_followed),
		lead_fields={row.our_field: row.their_field for row in settings.lead_fields},
		**{name: settings.get(name) or "" for name in names},
	)


def _store(row) -> Store:
	names = ("company", "warehouse", "car_warehouse", "cost_center", "income_account", "tax_template")
	return Store(**{name: row.get(name) or "" for name in names})
