"""A customer under a number that we do not know may be somebody whom we know: a verified phone belongs to one person only."""

from collections.abc import Mapping, Sequence

from frappe import _
from frappe.utils import escape_html

from crm4s.access.customers import CUSTOMER, sees_customer, take_up
from crm4s.dms.intake.known import Known, folded
from crm4s.dms.intake.reading import Incoming
from crm4s.dms.links import Link
from crm4s.identifiers.masking import mask_name
from crm4s.identifiers.person_name import normalise_name
from crm4s.identifiers.phone import normalise_phone
from crm4s.identifiers.problem import Problem
from crm4s.rows.writer import read_rows
from crm4s.settings import setting

FIELDS = ("name", "unique_phone", "customer_name", "masked_phone")


def recognise(link: Link, records: Sequence[Incoming], known: Mapping[str, Known], dry_run: bool = False) -> dict[str, str]:
	"""Our customers by folded id, of records that are new but have the verified phone and the name of a customer whom we know.

	A phone of somebody with another name is an error of the record, which names both.
	"""
	numbers = {one.position: number for one in records if (number := verified_phone(one.values.get("phones") or ()))}
	owners = {row.unique_phone: row for row in read_rows(CUSTOMER, "unique_phone", set(numbers.values()), FIELDS)}
	found = {}
	for one in records:
		owner, before = owners.get(numbers.get(one.position)), known.get(folded(one.external_id))
		if not owner or (before and before.document == owner.name):
			continue
		if before or not _is_same_name(owner.customer_name, one.values.get("customer_name")):
			one.errors.append({"code": "other_customer", "field": "phones", "message": _taken(owner, one)})
			continue
		found[folded(one.external_id)] = owner.name
		if not dry_run:
			_take_up(link, owner.name, one.values.get("dealership"))
	return found


def verified_phone(phones: Sequence[Mapping]) -> str | None:
	"""The number that makes a customer unique in the group: the primary one, verified and not shared."""
	primary = [row for row in phones if row.get("is_primary")] or [row for row in phones if row.get("kind") != "Fax"][:1]
	if len(primary) != 1 or not primary[0].get("is_verified") or primary[0].get("is_shared"):
		return None
	try:
		return normalise_phone(primary[0]["phone"], setting("default_region"))
	except Problem:
		return None


def _is_same_name(ours: str, theirs: str | None) -> bool:
	return bool(theirs) and normalise_name(ours).casefold() == normalise_name(theirs).casefold()


def _taken(owner, one: Incoming) -> str:
	sentence = _("Phone {0} is the verified phone of customer {1} ({2}); {3} cannot have it as well. Mark the number as shared, or correct number or name.")
	theirs = mask_name(one.values.get("customer_name")) if one.values.get("customer_name") else one.external_id
	return sentence.format(owner.masked_phone, escape_html(mask_name(owner.customer_name)), owner.name, escape_html(theirs))


def _take_up(link: Link, customer: str, store: str | None) -> None:
	"""As colleagues take up a customer of another store whom they found by the exact phone; the row notes who, when and why."""
	if store and not sees_customer(customer):
		take_up(customer, store, _("{0} sent the verified phone and the name of this customer.").format(link.name))
