"""A car: on order, in stock or with a customer. It keeps one history through all its owners."""

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import getdate

from crm4s.access.customers import require_customer
from crm4s.access.links import ensure_not_taken_from_other_store
from crm4s.access.own_store import own_store
from crm4s.access.stores import stores_of
from crm4s.access.vehicles import sees_vehicle, vehicle_condition
from crm4s.change_feed.noting import note
from crm4s.crm4s.doctype.c4s_stock_movement.transitions import HANDED_OVER, HELD, ORDERED, TRADE_IN
from crm4s.crm4s.doctype.c4s_vehicle import churn_stage
from crm4s.crm4s.doctype.c4s_vehicle.cost import set_total_cost
from crm4s.crm4s.doctype.c4s_vehicle.service_forecast import forecast_of_document, refresh
from crm4s.data_quality.completeness import percent_of
from crm4s.edge import plain_refusal
from crm4s.exceptions import StockMovementError
from crm4s.identifiers import plate as plates
from crm4s.identifiers.plate import normalise_plate, plate_kind
from crm4s.identifiers.vin import has_valid_check_digit, normalise_vin, vin_tail
from crm4s.insurance.cover import insured_until
from crm4s.masked_twins import plate_in_title, set_twins
from crm4s.value.maintenance import add_months

OWNER = "Owner"
PLATE_KINDS = {
	plates.FUEL: "Fuel",
	plates.NEW_ENERGY_SMALL: "New Energy Small",
	plates.NEW_ENERGY_LARGE: "New Energy Large",
	plates.POLICE: "Police",
	plates.TRAILER: "Trailer",
	plates.COACH: "Coach",
	plates.CONSULATE: "Consulate",
	plates.EMBASSY: "Embassy",
	plates.HONG_KONG_OR_MACAO: "Hong Kong or Macao",
	plates.TEMPORARY: "Temporary",
}
ENTRY_DAY = {ORDERED: "ordered_on", "In Stock": "arrived_on", "Used Stock": "arrived_on"}
IN_THIS_ORDER = (
	("ordered_on", "arrived_on"),
	("ordered_on", "expected_arrival_on"),
	("produced_on", "first_registered_on"),
	("warranty_until", "extended_warranty_until"),
)


