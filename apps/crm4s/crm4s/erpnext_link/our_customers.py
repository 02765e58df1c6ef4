"""Customers as we have them, in the fields that ERPNext has as well."""

from collections.abc import Iterable, Mapping
from typing import Any

import frappe

from crm4s.identifiers.identity_document import UNIFIED_SOCIAL_CREDIT_CODE
from crm4s.identity_numbers import number_of
from crm4s.rows.writer import read_rows

CUSTOMER = "C4S Customer"
PRIVATE = "Private"
NAME, KIND, TAX_NUMBER, DISABLED, PHONE, EMAIL, ADDRESS = "Name", "Kind", "Tax Number", "Disabled", "Phone", "E-Mail", "Address"
PERSON, ORGANISATION = "Person", "Organisation"
# The parts of an address, from the province down.
ADDRESS_FIELDS = ("province", "city", "district", "address_line", "postal_code")
COLUMNS = (
	*("name", "customer_name", "customer_kind", "disabled", "primary_phone", "unique_phone", "email", "erased_on", "modified"),
	*("identity_document_type", "sealed_identity_number", *ADDRESS_FIELDS),
)


def read(names: Iterable[str]) -> dict[str, Mapping]:
	"""Rows by name; one query. Those who were erased are not among them."""
	return {row.name: row for row in read_rows(CUSTOMER, "name", names, COLUMNS) if not row.erased_on}


def values(row: Mapping) -> dict[str, Any]:
	"""What a row says; a person's own identity number stays with us."""
	address = tuple(row[field] or "" for field in ADDRESS_FIELDS)
	return {
		NAME: row["customer_name"],
		KIND: PERSON if row["customer_kind"] == PRIVATE else ORGANISATION,
		TAX_NUMBER: tax_number(row),
		DISABLED: bool(row["disabled"]),
		PHONE: row["primary_phone"] or None,
		EMAIL: row["email"] or None,
		# ERPNext knows no address without street and town.
		ADDRESS: address if row["address_line"] and row["city"] else None,
	}


def tax_number(row: Mapping) -> str | None:
	return (number_of(row) or None) if row["identity_document_type"] == UNIFIED_SOCIAL_CREDIT_CODE else None


def write(name: str, changes: Mapping[str, Any]) -> None:
	"""As the user of the link, with all rules of the customer's file.

	Raises:
		frappe.ValidationError: the file refuses it.
	"""
	customer = frappe.get_doc(CUSTOMER, name, for_update=True)
	for field, value in changes.items():
		WRITERS[field](customer, value)
	customer.flags.ignore_permissions = True
	customer.save()


def _write_kind(customer, value: str) -> None:
	customer.customer_kind = PRIVATE if value == PERSON else "Company"


def _write_tax_number(customer, value: str | None) -> None:
	customer.update({"identity_document_type": UNIFIED_SOCIAL_CREDIT_CODE if value else None, "identity_number": value})


def _write_phone(customer, value: str | None) -> None:
	"""A number that came new is not verified; the old one stays as a further one."""
	if not value:
		customer.set("phones", [row for row in customer.phones if not row.is_primary])
		return
	row = next((row for row in customer.phones if row.phone == value), None) or customer.append("phones", {"phone": value, "kind": "Mobile"})
	for other in customer.phones:
		other.is_primary = int(other is row)


def _write_address(customer, value: tuple | None) -> None:
	customer.update(dict(zip(ADDRESS_FIELDS, value or [""] * len(ADDRESS_FIELDS), strict=True)))


WRITERS = {
	NAME: lambda customer, value: customer.set("customer_name", value),
	KIND: _write_kind,
	TAX_NUMBER: _write_tax_number,
	DISABLED: lambda customer, value: customer.set("disabled", int(value)),
	PHONE: _write_phone,
	EMAIL: lambda customer, value: customer.set("email", value),
	ADDRESS: _write_address,
}
