"""Masked twins: beside a plate and an address stands how those see it who need not know it, and titles hold plates masked.

The field itself is closed by its permission level (privacy/inventory.py says which); a twin is open to everybody who reads the document.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager

import frappe

from crm4s.identifiers.masking import mask_address, mask_plate

# Field → its twin, and the mask; a document type takes part that has the twin.
TWINS = {
	"plate_number": ("masked_plate_number", mask_plate),
	"address_line": ("masked_address_line", mask_address),
	"pick_up_address": ("masked_pick_up_address", mask_address),
	"address": ("masked_address", mask_address),
}


def twins_of(doctype: str) -> list[str]:
	"""The fields of a document type that have a twin of this kind."""
	meta = frappe.get_meta(doctype)
	return [field for field, (twin, _mask) in TWINS.items() if meta.has_field(field) and meta.has_field(twin)]


def set_twins(document) -> None:
	"""Write the twins of a document that is saved."""
	document.update(_twins(document, twins_of(document.doctype)))


def with_twins(doctype: str, rows: Sequence[Mapping]) -> Sequence[Mapping]:
	"""Rows that are written in a set, with the twins of what they say."""
	fields = twins_of(doctype) if rows else []
	return [{**row, **_twins(row, [field for field in fields if field in row])} for row in rows] if fields else rows


def may_read(doctype: str, fieldname: str) -> bool:
	"""Whether the user's roles open the level of a field; else there is its twin."""
	meta = frappe.get_meta(doctype)
	return meta.get_field(fieldname).permlevel in meta.get_permlevel_access("read")


def shown(doctype: str, fieldname: str) -> str:
	"""As reports ask for a field in a list of columns: itself for whoever may read it, else its twin under the field's name."""
	return fieldname if may_show(doctype, fieldname) else f"{TWINS[fieldname][0]} as {fieldname}"


def may_show(doctype: str, fieldname: str) -> bool:
	"""Whether the user may read the field and sees it on the screen: of what leaves as a file everybody gets the twin."""
	return may_read(doctype, fieldname) and not frappe.flags.c4s_leaves_as_file


@contextmanager
def leaving_as_file() -> Iterator[None]:
	"""What a report shows within this block leaves as a file: twins for everybody, whatever stands on the screen."""
	frappe.flags.c4s_leaves_as_file = True
	try:
		yield
	finally:
		frappe.flags.c4s_leaves_as_file = False


def plate_in_title(plate: str | None) -> str:
	"""A plate as a title holds it: whoever reads a document, or sees a link to it, reads its title."""
	return mask_plate(plate) if plate else ""


def title_in_full(title: str | None, plate: str | None) -> str | None:
	"""The title for whoever may know the plate."""
	return title.replace(plate_in_title(plate), plate) if title and plate else title


def _twins(row: Mapping, fields: Iterable[str]) -> dict[str, str | None]:
	return {TWINS[field][0]: TWINS[field][1](row.get(field)) if row.get(field) else None for field in fields}
