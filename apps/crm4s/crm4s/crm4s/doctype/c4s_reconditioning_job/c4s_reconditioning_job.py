"""Work on a bought used car before it is sold. Its cost adds to that of the car; the first job and the last one move the car."""

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import now_datetime

from crm4s.access.links import ensure_links_within_reach, ensure_not_taken_from_other_store
from crm4s.access.stores import has_store_permission, store_condition, stores_of
from crm4s.crm4s.doctype.c4s_deal.frozen import keep_facts
from crm4s.crm4s.doctype.c4s_stock_movement.transitions import IN_RECONDITIONING, TRADED_IN, USED_STOCK
from crm4s.crm4s.doctype.c4s_vehicle.cost import refresh

PLANNED, IN_PROGRESS, DONE, CANCELLED = "Planned", "In Progress", "Done", "Cancelled"
OPEN = (PLANNED, IN_PROGRESS)
STEPS = {
	PLANNED: (IN_PROGRESS, DONE, CANCELLED),
	IN_PROGRESS: (DONE, CANCELLED, PLANNED),
	DONE: (IN_PROGRESS,),
	CANCELLED: (PLANNED,),
}
# Where a car stands that can be worked on.
REFURBISHED_IN = (TRADED_IN, IN_RECONDITIONING, USED_STOCK)
VEHICLE = "C4S Vehicle"


class C4SReconditioningJob(Document):
	def before_validate(self):
		self.take_from_vehicle()

	def validate(self):
		ensure_not_taken_from_other_store(self)
		ensure_links_within_reach(self, "vehicle")
		self.keep_written_facts()
		self.validate_car()
		self.validate_provider()
		self.take_step()

	def on_update(self):
		self.move_car()
		refresh(self.vehicle)

	def after_delete(self):
		refresh(self.vehicle)

	def on_trash(self):
		if self.status in (IN_PROGRESS, DONE):
			frappe.throw(_("A job that is {0} cannot be deleted.").format(_(self.status)))

	def take_from_vehicle(self):
		"""Where the car stands, and the purchase that the job adds to; a job stays with the purchase it was made for."""
		if self.is_new() and self.vehicle:
			car = frappe.db.get_value(VEHICLE, self.vehicle, ["dealership", "purchase_appraisal"], as_dict=True) or {}
			self.dealership, self.appraisal = car.get("dealership"), car.get("purchase_appraisal")

	def keep_written_facts(self):
		if not self.is_new():
			keep_facts(self)

	def validate_car(self):
		status = frappe.db.get_value(VEHICLE, self.vehicle, "status")
		if self.is_new() and status not in REFURBISHED_IN:
			frappe.throw(_("Only a used car that the store bought is reconditioned; this one is {0}.").format(_(status or "")))

	def validate_provider(self):
		if self.workshop == "External" and not (self.provider or "").strip():
			frappe.throw(_("Enter in Provider who does the work."), frappe.MandatoryError)

	def take_step(self):
		before = self.get_doc_before_save()
		was = before.status if before else PLANNED
		if self.status != was and self.status not in STEPS[was]:
			frappe.throw(_("A job that is {0} cannot become {1}.").format(_(was), _(self.status)))
		if self.status in (IN_PROGRESS, DONE):
			self.started_on = self.started_on or now_datetime()
		self.finished_on = (self.finished_on or now_datetime()) if self.status == DONE else None

	def move_car(self):
		"""The first job that begins takes the car out of sale, the end of the last open one brings it back."""
		status = frappe.db.get_value(VEHICLE, self.vehicle, "status", for_update=True)
		if self.status == IN_PROGRESS and status in (TRADED_IN, USED_STOCK):
			move(self.vehicle, "Reconditioning Started", self.name)
		elif self.status == DONE and status == TRADED_IN:
			move(self.vehicle, "Reconditioning Started", self.name)
			self.finish_if_last(IN_RECONDITIONING)
		else:
			self.finish_if_last(status)

	def finish_if_last(self, status: str):
		if self.status in OPEN or status != IN_RECONDITIONING:
			return
		if not frappe.db.exists(self.doctype, {"vehicle": self.vehicle, "status": ["in", OPEN], "name": ["!=", self.name]}):
			move(self.vehicle, "Reconditioning Finished", self.name)


def move(vehicle: str, movement: str, reference: str) -> None:
	"""The stock log is the one writer of the car's status."""
	frappe.get_doc(
		{"doctype": "C4S Stock Movement", "vehicle": vehicle, "movement": movement, "reference": reference}
	).insert(ignore_permissions=True)


def get_permission_query_conditions(user: str | None = None) -> str:
	return store_condition("C4S Reconditioning Job", user)


def has_permission(doc, ptype: str | None = None, user: str | None = None) -> bool:
	if not doc.is_new():
		return has_store_permission(doc, user)
	# Where the car stands decides, not what somebody sends along.
	stores = stores_of(user)
	if stores is None:
		return True
	return frappe.db.get_value(VEHICLE, doc.vehicle, "dealership") in stores if doc.vehicle else bool(stores)


def on_doctype_update() -> None:
	frappe.db.add_index("C4S Reconditioning Job", ["dealership", "modified"])
	frappe.db.add_index("C4S Reconditioning Job", ["vehicle", "status"])
