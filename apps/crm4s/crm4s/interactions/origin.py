"""From whom a contact comes: the customer by the exact address or number, and the store that answers."""

import frappe

from crm4s.access.customers import CUSTOMER, RELATIONSHIP
from crm4s.access.store_of_customer import store_of
from crm4s.settings import setting

DEALERSHIP = "C4S Dealership"


def take_letter(interaction) -> None:
	"""A letter that Frappe's e-mail account took in has a sender and a subject; the rest of it is found here."""
	if not interaction.contact_email or interaction.dealership or not interaction.flags.ignore_permissions:
		return
	interaction.channel = "Fax" if is_fax(interaction.contact_email) else "E-mail"
	interaction.customer = interaction.customer or customer_of_address(interaction.contact_email)
	interaction.dealership = store_for(interaction.customer)


def is_fax(address: str) -> bool:
	"""Whether it is one of the gateways that turn a fax into a letter."""
	gateways = (setting("fax_senders") or "").replace(",", "\n").lower().split()
	return address.strip().lower() in gateways


def customer_of_address(address: str | None, dealership: str | None = None) -> str | None:
	"""The one customer who has exactly this address, among those of the store where one is given; nobody where it is shared, since a letter says not who of them wrote."""
	if not address:
		return None
	found = frappe.get_all(CUSTOMER, {"email": address.strip(), "disabled": 0}, pluck="name", limit=10)
	return _only_one(found, dealership)


def customer_of_phone(phone: str | None, dealership: str | None = None) -> str | None:
	"""The one customer who has this number (E.164), among those of the store where one is given."""
	if not phone:
		return None
	found = frappe.get_all("C4S Customer Phone", {"phone": phone, "parenttype": CUSTOMER}, pluck="parent", distinct=True, limit=10)
	return _only_one(found, dealership)


def _only_one(found: list[str], dealership: str | None) -> str | None:
	"""A store is told nobody's name whom it does not know."""
	if dealership and found:
		filters = {"customer": ["in", found], "dealership": dealership}
		found = frappe.get_all(RELATIONSHIP, filters, pluck="customer", distinct=True, limit=2)
	return found[0] if len(found) == 1 else None


def store_for(customer: str | None, *proposed: str | None) -> str | None:
	"""The store that answers: one that is proposed, else the customer's own, else the one that takes what comes for nobody in particular."""
	known = customer and store_of(customer)
	wanted = (*proposed, known, setting("inbound_store"))
	return next(filter(None, wanted), None) or frappe.db.get_value(DEALERSHIP, {"is_group": 0, "suspended": 0}, order_by="lft")
