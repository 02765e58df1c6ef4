"""A car in the workshop, a sale over the counter, a service at home or a rescue: from arrival to settlement."""

from math import isfinite

import frappe
from frappe import _
from frappe.utils import cint, flt, get_datetime, getdate, now_datetime

from crm4s.access.customers import dealing_condition, has_dealing_permission
from crm4s.access.links import ensure_links_within_reach, ensure_not_taken_from_other_store
from crm4s.access.own_store import take_own_store
from crm4s.access.own_work import entered_by
from crm4s.crm4s.doctype.c4s_odometer_reading.record import forget_readings, keep_reading
from crm4s.documents import OwnFacts, keep_stored
from crm4s.masked_twins import plate_in_title, set_twins
from crm4s.membership import bill
from crm4s.papers import sheets
from crm4s.papers.language import language_of
from crm4s.service import approval, comeback, follow_up, links, quoting, settlement
from crm4s.service.items import work_out_amounts
from crm4s.value.money import line_amount, total
from crm4s.value.packages import minutes_of
from crm4s.workflows.states import ProcessDocument
from crm4s.workshop.progress import events_so_far

OPEN, SETTLED, CANCELLED = "Open", "Settled", "Cancelled"
COUNTER_SALE = "Counter Sale"
TOTAL_OF_KIND = {"Labour": "labour_amount", "Part": "parts_amount", "Other": "other_amount"}
TOTAL_OF_PAYER = {
	"Customer": "customer_amount",
	"Warranty": "warranty_amount",
	"Insurance": "insurance_amount",
	"Internal": "internal_amount",
}
# What the invoice of a settled visit says; who did the work may still be corrected.
INVOICED_TEXTS = ("item_kind", "part", "item_name", "payer", "approval")
INVOICED_NUMBERS = ("quantity", "unit_price", "discount_amount", "unit_cost")
INVOICED_WITH = ("dealership", "customer", "vehicle", "visit_kind")
NUMBERS = ("quantity", "unit_price", "discount_amount", "unit_cost", "minutes")
# What the columns of the database hold, and no workshop charges.
LARGEST_AMOUNT = 100_000_000
# Read-only in the form; only the visit's own actions write them.
FACTS = (
	*("walk_round_template", "walk_round", "damage_marks", "customer_signature", "signed_on", "signed_by", "quoted_on"),
	*("payment_state", "outstanding_amount"),
	*("follow_up_on", "follow_up_task", "follow_up_outcome", "followed_up_on", "followed_up_by", "follow_up_note"),
)
EMPTY = {"walk_round": [], "follow_up_outcome": "", "payment_state": "", "outstanding_amount": 0}
SET_ONCE = ("appointment", "comeback_of", "dispatch_order")


