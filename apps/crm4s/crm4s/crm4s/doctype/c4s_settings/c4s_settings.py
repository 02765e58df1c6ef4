"""What the whole group decides: region, what stores share, the limits of the standard classifications."""

from string import Formatter

import frappe
import phonenumbers
from frappe import _
from frappe.model.document import Document
from frappe.utils import cint, flt

# What each address of a map must have a place for.
MAP_PLACES = {"portal_map_of_position": {"longitude", "latitude"}, "portal_map_of_address": {"address"}}

CERTAINTIES = ("certainty_document", "certainty_email", "certainty_birthday", "certainty_phone", "certainty_store")


class C4SSettings(Document):
	def validate(self):
		self.validate_region()
		self.validate_order("high_spending_from", "middle_spending_from")
		self.validate_order("high_value_from", "middle_value_from")
		for fieldname in MAP_PLACES:
			self.validate_map(fieldname)
		self.validate_certainties()

	def validate_region(self) -> None:
		self.default_region = (self.default_region or "").strip().upper()
		if self.default_region not in phonenumbers.SUPPORTED_REGIONS:
			frappe.throw(_("Phone Region must be the two letters of a country, such as CN."))

	def validate_map(self, fieldname: str) -> None:
		"""Customers open it from their pages: only a safe address, with the places that are filled in."""
		address, needed = self.get(fieldname) or "", MAP_PLACES[fieldname]
		if address and not (address.startswith("https://") and needed <= places_in(address) <= needed | {"name"}):
			frappe.throw(
				_("{0} must begin with https:// and contain {1}.").format(_(self.meta.get_label(fieldname)), ", ".join(f"{{{place}}}" for place in sorted(needed)))
			)

	def validate_certainties(self) -> None:
		for fieldname in CERTAINTIES:
			if cint(self.get(fieldname)) > 99:
				frappe.throw(_("{0} is at most 99 %: who merges looks at the two files.").format(_(self.meta.get_label(fieldname))))

	def validate_order(self, high: str, middle: str) -> None:
		if flt(self.get(high)) <= flt(self.get(middle)):
			frappe.throw(
				_("{0} must be more than {1}.").format(_(self.meta.get_label(high)), _(self.meta.get_label(middle)))
			)


def places_in(address: str) -> set[str]:
	"""The words in braces; an address whose braces do not match has none."""
	try:
		return {place for _text, place, _format, _conversion in Formatter().parse(address) if place is not None}
	except ValueError:
		return set()
