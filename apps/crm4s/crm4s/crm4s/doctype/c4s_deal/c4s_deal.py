"""A car sold: from the quotation over order and waiting to delivery. What happens at each step stands in the modules beside this one."""

import frappe
from frappe import _
from frappe.utils import flt, getdate, now_datetime, nowdate

from crm4s.access.customers import dealing_condition, has_dealing_permission
from crm4s.access.links import ensure_links_within_reach, ensure_not_taken_from_other_store
from crm4s.access.own_store import take_own_store
from crm4s.access.own_work import entered_by
from crm4s.crm4s.doctype.c4s_deal import allocation, delivery, discount, finance, frozen, trade_in, waiting
from crm4s.crm4s.doctype.c4s_deal.status import CANCELLED, DELIVERED, ORDERED, QUOTED, STEPS
from crm4s.crm4s.doctype.c4s_deal_service.c4s_deal_service import charged_services
from crm4s.documents import OwnFacts
from crm4s.masked_twins import set_twins
from crm4s.membership import bill
from crm4s.value.deal_amounts import after_cancellation, deal_amounts, item_amount, margin, received_amount
from crm4s.value.money import exact, line_amount, to_cents, total
from crm4s.workflows.states import ProcessDocument

PAID_BACK = "Paid Back"
REFUND = "Refund"


class C4SDeal(OwnFacts, ProcessDocument):
	def before_insert(self):
		take_own_store(self)
		self.sales_consultant = self.sales_consultant or entered_by("C4S Sales Consultant")

	def validate(self):
		ensure_not_taken_from_other_store(self)
		ensure_links_within_reach(self, "customer", "lead", "trade_in_vehicle", "trade_in_appraisal")
		frozen.keep_facts(self)
		self.validate_lead()
		trade_in.follow_appraisal(self)
		self.take_list_price()
		self.validate_prices()
		bill.keep_on_deal(self)
		self.set_amounts()
		discount.set_needs_approval(self)
		finance.set_plan(self)
		self.take_step()
		frozen.validate_frozen(self)
		self.set_amounts_due()
		waiting.validate_promise(self)
		waiting.set_next_care(self)
		self.set_title()

	def on_update(self):
		trade_in.note_on_appraisal(self)
		self.follow_step()

	def on_trash(self):
		self.refuse_to_lose_history()

	# What the deal is about

	def validate_lead(self):
		if not self.lead or not self.has_value_changed("lead"):
			return
		lead = frappe.db.get_value("C4S Lead", self.lead, ["dealership", "customer"], as_dict=True)
		if lead.dealership != self.dealership:
			frappe.throw(_("Lead {0} belongs to another store.").format(frappe.bold(self.lead)))
		if lead.customer and lead.customer != self.customer:
			frappe.throw(_("Lead {0} is about another customer.").format(frappe.bold(self.lead)))

	def set_title(self):
		customer = frappe.db.get_value("C4S Customer", self.customer, "customer_name")
		model = frappe.get_cached_value("C4S Vehicle Model", self.model, "model_title") if self.model else None
		self.title = " · ".join(part for part in (customer, model) if part)
		set_twins(self)

	# Amounts

	def take_list_price(self):
		if self.model and (not flt(self.list_price) or (self.model_changed() and not self.has_value_changed("list_price"))):
			self.list_price = frappe.get_cached_value("C4S Vehicle Model", self.model, "guide_price")

	def model_changed(self) -> bool:
		return bool(self.get_doc_before_save()) and self.has_value_changed("model")

	def validate_prices(self):
		for fieldname in ("list_price", "discount_amount", "trade_in_value", "down_payment", "agreed_deposit"):
			if flt(self.get(fieldname)) < 0:
				frappe.throw(_("{0} must not be negative.").format(_(self.meta.get_label(fieldname))))
		self.validate_list_price()
		for row in self.items:
			self.validate_item(row)

	def validate_list_price(self):
		"""A lower list price would be a discount that nobody approved."""
		if self.deal_kind != "New Car" or not self.model:
			return
		if not (self.has_value_changed("list_price") or self.has_value_changed("model")):
			return
		guide_price = flt(frappe.get_cached_value("C4S Vehicle Model", self.model, "guide_price"))
		if flt(self.list_price, 2) < flt(guide_price, 2):
			frappe.throw(
				_("List Price must not be below the guide price, {0}; enter what is given away as discount.").format(
					frappe.format(guide_price, "Currency")
				)
			)

	def validate_item(self, row):
		if flt(row.quantity) <= 0:
			frappe.throw(_("Quantity in row {0} must be more than 0.").format(row.idx))
		if flt(row.unit_price) < 0:
			frappe.throw(_("Unit price in row {0} must not be negative.").format(row.idx))
		if row.option and self.model and not frappe.get_cached_doc("C4S Vehicle Option", row.option).fits(self.model):
			frappe.throw(_("Option {0} in row {1} does not fit the model.").format(frappe.bold(row.item_name), row.idx))

	def set_amounts(self):
		for row in self.items:
			row.amount = float(item_amount(row.quantity, row.unit_price))
		services = charged_services(self.name) if not self.is_new() else []
		self._amounts = deal_amounts(
			self.list_price,
			[row.amount for row in self.items],
			self.discount_amount,
			[row.charged_amount for row in services],
			total((self.trade_in_value, self.trade_in_subsidy)),
			received_amount((row.kind == REFUND, row.amount) for row in self.payments),
		)
		if to_cents(self.discount_amount) > to_cents(self.list_price) + self._amounts.customisation:
			frappe.throw(_("Discount must not be more than list price and customisation together."))
		self.customisation_amount = float(self._amounts.customisation)
		self.services_amount = float(self._amounts.services)
		self.price_amount = float(self._amounts.price)
		self.total_amount = float(self._amounts.to_pay)
		self.paid_amount = float(self._amounts.received)
		self.set_margin(services)

	def set_margin(self, services: list[dict]):
		costs = [self.vehicle_cost, *(row.cost_amount for row in services)]
		costs += [line_amount(row.quantity, row.unit_cost) for row in self.items]
		cost, rest = margin(self._amounts.price, costs)
		self.cost_amount = float(cost)
		# Before there is a car nobody knows what it cost.
		self.margin = float(rest) if self.vehicle else 0

	def set_amounts_due(self):
		"""After the step: a cancelled deal owes differently."""
		amounts = self._amounts
		if self.status == CANCELLED:
			amounts = after_cancellation(amounts, self.deposit_handling == PAID_BACK)
		self.balance_due, self.refund_due = float(amounts.balance_due), float(amounts.refund_due)

	# Steps

	def step(self) -> tuple[str, str]:
		"""The status before this save and the one after it; every deal begins as a quotation."""
		before = self.get_doc_before_save()
		return (before.status if before else QUOTED), self.status

	def take_step(self):
		before, after = self.step()
		if before == after:
			return
		if after not in STEPS[before]:
			frappe.throw(_("A deal that is {0} cannot become {1}.").format(_(before), _(after)))
		{ORDERED: self.order, DELIVERED: self.prepare_delivery, CANCELLED: self.cancel_deal, QUOTED: self.reopen}[after]()

	def follow_step(self):
		before, after = self.step()
		if before == after:
			return
		if after == ORDERED:
			delivery.win_lead(self)
		elif after == DELIVERED:
			delivery.hand_over(self)
		elif after == CANCELLED:
			allocation.free(self.flags.freed_car, self)

	def order(self):
		if not flt(self.list_price):
			frappe.throw(_("An order needs the list price of the car."))
		if self.deal_kind == "New Car" and not self.model:
			frappe.throw(_("An order for a new car needs the model."), frappe.MandatoryError)
		if self.discount_needs_approval:
			frappe.throw(_("The discount of {0} waits for approval.").format(frappe.format(self.discount_amount, "Currency")))
		if not self.promised_on:
			frappe.throw(_("Enter in Promised On when the customer gets the car."), frappe.MandatoryError)
		if getdate(self.promised_on) < getdate(nowdate()):
			frappe.throw(_("Promised On must not lie in the past."))
		if exact(self.agreed_deposit) > self._amounts.received:
			frappe.throw(
				_("The agreed deposit is {0}, but only {1} has been received.").format(
					frappe.format(self.agreed_deposit, "Currency"), frappe.format(self.paid_amount, "Currency")
				)
			)
		trade_in.validate_accepted(self)
		if not finance.is_settled(self):
			frappe.throw(_("Choose the finance offer before the order, or pay cash."))
		self.ordered_on = self.ordered_on or now_datetime()

	def prepare_delivery(self):
		self.set_amounts_due()
		delivery.validate_ready(self)
		self.delivered_on = now_datetime()
		# The customer has the car; when the store buys it back, another deal may get it.
		self.allocation_key = None

	def cancel_deal(self):
		if not self.cancellation_reason:
			frappe.throw(_("Say why the deal is cancelled."), frappe.MandatoryError)
		if self._amounts.received > 0 and not self.deposit_handling:
			frappe.throw(
				_("Say in Deposit what becomes of the {0} that were received.").format(frappe.format(self.paid_amount, "Currency")),
				frappe.MandatoryError,
			)
		self.cancelled_on = now_datetime()
		self.flags.freed_car = self.vehicle
		allocation.clear(self)

	def reopen(self):
		self.cancelled_on = self.ordered_on = self.cancellation_reason = self.cancellation_note = self.deposit_handling = None

	def refuse_to_lose_history(self):
		if self.status in (ORDERED, DELIVERED):
			frappe.throw(_("An ordered deal is cancelled, not deleted."))
		if self.payments:
			frappe.throw(_("A deal for which money was received cannot be deleted."))
		if self.quotation_count:
			frappe.throw(_("A deal of which the customer has a quotation cannot be deleted; cancel it."))