class C4SServiceVisit(OwnFacts, ProcessDocument):
	def before_insert(self):
		take_own_store(self)
		self.service_advisor = self.service_advisor or entered_by("C4S Service Advisor")

	def validate(self):
		ensure_not_taken_from_other_store(self)
		ensure_links_within_reach(self, "customer", "vehicle", *SET_ONCE)
		self.keep_facts()
		comeback.validate(self)
		self.validate_customer_and_vehicle()
		self.validate_times()
		self.take_costs_from_parts()
		self.validate_numbers()
		bill.keep_on_visit(self)
		self.set_amounts()
		approval.keep(self)
		self.set_totals()
		quoting.set_shortages(self)
		self.validate_change_of_status()
		self.validate_settlement()
		self.validate_settled_stays()
		self.set_title()

	def on_update(self):
		self.record_odometer()
		self.plan_follow_up()

	def on_change(self):
		approval.tell_of_added_work(self)

	def on_trash(self):
		forget_readings(self)
		links.forget(self)

	@property
	def language(self) -> str | None:
		"""The customer's, for what is printed."""
		return language_of(self.customer)

	def before_print(self, settings=None):
		sheets.prepare_visit(self)

	def keep_facts(self):
		"""Take back what a form or a request sent along for what only actions write."""
		if self.flags.writes_facts:
			return
		keep_stored(self, FACTS, EMPTY)
		if self.get_doc_before_save():
			keep_stored(self, SET_ONCE)

	def validate_customer_and_vehicle(self):
		if self.visit_kind == COUNTER_SALE:
			return
		for fieldname in ("customer", "vehicle"):
			if not self.get(fieldname):
				frappe.throw(
					_("{0} is needed, as only a counter sale goes without.").format(_(self.meta.get_label(fieldname))),
					frappe.MandatoryError,
				)

	def validate_times(self):
		# Forms show times to the minute: what happened in the minute of arrival was not before it.
		arrived = self.arrived_on and get_datetime(self.arrived_on).replace(second=0, microsecond=0)
		for fieldname in ("promised_on", "settled_on"):
			if arrived and self.get(fieldname) and get_datetime(self.get(fieldname)) < arrived:
				frappe.throw(
					_("{0} must not be before the arrival, {1}.").format(
						_(self.meta.get_label(fieldname)), frappe.format(self.arrived_on, "Datetime")
					)
				)

	def take_costs_from_parts(self):
		"""Those who enter parts may not know what they cost."""
		rows = [row for row in self.items if row.part and not flt(row.unit_cost)]
		if not rows:
			return
		costs = dict(
			frappe.get_all(
				"C4S Part", filters={"name": ["in", [row.part for row in rows]]}, fields=["name", "cost"], as_list=True
			)
		)
		for row in rows:
			row.unit_cost = costs.get(row.part)

	def validate_numbers(self):
		"""What arithmetic cannot work with is refused before it is tried."""
		for row in self.items:
			for fieldname in NUMBERS:
				number = flt(row.get(fieldname))
				if not isfinite(number) or number < 0:
					frappe.throw(
						_("{0} in row {1} must be a number that is not negative.").format(
							_(row.meta.get_label(fieldname)), row.idx
						)
					)
			if max(flt(row.quantity), 1) * max(flt(row.unit_price), flt(row.unit_cost), 1) > LARGEST_AMOUNT:
				frappe.throw(_("Row {0} comes to more than any visit can cost; check quantity and price.").format(row.idx))

	def set_amounts(self):
		work_out_amounts(self.items)
		for row in self.items:
			row.cost = float(line_amount(flt(row.quantity), flt(row.unit_cost)))
			row.minutes = minutes_of(row.item_kind, row.quantity, row.minutes)

	def set_totals(self):
		"""Of what is or may be done: an item that the customer declined counts in no total."""
		rows = approval.counted(self)
		for field_of, kind in ((TOTAL_OF_KIND, "item_kind"), (TOTAL_OF_PAYER, "payer")):
			for value, fieldname in field_of.items():
				self.set(fieldname, float(total(row.amount for row in rows if row.get(kind) == value)))
		amount, cost = total(row.amount for row in rows), total(row.cost for row in rows)
		self.total_amount, self.cost_amount, self.margin = float(amount), float(cost), float(amount - cost)

	def validate_change_of_status(self):
		before = self.get_doc_before_save()
		if before and before.status == SETTLED and self.status == CANCELLED:
			frappe.throw(_("A settled visit cannot be cancelled; open it again first."))

	def validate_settlement(self):
		self.flags.just_settled = False
		if self.status != SETTLED:
			self.settled_on = None
			return
		if not self.items:
			frappe.throw(_("A visit can be settled only when it has at least one item."))
		self.flags.just_settled = self.is_being_settled()
		if self.flags.just_settled:
			settlement.validate(self)
			self.next_service_advice = self.next_service_advice or settlement.next_service(self)
		self.settled_on = self.settled_on or now_datetime()

	def is_being_settled(self) -> bool:
		before = self.get_doc_before_save()
		return self.status == SETTLED and not (before and before.status == SETTLED) and not approval.is_settled_elsewhere(self)

	def validate_settled_stays(self):
		"""The invoice is out: what it says does not change while the visit is settled."""
		before = self.get_doc_before_save()
		if not before or before.status != SETTLED:
			return
		# What parts cost by the books is known after the invoice (crm4s.service.costs).
		numbers = INVOICED_NUMBERS[:-1] if self.flags.takes_costs else INVOICED_NUMBERS
		if [_invoiced(row, numbers) for row in before.items] != [_invoiced(row, numbers) for row in self.items]:
			frappe.throw(_("The items of a settled visit cannot be changed; open the visit again first."))
		for fieldname in INVOICED_WITH:
			if (before.get(fieldname) or None) != (self.get(fieldname) or None):
				frappe.throw(
					_("{0} of a settled visit cannot be changed; open the visit again first.").format(
						_(self.meta.get_label(fieldname))
					)
				)

	def set_title(self):
		self.title = f"{plate_in_title(self.plate_number) or self.name} {getdate(self.arrived_on)}"
		set_twins(self)

	def events_so_far(self) -> list[str]:
		"""What has happened in the work and still holds; see workflows/events.py."""
		return events_so_far(self)

	def plan_follow_up(self):
		if self.flags.just_settled:
			follow_up.plan(self)

	def record_odometer(self):
		vehicle = None if self.status == CANCELLED else self.vehicle
		keep_reading(self, vehicle, get_datetime(self.arrived_on), cint(self.odometer))


