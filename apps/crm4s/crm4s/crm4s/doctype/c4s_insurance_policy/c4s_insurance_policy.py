"""A car is insured for a time: by whom, against what, for how much. First and last day are covered both, from 0:00 up to 24:00."""

from math import isfinite

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import add_days, flt, formatdate, getdate

from crm4s.access.customers import dealing_condition, has_dealing_permission
from crm4s.access.links import ensure_links_within_reach, ensure_not_taken_from_other_store
from crm4s.access.own_store import take_own_store
from crm4s.access.own_work import entered_by
from crm4s.documents import ComparesAsText
from crm4s.exceptions import PolicyError
from crm4s.identifiers.text import compact
from crm4s.insurance import renewals
from crm4s.insurance.cover import COMPULSORY, lock_car, policies_between, tell_car
from crm4s.masked_twins import plate_in_title, set_twins
from crm4s.value.insurance import last_day
from crm4s.value.money import total

CLAIM = "C4S Insurance Claim"
IN_FORCE, SURRENDERED = "In Force", "Surrendered"
# What a claim stands on; changed by mistake only before there is one.
SECURED = ("vehicle", "insurer", "policy_kind", "policy_number", "valid_from", "valid_until")
SURRENDER = ("status", "surrendered_on", "surrender_reason")
LARGEST_AMOUNT = 100_000_000
LONGEST_DAYS = 366


