"""The number of a customer's identity document: entered and shown in one field, kept sealed in another, found by a digest.

What stands in `identity_number` once the customer is saved is the masked number, so no list, export, version or answer tells more.
"""

from collections.abc import Mapping

import frappe
from frappe import _

from crm4s.exceptions import InvalidIdentifierError
from crm4s.identifiers.identity_document import KINDS, normalise_identity_document
from crm4s.identifiers.masking import STAR, mask_identity_number
from crm4s.identifiers.problem import Problem
from crm4s.sealing import digest, seal, unseal

ENTERED, MASKED, SEALED, KEY = "identity_number", "masked_identity_number", "sealed_identity_number", "identity_key"
COLUMNS = (ENTERED, MASKED, SEALED, KEY)
KIND = "identity_document_type"


def kept_columns(kind: str | None, entered: str | None, stored: Mapping | None) -> tuple[dict, str | None]:
	"""What the four columns hold for what was entered, and the number where it is a new one, for those who read facts out of it.

	Args:
		entered: a whole number, or the masked one as it is stored, which changes nothing.
		stored: the customer as stored before, None for a new one; its number may be said whole.

	Raises:
		Problem: it is no number of this kind.
		InvalidIdentifierError: it is a masked number, and not the stored one.
	"""
	if not entered:
		return dict.fromkeys(COLUMNS), None
	if stored and entered in (stored.get(ENTERED), stored.get(MASKED)) and kind == stored.get(KIND):
		return {**{column: stored.get(column) for column in COLUMNS}, ENTERED: stored.get(MASKED)}, None
	number = normalise_identity_document(kind, _whole(entered, stored))
	key = digest(number)
	sealed = stored.get(SEALED) if stored and stored.get(KEY) == key else seal(number)
	masked = mask_identity_number(number)
	return {ENTERED: masked, MASKED: masked, SEALED: sealed, KEY: key}, number


def number_of(customer: Mapping) -> str:
	"""The whole number of a customer's row or document that has the sealed column; empty where there is none."""
	return unseal(customer.get(SEALED))


def numbers_of(names: list[str]) -> dict[str, str]:
	"""Name of the customer → whole number, of those who have one; one query."""
	rows = frappe.get_all("C4S Customer", {"name": ["in", names or [""]], SEALED: ["is", "set"]}, ["name", SEALED], order_by=None)
	return {row.name: number_of(row) for row in rows}


def keys_of(raw: str) -> list[str]:
	"""The digests of what somebody typed, read as each kind of document that could have such a number; empty if none could."""
	keys = set()
	for kind in KINDS:
		try:
			keys.add(digest(normalise_identity_document(kind, raw)))
		except Problem:
			continue
	return sorted(keys)


def _whole(entered: str, stored: Mapping | None) -> str:
	if STAR not in entered:
		return entered
	if stored and entered == stored.get(MASKED):
		return number_of(stored)
	frappe.throw(_("Enter the whole Document Number; what is shown with stars is not the number."), InvalidIdentifierError)
