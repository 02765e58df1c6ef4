"""What a customer changes of the own file without anybody's help: what neither proves who somebody is nor lets anybody in."""

from collections.abc import Iterable, Mapping

import frappe

CUSTOMER = "C4S Customer"
FREE_FIELDS = ("language", "province", "city", "district", "address_line", "postal_code")


def save(customer: str, values: Mapping[str, str], interests: Iterable[str] | None = None) -> None:
	"""Write the values to the file, with the system's rights: that it is the own file was proven.

	Args:
		interests: all of them; None leaves them as they are.

	Raises:
		KeyError: a field that is not the customer's to change.
	"""
	if wrong := set(values) - set(FREE_FIELDS):
		raise KeyError(min(wrong))
	file = frappe.get_doc(CUSTOMER, customer, for_update=True)
	file.update(values)
	if interests is not None:
		file.set("interests", [{"interest": name} for name in interests])
	file.flags.ignore_permissions = True
	file.save()


def interests_on_offer() -> list[str]:
	return frappe.get_all("C4S Interest", {"enabled": 1}, pluck="name", order_by="sequence, name")
