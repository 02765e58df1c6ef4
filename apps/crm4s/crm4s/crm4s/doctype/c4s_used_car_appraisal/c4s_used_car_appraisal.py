"""A used car that is offered to the store: looked at, valued, offered for, bought. What each step does stands in the modules beside."""

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cint, getdate, now_datetime

from crm4s.access.customers import dealing_condition, has_dealing_permission
from crm4s.access.links import ensure_links_within_reach, ensure_not_taken_from_other_store
from crm4s.access.own_store import take_own_store
from crm4s.access.own_work import entered_by
from crm4s.access.vehicles import sees_vehicle
from crm4s.crm4s.doctype.c4s_checklist_template.c4s_checklist_template import APPRAISAL, PURCHASE_DOCUMENTS, template_for
from crm4s.crm4s.doctype.c4s_deal.frozen import keep_facts
from crm4s.crm4s.doctype.c4s_deal.trade_in import follow_offer
from crm4s.crm4s.doctype.c4s_used_car_appraisal import offer, purchase
from crm4s.documents import OwnFacts
from crm4s.edge import plain_refusal
from crm4s.identifiers.plate import normalise_plate
from crm4s.identifiers.vin import normalise_vin
from crm4s.masked_twins import plate_in_title, set_twins
from crm4s.value.appraisal_steps import ACCEPTED, BINDING, BOUGHT, DRAFT, EXPIRED, OFFERED, REFUSED, STEPS

VEHICLE = "C4S Vehicle"
FROM_VEHICLE = (
	*("vin", "plate_number", "model", "model_description", "exterior_colour", "first_registered_on"),
	*("insurance_until", "inspection_due_on", "odometer"),
)


