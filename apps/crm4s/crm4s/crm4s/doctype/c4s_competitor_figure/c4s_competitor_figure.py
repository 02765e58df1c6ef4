"""What a market researcher found at a local competitor: one price, time or score on one day."""

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import getdate

from crm4s.access.links import ensure_not_taken_from_other_store
from crm4s.access.own_store import take_own_store
from crm4s.access.stores import has_store_permission, store_condition

FIGURE, ITEM = "C4S Competitor Figure", "C4S Benchmark Item"
MOST_POINTS = 100


class C4SCompetitorFigure(Document):
	def before_insert(self):
		take_own_store(self)

	def validate(self):
		ensure_not_taken_from_other_store(self)
		self.outlet = (self.outlet or "").strip()
		self.validate_day()
		self.validate_value()
		self.validate_model()
		self.validate_found_once()

	def validate_day(self):
		if getdate(self.observed_on) > getdate():
			frappe.throw(_("It cannot have been found on a day to come."))

	def validate_value(self):
		self.unit = frappe.db.get_value(ITEM, self.item, "unit")
		if self.unit == "Points" and max(self.value, self.own_value or 0) > MOST_POINTS:
			frappe.throw(_("Points are given from 0 to {0}.").format(MOST_POINTS))
		# A figure of nothing was forgotten, unless somebody says that it is free.
		self.is_free = int(bool(self.is_free) and self.unit == "Yuan")
		if self.is_free:
			self.value = 0
		elif self.unit != "Points" and not self.value:
			frappe.throw(_("Enter the competitor's figure, or tick Free of Charge if they ask nothing."), frappe.MandatoryError)

	def validate_model(self):
		if not self.vehicle_model and frappe.db.get_value(ITEM, self.item, "needs_model"):
			frappe.throw(_("{0} is compared model by model: say with which of our models.").format(frappe.bold(_(self.item))), frappe.MandatoryError)

	def validate_found_once(self):
		"""Entered twice it would count twice in the comparison."""
		same = {field: self.get(field) or "" for field in ("dealership", "competitor", "outlet", "item", "vehicle_model")}
		same |= {"observed_on": self.observed_on, "name": ["!=", self.name or ""]}
		same = {field: ["is", "not set"] if value == "" else value for field, value in same.items()}
		if found := frappe.db.exists(FIGURE, same):
			frappe.throw(_("This was already entered for that day: {0}.").format(found))


def on_doctype_update() -> None:
	frappe.db.add_index(FIGURE, ["dealership", "modified"])
	frappe.db.add_index(FIGURE, ["dealership", "observed_on"])
	frappe.db.add_index(FIGURE, ["item", "observed_on"])


def get_permission_query_conditions(user: str | None = None) -> str:
	return store_condition(FIGURE, user)


def has_permission(doc, ptype=None, user=None) -> bool:
	if ptype == "create" and not doc.get("dealership"):
		# It gets the own store before it is saved.
		return True
	return has_store_permission(doc, user)
