"""A team goes to the car: a call for help on the road, or a service at the customer's place.

What the caller says may be changed by saving the order; what happened is written by the steps in dispatch/actions.py only.
"""

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cint, flt, get_datetime, now_datetime

from crm4s import bookings
from crm4s.access.customers import dealing_condition, has_dealing_permission
from crm4s.access.links import ensure_links_within_reach, ensure_not_taken_from_other_store
from crm4s.access.own_store import take_own_store
from crm4s.access.stores import quoted_list
from crm4s.bookings import for_document
from crm4s.dispatch import teams
from crm4s.dispatch.notice import tell_board
from crm4s.dispatch.standards import CALLED, CANCELLED, ENDED, FOLLOWING, ON_SITE, Standard, deadlines
from crm4s.documents import ComparesAsText, OwnFacts, keep_stored
from crm4s.edge import plain_refusal
from crm4s.exceptions import DispatchError
from crm4s.identifiers.position import Position, checked_position
from crm4s.masked_twins import plate_in_title, set_twins
from crm4s.service.contact import name_car, normalise_contact_phone, take_advisor, take_contact_from_customer
from crm4s.service.items import work_out_amounts
from crm4s.settings import setting
from crm4s.value.money import total

ORDER, RESCUE, HOME_SERVICE = "C4S Dispatch Order", "Rescue", "Home Service"
STANDARDS = ("dispatch_minutes", "arrival_minutes", "on_site_minutes")
# Read-only in the form; only the order's own steps write them.
FACTS = (
	*("status", "dispatched_on", "departed_on", "arrived_on", "ended_on", "cancel_reason", "team", "team_from", "team_until", "team_booking"),
	*("agreed_on", "appointment", "service_visit", "photos"),
)
FIRST_FACTS = {"status": CALLED, "photos": []}
# What the visit was made of.
KEPT_WHEN_ENDED = ("kind", "dealership", "called_on", "planned_from", "trouble")
KEPT_WITH_VISIT = ("customer", "vehicle")
FEE = ("item_kind", "part", "item_name", "quantity", "unit_price", "discount_amount", "payer")
CUSTOMER = "Customer"