class C4SUsedCarAppraisal(OwnFacts, Document):
	def before_insert(self):
		take_own_store(self)
		self.appraiser = self.appraiser or entered_by("C4S Sales Consultant", "C4S Sales Manager")
		self.begin_points()

	def validate(self):
		ensure_not_taken_from_other_store(self)
		ensure_links_within_reach(self, "customer", "lead", "vehicle")
		keep_facts(self)
		self.normalise_car()
		self.find_vehicle()
		self.take_from_vehicle()
		self.validate_car()
		offer.set_amounts(self)
		offer.set_needs_approval(self)
		self.validate_frozen()
		self.take_step()
		self.note_documents()
		self.set_title()

	def on_update(self):
		if self.step()[1] == BOUGHT:
			purchase.take_in(self)
		follow_offer(self)

	def on_trash(self):
		self.refuse_to_lose_history()

	# The car

	def begin_points(self):
		template = template_for(APPRAISAL, self.model)
		if self.points or not template:
			return
		self.flags.template = template.name
		for row in template.items:
			self.append("points", {"section": row.section, "item": row.item, "mandatory": row.mandatory})

	def normalise_car(self):
		with plain_refusal():
			self.vin = normalise_vin(self.vin) if self.vin else None
			self.plate_number = normalise_plate(self.plate_number) if self.plate_number else None
		if self.flags.template:
			self.checklist_template = self.flags.template

	def find_vehicle(self):
		"""A car that the books know is not entered twice; of one that the user does not see nothing is shown."""
		if self.vehicle or not (self.vin or self.plate_number):
			return
		known = {"vin": self.vin} if self.vin else {"plate_number": self.plate_number, "status": ["!=", "Scrapped"]}
		found = frappe.get_all(VEHICLE, known, pluck="name", limit=2)
		if len(found) == 1 and sees_vehicle(found[0]):
			self.vehicle = found[0]

	def take_from_vehicle(self):
		if not self.vehicle:
			return
		car = frappe.db.get_value(VEHICLE, self.vehicle, FROM_VEHICLE, as_dict=True)
		if self.vin and car.vin and self.vin != car.vin:
			frappe.throw(_("VIN {0} is not that of the chosen car.").format(frappe.bold(self.vin)))
		for field in FROM_VEHICLE:
			self.set(field, self.get(field) or car[field])

	def validate_car(self):
		if self.first_registered_on and getdate(self.first_registered_on) > getdate():
			frappe.throw(_("First Registered On must not lie in the future."))
		for field in ("odometer", "owners_count"):
			if cint(self.get(field)) < 0:
				frappe.throw(_("{0} must not be negative.").format(_(self.meta.get_label(field))))

	def set_title(self):
		model = frappe.get_cached_value("C4S Vehicle Model", self.model, "model_title") if self.model else self.model_description
		customer = frappe.db.get_value("C4S Customer", self.customer, "customer_name")
		self.title = " · ".join(part for part in (plate_in_title(self.plate_number), model, customer) if part)
		set_twins(self)

	# Steps

	def step(self) -> tuple[str, str]:
		"""The status before this save and the one after it."""
		before = self.get_doc_before_save()
		return (before.status if before else DRAFT), self.status or DRAFT

	def take_step(self):
		before, after = self.step()
		if before == after:
			return
		if after not in STEPS[before]:
			frappe.throw(_("An appraisal that is {0} cannot become {1}.").format(_(before), _(after)))
		{
			DRAFT: self.change_offer,
			OFFERED: self.make_offer,
			ACCEPTED: self.accept,
			REFUSED: self.refuse,
			EXPIRED: self.expire,
			BOUGHT: self.buy,
		}[after]()

	def change_offer(self):
		self.offered_on = self.accepted_on = self.refused_on = self.offer_valid_until = None

	def make_offer(self):
		"""The first time, or anew after the offer expired or was refused."""
		if self.step()[0] != DRAFT:
			self.refused_on = self.accepted_on = self.refusal_reason = None
			if self.offer_valid_until and getdate(self.offer_valid_until) < getdate():
				self.offer_valid_until = None
		offer.validate_complete(self)
		offer.set_valid_until(self)
		self.offered_on = now_datetime()

	def accept(self):
		offer.validate_is_valid(self)
		self.accepted_on = now_datetime()
		self.begin_documents()

	def refuse(self):
		if not (self.refusal_reason or "").strip():
			frappe.throw(_("Say why the offer is refused."), frappe.MandatoryError)
		self.refused_on = now_datetime()

	def expire(self):
		if getdate(self.offer_valid_until) >= getdate():
			frappe.throw(_("The offer is valid until {0}.").format(self.get_formatted("offer_valid_until")))

	def buy(self):
		purchase.validate_ready(self)
		self.bought_on, self.purchase_price = now_datetime(), self.offer_amount

	def begin_documents(self):
		template = template_for(PURCHASE_DOCUMENTS, self.model)
		if self.documents or not template:
			return
		for row in template.items:
			self.append("documents", {"item": row.item, "mandatory": row.mandatory})

	def note_documents(self):
		for row in self.documents:
			row.received_on = (row.received_on or now_datetime()) if row.received else None

	def validate_frozen(self):
		"""What the customer was told does not change behind an offer; nor does what was bought."""
		before = self.get_doc_before_save()
		if before and before.status in BINDING and self.status == before.status:
			offer.refuse_change(self, before)

	def refuse_to_lose_history(self):
		if self.status in BINDING:
			frappe.throw(_("An appraisal that is {0} cannot be deleted.").format(_(self.status)))
		if frappe.db.exists("C4S Deal", {"trade_in_appraisal": self.name}):
			frappe.throw(_("The appraisal belongs to a deal; take it out there first."))


def require_appraisal(appraisal: str, ptype: str = "write") -> C4SUsedCarAppraisal:
	"""The appraisal, locked until the end of the transaction; refused to who may not do this with it."""
	document = frappe.get_doc("C4S Used Car Appraisal", appraisal, for_update=True)
	document.check_permission(ptype)
	return document


def on_doctype_update() -> None:
	frappe.db.add_index("C4S Used Car Appraisal", ["dealership", "modified"])
	frappe.db.add_index("C4S Used Car Appraisal", ["dealership", "appraised_on"])
	frappe.db.add_index("C4S Used Car Appraisal", ["dealership", "status", "offer_valid_until"])


def get_permission_query_conditions(user: str | None = None) -> str:
	return dealing_condition("C4S Used Car Appraisal", user)


def has_permission(doc, ptype: str | None = None, user: str | None = None) -> bool:
	return has_dealing_permission(doc, ptype, user)