class C4SInsurancePolicy(ComparesAsText, Document):
	def before_insert(self):
		take_own_store(self)
		self.seller = self.seller or (entered_by("C4S Sales Consultant") if self.sold_by_us else None)

	def before_validate(self):
		self.take_from_deal()

	def validate(self):
		ensure_not_taken_from_other_store(self)
		ensure_links_within_reach(self, "vehicle", "customer", "deal_service")
		self.keep_surrender()
		self.follow_car()
		self.set_period()
		self.validate_number_is_free()
		self.validate_coverages()
		self.set_amounts()
		self.validate_claims_stay_covered()
		self.validate_insured_once()
		self.validate_sale()
		self.set_title()

	def on_update(self):
		self.tell_cars()

	def on_trash(self):
		for fieldname in ("renewal_of", "renewed_by"):
			frappe.db.set_value(self.doctype, {fieldname: self.name}, fieldname, None, update_modified=False)

	def after_delete(self):
		self.tell_cars()

	def take_from_deal(self):
		"""What is left empty; whether the service may be linked is asked afterwards, as of whatever else is linked."""
		if not self.deal_service or (self.customer and self.vehicle):
			return
		deal = frappe.db.get_value("C4S Deal Service", self.deal_service, "deal")
		customer, vehicle = frappe.db.get_value("C4S Deal", deal, ["customer", "vehicle"]) or (None, None)
		self.customer, self.vehicle = self.customer or customer, self.vehicle or vehicle

	# Which car, from when to when

	def keep_surrender(self):
		"""A policy is given back by its own action, which asks from which day on and why."""
		before = self.get_doc_before_save()
		if self.flags.by_action:
			return
		for fieldname in SURRENDER:
			self.set(fieldname, before.get(fieldname) if before else None)
		self.status = self.status or IN_FORCE

	def follow_car(self):
		self.plate_number = frappe.db.get_value("C4S Vehicle", self.vehicle, "plate_number")

	def set_period(self):
		first = getdate(self.valid_from)
		self.valid_until = getdate(self.valid_until) if self.valid_until else last_day(first)
		if self.valid_until < first:
			frappe.throw(_("A policy cannot end before it begins."), PolicyError)
		if (self.valid_until - first).days > LONGEST_DAYS and self.has_changed("valid_until"):
			frappe.msgprint(
				_("This policy lasts until {0}, longer than the usual year; look at the dates again.").format(formatdate(self.valid_until)),
				title=_("Please look twice"),
				indicator="orange",
			)
		self.covered_until = min(self.valid_until, getdate(add_days(self.surrendered_on, -1))) if self.surrendered_on else self.valid_until

	def validate_number_is_free(self):
		self.policy_number = compact(self.policy_number or "")
		if not self.policy_number:
			frappe.throw(_("Enter the number of the policy."), frappe.MandatoryError)
		key = {"insurer": self.insurer, "policy_number": self.policy_number, "name": ["!=", self.name or ""]}
		if frappe.db.exists(self.doctype, key):
			frappe.throw(
				_("Policy {0} of {1} is entered already.").format(self.policy_number, _(self.insurer)), frappe.UniqueValidationError
			)

	def validate_insured_once(self):
		if self.covered_until < getdate(self.valid_from):
			return
		lock_car(self.vehicle)
		others = policies_between(
			self.vehicle, self.policy_kind, getdate(self.valid_from), self.covered_until, without=self.name, locked=True
		)
		if others:
			other = others[0]
			frappe.throw(
				_("The car has {0} from {1} to {2} already: policy {3} of {4}.").format(
					_(self.policy_kind), formatdate(other.valid_from), formatdate(other.covered_until), other.policy_number, _(other.insurer)
				),
				PolicyError,
			)

	def validate_claims_stay_covered(self):
		before = self.get_doc_before_save()
		if not before:
			return
		if self.has_changed(*SECURED):
			claim = frappe.db.get_value(CLAIM, {"policy": self.name})
			if claim:
				frappe.throw(_("Claim {0} stands on this policy; its car, number and days stay.").format(claim), PolicyError)
		if self.surrendered_on:
			claim = frappe.db.get_value(CLAIM, {"policy": self.name, "loss_on": [">=", getdate(self.surrendered_on)]})
			if claim:
				frappe.throw(_("What claim {0} is about happened after that day, under this policy.").format(claim), PolicyError)

	# What it covers

	def validate_coverages(self):
		kinds = _kinds_of([row.coverage for row in self.coverages])
		seen = set()
		for row in self.coverages:
			for fieldname in ("sum_insured", "premium"):
				amount = flt(row.get(fieldname))
				if not isfinite(amount) or not 0 <= amount <= LARGEST_AMOUNT:
					frappe.throw(_("{0} in row {1} is no amount of a policy.").format(_(row.meta.get_label(fieldname)), row.idx))
			if row.coverage in seen:
				frappe.throw(_("Row {0} repeats {1}.").format(row.idx, frappe.bold(_(row.coverage))))
			seen.add(row.coverage)
			if kinds.get(row.coverage) != self.policy_kind:
				frappe.throw(_("{0} does not belong to {1}.").format(_(row.coverage), _(self.policy_kind)), PolicyError)

	def set_amounts(self):
		if self.policy_kind != COMPULSORY:
			self.vehicle_tax = 0
		if not isfinite(flt(self.vehicle_tax)) or not 0 <= flt(self.vehicle_tax) <= LARGEST_AMOUNT:
			frappe.throw(_("{0} must be a number that is not negative.").format(_(self.meta.get_label("vehicle_tax"))))
		premium = total(row.premium for row in self.coverages)
		self.premium_total, self.total_amount = float(premium), float(total([premium, self.vehicle_tax]))

	def validate_sale(self):
		if not self.sold_by_us:
			self.seller = self.deal_service = None
		if not self.deal_service or not self.has_value_changed("deal_service"):
			return
		deal = frappe.db.get_value("C4S Deal Service", self.deal_service, ["dealership", "customer"], as_dict=True)
		if deal.dealership != self.dealership:
			frappe.throw(_("The deal belongs to another store."), PolicyError)
		if deal.customer != self.customer:
			frappe.throw(_("The deal is another customer's."), PolicyError)

	def set_title(self):
		self.title = " · ".join(part for part in (plate_in_title(self.plate_number), self.policy_number) if part)
		set_twins(self)

	def tell_cars(self):
		before = self.get_doc_before_save()
		for vehicle in {self.vehicle, before.vehicle if before else self.vehicle}:
			renewals.link(vehicle)
			tell_car(vehicle)
		if frappe.db.exists(self.doctype, self.name):
			self.update(frappe.db.get_value(self.doctype, self.name, ["renewal_of", "renewed_by"], as_dict=True))


def _kinds_of(coverages: list[str]) -> dict[str, str]:
	rows = frappe.get_all("C4S Insurance Coverage", {"name": ["in", coverages or [""]]}, ["name", "policy_kind"], as_list=True)
	return dict(rows)


def on_doctype_update() -> None:
	frappe.db.add_unique("C4S Insurance Policy", ["insurer", "policy_number"])
	frappe.db.add_index("C4S Insurance Policy", ["vehicle", "policy_kind", "covered_until"])
	# Those of a store that end soon, and are not renewed.
	frappe.db.add_index("C4S Insurance Policy", ["dealership", "covered_until"])
	frappe.db.add_index("C4S Insurance Policy", ["dealership", "modified"])
	frappe.db.add_index("C4S Insurance Policy", ["dealership", "valid_from"])
	frappe.db.add_index("C4S Insurance Policy", ["customer", "covered_until"])


def get_permission_query_conditions(user: str | None = None) -> str:
	return dealing_condition("C4S Insurance Policy", user)


def has_permission(doc, ptype: str | None = None, user: str | None = None) -> bool:
	return has_dealing_permission(doc, ptype, user)