def _invoiced(row, numbers: tuple[str, ...]) -> tuple:
	texts = [row.get(field) or None for field in INVOICED_TEXTS]
	return (*texts, *(flt(row.get(field), 6) for field in numbers))


def on_doctype_update():
	frappe.db.add_index("C4S Service Visit", ["dealership", "modified"])
	frappe.db.add_index("C4S Service Visit", ["dealership", "settled_on"])
	# The cars that are in a store now.
	frappe.db.add_index("C4S Service Visit", ["dealership", "status", "arrived_on"])
	frappe.db.add_index("C4S Service Visit", ["dealership", "workflow_state", "modified"])
	# Who is to be called, by whom and in which store.
	frappe.db.add_index("C4S Service Visit", ["service_advisor", "follow_up_on"])
	frappe.db.add_index("C4S Service Visit", ["dealership", "follow_up_on"])
	frappe.db.add_index("C4S Service Visit", ["customer", "settled_on"])
	frappe.db.add_index("C4S Service Visit", ["vehicle", "settled_on"])
	# All that crm4s/customer_value/summary.py and crm4s/intake/facts.py ask for, so that the rows themselves need not be read.
	summed = ["customer", "dealership", "status", "settled_on", "vehicle", "customer_amount", "margin", "visit_kind"]
	frappe.db.add_index("C4S Service Visit", summed, "facts_of_paid")
	# Who came back: counted for all cars without reading their visits.
	frappe.db.add_index("C4S Service Visit", ["vehicle", "status", "visit_kind", "settled_on", "dealership"], "vehicle_returns")
	# Visits and amounts of a time, of all stores, without reading the visits: report/c4s_service_volume.
	volume = ["status", "settled_on", "dealership", "visit_kind", "customer", "vehicle", "total_amount"]
	frappe.db.add_index("C4S Service Visit", volume, "settled_volume")
	# How long cars stayed: report/c4s_service_step_times.
	steps = ["status", "settled_on", "dealership", "visit_kind", "service_advisor", "arrived_on", "promised_on"]
	frappe.db.add_index("C4S Service Visit", steps, "settled_steps")


def get_permission_query_conditions(user: str | None = None) -> str:
	return dealing_condition("C4S Service Visit", user)


def has_permission(doc, ptype=None, user=None) -> bool:
	return has_dealing_permission(doc, ptype, user)
