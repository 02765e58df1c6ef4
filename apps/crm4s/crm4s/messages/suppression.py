"""Addresses that get no messages, whoever has them. Kept as a digest, so that the list does not tell whose they are."""

import hashlib
from collections.abc import Collection

import frappe

from crm4s.edge import plain_refusal
from crm4s.identifiers.masking import mask_name, mask_phone
from crm4s.identifiers.phone import normalise_phone
from crm4s.messages.kinds import EVERY, WECHAT, WECOM
from crm4s.settings import setting
from crm4s.tokens import signature_of

SUPPRESSED = "C4S Suppressed Address"


def suppress(address: str, channel_kind: str, cause: str, remark: str | None = None) -> None:
	"""Put an address on the list, if it is not there; who may do that is the caller's question."""
	if frappe.db.exists(SUPPRESSED, {"address_key": key_of(normalised(address, channel_kind), channel_kind)}):
		return
	values = {"address": address, "channel_kind": channel_kind, "cause": cause, "remark": remark}
	try:
		frappe.get_doc({"doctype": SUPPRESSED, **values}).insert(ignore_permissions=True)
	except (frappe.UniqueValidationError, frappe.DuplicateEntryError):
		# A moment ago by somebody else.
		frappe.clear_last_message()


def suppressed(addresses: Collection[tuple[str, str]]) -> set[tuple[str, str]]:
	"""Those of the pairs (kind of channel, normalised address) that are on the list, for this kind or for all; one query."""
	keys = {pair: (key_of(pair[1], pair[0]), key_of(pair[1], EVERY)) for pair in addresses}
	wanted = [key for both in keys.values() for key in both]
	found = set(frappe.get_all(SUPPRESSED, {"address_key": ["in", wanted or [""]]}, pluck="address_key", limit_page_length=0))
	return {pair for pair, both in keys.items() if found.intersection(both)}


def key_of(address: str, channel_kind: str) -> str:
	"""What is kept of an address that gets no messages by a kind of channel."""
	return keyed(hashlib.sha256(f"{channel_kind}\n{address}".encode()).hexdigest())


def keyed(digest: str) -> str:
	"""A digest alone could be compared with those of all phone numbers there are; with the site's key only here."""
	return signature_of(f"suppressed-address:{digest}")


def normalised(address: str, channel_kind: str) -> str:
	"""A phone as E.164, a mail address in small letters, the number of a contact as it is."""
	text = (address or "").strip()
	if channel_kind in (WECOM, WECHAT):
		return text
	if "@" in text:
		return text.lower()
	with plain_refusal():
		return normalise_phone(text, setting("default_region"))


def masked(address: str) -> str:
	"""138****8000, l***@e******.com, first letter of anything else."""
	if "@" in address:
		name, _at, domain = address.partition("@")
		head, dot, end = domain.rpartition(".")
		return f"{mask_name(name)}@{mask_name(head)}{dot}{end}"
	return mask_phone(address) if address.startswith("+") else mask_name(address)