def require_deal(deal: str, ptype: str = "write") -> C4SDeal:
	"""The deal, locked until the end of the transaction so that actions follow one another; refused to who may not do this with it."""
	document = frappe.get_doc("C4S Deal", deal, for_update=True)
	document.check_permission(ptype)
	return document


def on_doctype_update():
	frappe.db.add_index("C4S Deal", ["dealership", "modified"])
	frappe.db.add_index("C4S Deal", ["dealership", "creation"])
	frappe.db.add_index("C4S Deal", ["dealership", "status", "promised_on"])
	frappe.db.add_index("C4S Deal", ["dealership", "status", "next_care_on"])
	frappe.db.add_index("C4S Deal", ["dealership", "follow_up_on"])
	frappe.db.add_index("C4S Deal", ["dealership", "workflow_state", "modified"])
	frappe.db.add_index("C4S Deal", ["dealership", "ordered_on"])
	frappe.db.add_index("C4S Deal", ["dealership", "delivered_on"])
	# All that crm4s/customer_value/summary.py asks for.
	summed = ["customer", "dealership", "status", "delivered_on", "model", "price_amount", "margin"]
	frappe.db.add_index("C4S Deal", summed, "value_of_paid")


def get_permission_query_conditions(user: str | None = None) -> str:
	return dealing_condition("C4S Deal", user)


def has_permission(doc, ptype=None, user=None) -> bool:
	return has_dealing_permission(doc, ptype, user)
