"""What a bank or a leasing company offers to buyers; a quotation compares the offers that fit."""

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cint, flt, getdate, nowdate

from crm4s.value.finance import Offer

LOAN, LEASE = "Loan", "Lease"
# Which offers a deal's payment method asks for.
KIND_FOR = {"Instalments": LOAN, "Lease": LEASE}


class C4SFinanceOffer(Document):
	def validate(self):
		self.validate_months()
		self.validate_percents()
		self.validate_dates()

	def validate_months(self):
		if not 1 <= cint(self.months) <= 120:
			frappe.throw(_("Months must be between 1 and 120."))

	def validate_percents(self):
		for fieldname in ("annual_rate", "minimum_down_payment_percent", "final_payment_percent"):
			if not 0 <= flt(self.get(fieldname)) <= 100:
				frappe.throw(_("{0} must be between 0 and 100.").format(_(self.meta.get_label(fieldname))))
		if flt(self.minimum_down_payment_percent) + flt(self.final_payment_percent) > 100:
			frappe.throw(_("Down payment and final payment together must not be more than the price."))

	def validate_dates(self):
		if self.valid_from and self.valid_until and getdate(self.valid_until) < getdate(self.valid_from):
			frappe.throw(_("Valid Until must not be before Valid From."))

	def fits(self, model: str | None, payment_method: str, day=None) -> bool:
		"""Whether a buyer of `model` who pays so can have the offer on that day."""
		day = getdate(day or nowdate())
		return (
			bool(self.enabled)
			and KIND_FOR.get(payment_method) == self.offer_kind
			and (not self.models or model in {row.model for row in self.models})
			and (not self.valid_from or getdate(self.valid_from) <= day)
			and (not self.valid_until or day <= getdate(self.valid_until))
		)

	def terms(self) -> Offer:
		return Offer(
			cint(self.months),
			self.annual_rate,
			self.minimum_down_payment_percent,
			self.final_payment_percent,
			self.fee,
		)


def fitting_offers(model: str | None, payment_method: str, day=None) -> list[C4SFinanceOffer]:
	"""The offers that a buyer of `model` can have, shortest first; a group has a few dozen, read from the cache."""
	names = frappe.get_all("C4S Finance Offer", {"enabled": 1}, pluck="name", order_by="months, offer_name")
	offers = (frappe.get_cached_doc("C4S Finance Offer", name) for name in names)
	return [offer for offer in offers if offer.fits(model, payment_method, day)]