class C4SVehicle(Document):
	def before_insert(self):
		self.status = self.in_stock_since = None
		self.dealership = self.dealership or own_store()

	def validate(self):
		self.validate_stock_facts_come_from_movements()
		ensure_not_taken_from_other_store(self)
		self.normalise_vin()
		self.validate_vin_is_free()
		self.normalise_plate()
		self.validate_model_is_known()
		self.set_brand()
		self.validate_dealership()
		self.validate_options_fit()
		self.validate_dates()
		self.validate_parties()
		self.set_current_owner()
		self.suggest_warranty()
		set_total_cost(self)
		self.set_title()
		self.follow_policies()
		self.update(forecast_of_document(self))
		self.update(churn_stage.churn_of_document(self))
		self.set_completeness()

	def after_insert(self):
		self.enter_in_stock_log()

	def on_trash(self):
		self.forget_entry()

	def follow_stock_movement(self, movement):
		"""What a movement that was saved a moment ago means beyond the status, which it wrote itself."""
		if movement.movement == TRADE_IN:
			end_ownership(self.name, getdate(movement.moved_on))
		if movement.movement in HANDED_OVER:
			self.suggest_warranty()
			self.db_set({"warranty_until": self.warranty_until, "warranty_km": self.warranty_km}, update_modified=False)
		refresh([self.name])
		churn_stage.refresh([self.name])

	def follow_policies(self):
		"""Until when it is insured is entered by hand only while no policy is."""
		self.insurance_until = insured_until(self.name) or self.insurance_until

	# Status and place

	def validate_stock_facts_come_from_movements(self):
		before = self.get_doc_before_save()
		if not before:
			return
		self.in_stock_since = before.in_stock_since
		if self.status != before.status:
			frappe.throw(
				_("Status is written by stock movements; record a movement to change it."), StockMovementError
			)
		if self.dealership != before.dealership and before.status in HELD:
			frappe.throw(
				_("A car in stock changes its dealership by the stock movement {0}.").format(_("Transferred")),
				StockMovementError,
			)

	def validate_dealership(self):
		if not self.dealership and (self.status or self.entered_as) in HELD:
			frappe.throw(_("Enter in Dealership where the car stands."))
		if self.dealership and frappe.db.get_value("C4S Dealership", self.dealership, "is_group"):
			frappe.throw(_("A car stands at an outlet, not at a group or region."))

	def enter_in_stock_log(self):
		entry = {"doctype": "C4S Stock Movement", "vehicle": self.name, "movement": "Entry"}
		day = self.get(ENTRY_DAY.get(self.entered_as, ""))
		if day and getdate(day) <= getdate():
			entry["moved_on"] = getdate(day)
		frappe.get_doc(entry).insert(ignore_permissions=True)
		self.update(frappe.db.get_value("C4S Vehicle", self.name, ["status", "in_stock_since"], as_dict=True))

	def forget_entry(self):
		"""A car that was entered by mistake and never moved goes with the row of its entry; what has a history stays."""
		if frappe.db.count("C4S Stock Movement", {"vehicle": self.name}) == 1:
			frappe.db.delete("C4S Stock Movement", {"vehicle": self.name, "movement": "Entry"})

	# Identity

	def normalise_vin(self):
		if not self.vin:
			self.validate_may_lack_vin()
			self.vin, self.vin_tail, self.check_digit_differs, self.check_digit_confirmed = None, None, 0, 0
			return
		with plain_refusal():
			self.vin = normalise_vin(self.vin)
		self.vin_tail = vin_tail(self.vin)
		self.check_digit_differs = int(not has_valid_check_digit(self.vin))
		if not self.check_digit_differs:
			self.check_digit_confirmed = 0
		elif not self.check_digit_confirmed and self.has_value_changed("vin"):
			frappe.msgprint(
				_("The check digit of VIN {0} does not fit. Compare it with the car; if it is right, tick VIN Confirmed.").format(
					frappe.bold(self.vin)
				),
				title=_("Please look twice"),
				indicator="orange",
			)

	def validate_may_lack_vin(self):
		if (self.status or self.entered_as) != ORDERED:
			frappe.throw(_("VIN is missing; only a car on order may be without."), frappe.MandatoryError)

	def validate_vin_is_free(self):
		if not self.vin:
			return
		other = frappe.db.get_value("C4S Vehicle", {"vin": self.vin, "name": ["!=", self.name or ""]})
		if other:
			frappe.throw(
				_("VIN {0} is that of car {1}, which is in the books already.").format(self.vin, frappe.bold(other)),
				frappe.UniqueValidationError,
			)

	def normalise_plate(self):
		if not self.plate_number:
			self.plate_kind = None
			return
		with plain_refusal():
			self.plate_number = normalise_plate(self.plate_number)
			self.plate_kind = PLATE_KINDS[plate_kind(self.plate_number)]
		if self.has_value_changed("plate_number"):
			self.warn_if_plate_is_on_other_car()

	def warn_if_plate_is_on_other_car(self):
		other = frappe.db.get_value(
			"C4S Vehicle", {"plate_number": self.plate_number, "name": ["!=", self.name or ""], "status": ["!=", "Scrapped"]}
		)
		if other:
			frappe.msgprint(
				_("Plate number {0} is also on car {1}; if it moved to this car, remove it there.").format(
					self.plate_number, frappe.bold(other)
				),
				indicator="orange",
			)

	def validate_model_is_known(self):
		if not self.model and not self.model_description:
			frappe.throw(_("Enter the model, or Model as Registered if it is not in the list."), frappe.MandatoryError)

	def set_brand(self):
		if self.model:
			self.model_description = None
			self.brand = frappe.get_cached_value("C4S Vehicle Model", self.model, "brand")

	def set_completeness(self):
		self.completeness_percent = percent_of(self.doctype, self.completeness_facts())

	def completeness_facts(self) -> dict:
		return self.as_dict()

	def set_title(self):
		model = frappe.get_cached_value("C4S Vehicle Model", self.model, "model_title") if self.model else self.model_description
		self.vehicle_title = " · ".join(part for part in (plate_in_title(self.plate_number) or self.vin, model) if part)
		set_twins(self)

	def validate_options_fit(self):
		for row in self.options:
			option = frappe.get_cached_doc("C4S Vehicle Option", row.option)
			if self.model and not option.fits(self.model):
				frappe.throw(
					_("Option {0} in row {1} does not fit model {2}.").format(
						frappe.bold(option.option_name), row.idx, frappe.get_cached_value("C4S Vehicle Model", self.model, "model_title")
					)
				)

	def validate_dates(self):
		for earlier, later in IN_THIS_ORDER:
			if self.get(earlier) and self.get(later) and getdate(self.get(earlier)) > getdate(self.get(later)):
				frappe.throw(
					_("{0} must not be before {1}.").format(
						_(self.meta.get_label(later)), _(self.meta.get_label(earlier))
					)
				)

	# People

	def validate_parties(self):
		before = self.get_doc_before_save()
		known = {row.customer for row in before.parties} if before else set()
		for row in self.parties:
			if row.customer not in known and not self.flags.ignore_permissions:
				require_customer(row.customer)
			if row.valid_from and row.valid_to and getdate(row.valid_to) < getdate(row.valid_from):
				frappe.throw(_("Owners, drivers and payers, row {0}: Valid Until must not be before Valid From.").format(row.idx))
			for day in (row.valid_from, row.valid_to):
				if row.party_role == OWNER and day and getdate(day) > getdate():
					frappe.throw(_("Owners, drivers and payers, row {0}: an owner is recorded when it happened, not ahead.").format(row.idx))
		self.end_owner_before()
		self.validate_one_owner_at_a_time()

	def end_owner_before(self):
		"""A new owner since a later day ends the time of the one who has been owner until then."""
		owners = sorted(self.owners(), key=_first_day)
		for row, following in zip(owners, owners[1:], strict=False):
			if not row.valid_to and following.valid_from and _first_day(row) < _first_day(following):
				row.valid_to = following.valid_from

	def validate_one_owner_at_a_time(self):
		owners = sorted(self.owners(), key=_first_day)
		for row, following in zip(owners, owners[1:], strict=False):
			if not row.valid_to or getdate(row.valid_to) > _first_day(following):
				frappe.throw(
					_("A car has one owner at a time, but the owners in row {0} and row {1} overlap; enter Valid From and Valid Until.").format(
						*sorted((row.idx, following.idx))
					)
				)

	def set_current_owner(self):
		self.current_owner = next((row.customer for row in self.owners() if not row.valid_to), None)

	def owners(self) -> list:
		return [row for row in self.parties if row.party_role == OWNER]

	def suggest_warranty(self):
		"""From the day of delivery, as long as nobody entered anything else."""
		if not self.model or not self.delivered_on or self.warranty_until:
			return
		model = frappe.get_cached_doc("C4S Vehicle Model", self.model)
		if model.warranty_months:
			self.warranty_until = add_months(getdate(self.delivered_on), model.warranty_months)
			self.warranty_km = self.warranty_km or model.warranty_km


def _first_day(row):
	return getdate(row.valid_from or "1900-01-01")


def end_ownership(vehicle: str, day) -> None:
	"""The owner has handed the car to the dealership."""
	party = frappe.qb.DocType("C4S Vehicle Party")
	(
		frappe.qb.update(party)
		.set(party.valid_to, day)
		.where((party.parent == vehicle) & (party.party_role == OWNER) & party.valid_to.isnull())
		.run()
	)
	frappe.db.set_value("C4S Vehicle", vehicle, "current_owner", None)
	note("C4S Vehicle", [vehicle], fields=["current_owner", "parties"])


def get_permission_query_conditions(user: str | None = None) -> str:
	return vehicle_condition(user)


def has_permission(doc, ptype: str | None = None, user: str | None = None) -> bool:
	stores = stores_of(user)
	if stores is None:
		return True
	if doc.is_new():
		return doc.dealership in stores if doc.dealership else bool(stores)
	# As it is stored: what somebody sends to be saved proves nothing.
	return sees_vehicle(doc.name, user)


def on_doctype_update() -> None:
	frappe.db.add_index("C4S Vehicle", ["dealership", "modified"])
	frappe.db.add_index("C4S Vehicle", ["dealership", "status"])