class C4SDispatchOrder(OwnFacts, ComparesAsText, Document):
	def before_insert(self):
		take_own_store(self)

	def check_if_latest(self):
		"""Before Frappe locks the order itself: locks are always taken in this order, or two people could wait for each other."""
		teams.lock(self.team)
		super().check_if_latest()

	def validate(self):
		ensure_not_taken_from_other_store(self)
		ensure_links_within_reach(self, "customer", "vehicle")
		self.keep_facts()
		take_contact_from_customer(self)
		normalise_contact_phone(self)
		self.validate_contact_and_car()
		take_advisor(self)
		self.validate_position()
		self.validate_times()
		self.validate_change_of_status()
		self.validate_ended_stays()
		self.set_deadlines()
		self.work_out_fees()
		self.set_title()

	def on_update(self):
		tell_board(self.dealership)

	def on_trash(self):
		if self.service_visit:
			frappe.throw(_("Service visit {0} was made of this order; it stays.").format(self.service_visit), DispatchError)
		for_document.remember(self, "team_booking", None)
		bookings.forget(self.doctype, self.name)

	def after_delete(self):
		tell_board(self.dealership)

	def keep_facts(self):
		"""Take back what a form or a request sent along for what only the steps write."""
		if self.flags.writes_facts:
			return
		keep_stored(self, FACTS, FIRST_FACTS)

	# Who waits, and where

	def validate_contact_and_car(self):
		if not (self.contact_phone or self.customer):
			frappe.throw(_("Enter the phone of whoever waits for the team."), frappe.MandatoryError)
		if not name_car(self):
			frappe.throw(_("Say which car it is: choose it, or enter its plate or what the caller calls it."), frappe.MandatoryError)
		if self.kind == RESCUE and not self.trouble:
			frappe.throw(_("Choose what the trouble is."), frappe.MandatoryError)

	def validate_position(self):
		self.latitude, self.longitude = flt(self.latitude, 6), flt(self.longitude, 6)
		if not (self.latitude or self.longitude) or not self.has_changed("latitude", "longitude"):
			return
		with plain_refusal():
			checked_position(self.latitude, self.longitude, setting("default_region"))

	def position(self) -> Position | None:
		return Position(self.latitude, self.longitude) if self.latitude or self.longitude else None

	# When

	def validate_times(self):
		self.called_on = get_datetime(self.called_on or now_datetime())
		if self.has_changed("called_on") and self.called_on > now_datetime():
			frappe.throw(_("{0} is in the future.").format(_(self.meta.get_label("called_on"))), DispatchError)
		if self.dispatched_on and self.called_on > get_datetime(self.dispatched_on):
			frappe.throw(_("The call cannot be later than the moment when a team was sent."), DispatchError)
		if self.kind == RESCUE:
			self.planned_from = None
		elif not self.planned_from:
			frappe.throw(_("Enter when the team is expected at the customer's place."), frappe.MandatoryError)

	def set_deadlines(self):
		"""As the standards are at the time: when they change later, what was called before keeps its own."""
		if self.status in ENDED or not self.has_changed("trouble", "called_on", "planned_from", "kind"):
			return
		standard = self.standard()
		self.on_site_standard = standard.on_site
		if self.status != ON_SITE:
			planned_from = self.planned_from and get_datetime(self.planned_from)
			self.dispatch_by, self.arrive_by = deadlines(standard, self.called_on, planned_from)

	def standard(self) -> Standard:
		values = self.trouble and frappe.db.get_value("C4S Trouble Type", self.trouble, STANDARDS)
		return Standard(*map(cint, values)) if values else Standard()

	# What happened

	def validate_change_of_status(self):
		before = self.get_doc_before_save()
		if before and before.status != self.status and self.status not in FOLLOWING[before.status]:
			frappe.throw(_("An order that is {0} cannot become {1}.").format(_(before.status), _(self.status)), DispatchError)

	def validate_ended_stays(self):
		before = self.get_doc_before_save()
		if not before or before.status not in ENDED:
			return
		kept = (*KEPT_WHEN_ENDED, *(KEPT_WITH_VISIT if before.service_visit else ()))
		for fieldname in kept:
			if self.has_changed(fieldname):
				frappe.throw(
					_("{0} of an order that is {1} cannot be changed.").format(_(self.meta.get_label(fieldname)), _(self.status)), DispatchError
				)
		if (before.service_visit or before.status == CANCELLED) and list(map(_fee, before.fees)) != list(map(_fee, self.fees)):
			frappe.throw(_("The fees of an order that has ended are changed on its service visit."), DispatchError)

	def work_out_fees(self):
		work_out_amounts(self.fees)
		self.total_amount = float(total(row.amount for row in self.fees))
		self.customer_amount = float(total(row.amount for row in self.fees if row.payer == CUSTOMER))
		self.others_amount = float(total(row.amount for row in self.fees if row.payer != CUSTOMER))

	def set_title(self):
		self.title = " · ".join(part for part in (plate_in_title(self.plate_number) or self.car_description, self.contact_name) if part)[:140]
		set_twins(self)

	def follow_booking(self, booking):
		"""Somebody moved the time of the team, for example in the calendar."""
		self.check_permission("write")
		if self.status in ENDED or booking.resource != self.team:
			frappe.throw(_("The time of this team is changed on order {0}.").format(self.name), DispatchError)
		self.update({"team_from": booking.starts_at, "team_until": booking.ends_at})
		self.save_facts()


def _fee(row) -> tuple:
	return tuple(flt(row.get(field), 6) if field in FEE[3:6] else row.get(field) or None for field in FEE)


def on_doctype_update() -> None:
	# The board: what is open, and what ended today.
	frappe.db.add_index(ORDER, ["dealership", "status", "called_on"])
	frappe.db.add_index(ORDER, ["dealership", "ended_on"])
	frappe.db.add_index(ORDER, ["dealership", "called_on"])
	frappe.db.add_index(ORDER, ["dealership", "modified"])
	frappe.db.add_index(ORDER, ["team", "status"])
	frappe.db.add_index(ORDER, ["customer", "called_on"])
	frappe.db.add_index(ORDER, ["vehicle", "called_on"])


def get_permission_query_conditions(user: str | None = None) -> str:
	"""The store's dealings; of those who only work on the road, their own orders."""
	condition, own = dealing_condition(ORDER, user), teams.only_teams_of(user)
	if own is None:
		return condition
	mine = f"`tab{ORDER}`.`team` in {quoted_list(own)}"
	return f"({condition}) and {mine}" if condition else mine


def has_permission(doc, ptype: str | None = None, user: str | None = None) -> bool:
	own = teams.only_teams_of(user)
	return has_dealing_permission(doc, ptype, user) and (own is None or doc.get("team") in own)
