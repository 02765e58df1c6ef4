"""Which cars suit somebody's stated needs, and up to four of them side by side; for a visitor without a file as well."""

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import flt

from crm4s.access.customers import dealing_condition, has_dealing_permission
from crm4s.access.links import ensure_links_within_reach, ensure_not_taken_from_other_store
from crm4s.access.own_store import take_own_store
from crm4s.access.own_work import entered_by
from crm4s.advice.comparison import compare_models, require_few
from crm4s.advice.suitability import judge, needs_of

ADVICE = "C4S Purchase Advice"
CHOICES = ("body_type", "purpose", "energy_preference", "driving", "home_charging")
STATED = ("seats", "budget_from", "budget_to", "yearly_km", "must_haves", *CHOICES)


class C4SPurchaseAdvice(Document):
	def before_insert(self):
		take_own_store(self)
		self.advised_by = self.advised_by or entered_by("C4S Sales Consultant", "C4S Sales Manager")

	def validate(self):
		ensure_not_taken_from_other_store(self)
		ensure_links_within_reach(self, "customer", "lead", "showroom_visit")
		self.take_name()
		self.validate_budget()
		self.validate_models()
		self.judge_models()

	def take_name(self):
		if not self.person_name:
			sources = (("customer", "customer_name"), ("lead", "lead_name"), ("showroom_visit", "visitor_name"))
			for field, title in sources:
				if self.get(field) and not self.person_name:
					self.person_name = frappe.db.get_value(self.meta.get_field(field).options, self.get(field), title)

	def validate_budget(self):
		if flt(self.budget_to) and flt(self.budget_from) > flt(self.budget_to):
			frappe.throw(_("Budget From must not be more than Budget To."))

	def validate_models(self):
		names = [row.model for row in self.models]
		require_few(names)
		for row in self.models:
			if names.count(row.model) > 1:
				frappe.throw(_("{0} is compared twice; once is enough.").format(frappe.bold(row.model)))

	def judge_models(self):
		judged = judge(needs_of(self), [row.model for row in self.models])
		for row in self.models:
			model = judged[row.model]
			row.model_title, row.guide_price, row.score = model.model_title, model.guide_price, model.score

	def get_stated_needs(self) -> list[tuple[str, str]]:
		"""Label and text of each need that was stated, for the print."""
		return [
			(_(self.meta.get_label(field)), _(self.get(field)) if field in CHOICES else self.get_formatted(field))
			for field in STATED
			if self.get(field)
		]

	def get_comparison(self) -> dict:
		"""The models judged, and the rows of their attributes, for the print."""
		return compare_models([row.model for row in self.models], needs_of(self))


def on_doctype_update():
	frappe.db.add_index(ADVICE, ["dealership", "modified"])


def get_permission_query_conditions(user: str | None = None) -> str:
	return dealing_condition(ADVICE, user)


def has_permission(doc, ptype=None, user=None) -> bool:
	return has_dealing_permission(doc, ptype, user)
