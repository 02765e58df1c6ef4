"""Deals with their items and payments; the cars they get, and what a delivery means for car, customer, lead and the days after.

What C4SDeal does to one document is done here to a chunk, in the same words: the rules stand in `deal_rules`, the cars in `deal_cars`.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import frappe
import pandas as pd
from frappe import _
from frappe.utils import add_days, now_datetime

from crm4s.access.customers import CUSTOMER, customer_condition
from crm4s.access.stores import store_condition
from crm4s.access.vehicles import vehicle_condition
from crm4s.crm4s.doctype.c4s_deal import discount
from crm4s.crm4s.doctype.c4s_deal.finance import DECIDING, PLAN_FIELDS
from crm4s.crm4s.doctype.c4s_deal.status import CANCELLED, DELIVERED, ORDERED, QUOTED
from crm4s.crm4s.doctype.c4s_finance_offer.c4s_finance_offer import KIND_FOR
from crm4s.intake import deal_rules, rules
from crm4s.intake.deal_cars import DealCars
from crm4s.intake.deals_after import follow
from crm4s.intake.plan import Intake, Plan, in_their_places
from crm4s.intake.reach import refuse_groups, refuse_other_stores, resolve_customer_and_vehicle
from crm4s.intake.records import Refused
from crm4s.intake.relationships import relate
from crm4s.intake.result import Outcome
from crm4s.intake.vehicles import MODEL
from crm4s.rows.writer import Writes, lock_rows, read_rows
from crm4s.settings import setting
from crm4s.value.discounts import share_of
from crm4s.value.finance import plan_of
from crm4s.value.money import to_cents
from crm4s.workflows.passages import PASSAGE, entering, leave_many
from crm4s.workflows.states import STATE, states_for

DEAL, LEAD, OPTION, SERVICE = "C4S Deal", "C4S Lead", "C4S Vehicle Option", "C4S Deal Service"
UNDER_WAY = (QUOTED, ORDERED)
TIMES = ("ordered_on", "allocated_on", "delivered_on", "cancelled_on")
# What a record says of a deal; everything else follows.
TAKEN_IN = frozenset(
	(
		*("external_key", "status", "customer", "lead", "dealership", "sales_consultant", "deal_kind", "purchase_kind", "model", "vehicle"),
		*("exterior_colour", "interior_colour", "remark", "list_price", "discount_amount", "discount_reason", "trade_in_vehicle", "trade_in_value"),
		*("payment_method", "down_payment", "agreed_deposit", "promised_on", "cancellation_reason", "cancellation_note", "deposit_handling", *TIMES),
	)
)


def take_in_deals(
	deals: pd.DataFrame, items: pd.DataFrame | None = None, payments: pd.DataFrame | None = None, **options: Any
) -> Outcome:
	"""Create or update deals.

	Args:
		deals: columns are fields of C4S Deal (TAKEN_IN) with an `external_key`. The customer may also be given as `customer_key` or
			`customer_phone` (E.164), the car as `vehicle_key` or `vehicle_vin`, the car traded in as `trade_in_vehicle_key`.
		items: `external_key` of the deal, and fields of C4S Deal Item, in their order. They replace the items of the deal.
		payments: the same of C4S Deal Payment. Those that the deal has not are added, none is changed or taken away.
		options: see `Intake`.
	"""
	return DealIntake(deals, {"items": items, "payments": payments}, **options).run()


class DealIntake(Intake):
	doctype = DEAL
	taken_in = TAKEN_IN
	tables = {
		**{"items": deal_rules.ITEM, "payments": deal_rules.PAYMENT, "promises": "C4S Deal Promise"},
		**{"pdi_items": "C4S Deal Check", "delivery_items": "C4S Deal Check"},
	}

	def check(self) -> None:
		records = self.records
		resolve_customer_and_vehicle(records)
		rules.resolve(records, "trade_in_vehicle_key", "trade_in_vehicle")
		super().check()
		for field, condition in (
			("customer", customer_condition()), ("vehicle", vehicle_condition()), ("trade_in_vehicle", vehicle_condition()),
			("lead", store_condition(LEAD)),
		):
			rules.keep_visible(records, field, condition)
		refuse_other_stores(records)
		refuse_groups(records, _("A deal is made at an outlet, not at the group or region {0}."))
		self.options = self._options()
		self.first_states = states_for(DEAL, (*UNDER_WAY, DELIVERED, CANCELLED))

	def _options(self) -> dict[str, Any]:
		items = self.table_records.get("items")
		return {name: frappe.get_cached_doc(OPTION, name) for name in items.column("option").dropna().unique()} if items else {}

	def seen_condition(self) -> str:
		return store_condition(DEAL)

	def lock(self, rows: Sequence[dict]) -> None:
		"""The deals and then the cars, in this order everywhere; the cars that the deals have are known once they are read."""
		lock_rows(DEAL, (row["name"] for row in self.find_stored(rows).values()))

	def prepare(self, plans: Sequence[Plan]) -> None:
		self.now = now_datetime().replace(microsecond=0)
		held = [plan.stored["vehicle"] for plan in plans if plan.stored]
		self.cars = DealCars([*held, *(plan.row["vehicle"] for plan in plans)], locking=not self.dry_run)
		self.customers = _by_name(CUSTOMER, [plan.row["customer"] for plan in plans], "customer_name")
		self.models = _by_name(MODEL, [plan.row["model"] for plan in plans], "brand", "model_title", "guide_price")
		self.leads = _by_name(LEAD, [plan.row["lead"] for plan in plans], "dealership", "customer")
		self.services: dict[str, list] = {}
		stored = [plan.name for plan in plans if not plan.is_new]
		for row in read_rows(SERVICE, "deal", stored, ["deal", "status", "charged_amount", "cost_amount"]):
			if row.status != CANCELLED:
				self.services.setdefault(row.deal, []).append(row)

	def merge_table(self, plan: Plan, table: str, given: list[dict] | None) -> list[dict]:
		"""Payments are laid beside the stored ones later, where one that does not fit can be refused."""
		if table == "items":
			return in_their_places(plan.stored_tables[table], given, self.child_defaults[table])
		return [dict(row) for row in plan.stored_tables[table]]

	def complete(self, plan: Plan) -> None:
		row, items = plan.row, plan.tables["items"]
		before = plan.stored["status"] if plan.stored else QUOTED
		deal_rules.refuse_impossible_step(before, row["status"])
		self.keep_what_others_write(plan)
		self.refuse_wrong_lead(row)
		self.take_from_links(plan)
		self.set_payments(plan)
		deal_rules.set_items(row, items, self.options)
		rules.require_in_rows("items", self.tables["items"], items)
		self.take_coupons_off(plan)
		services = self.services.get(row.get("name"), [])
		amounts = deal_rules.amounts_of(row, items, plan.tables["payments"], services)
		self.take_step(plan, before, amounts)
		deal_rules.set_amounts(row, amounts, items, services)
		self.set_discount(row)
		self.set_finance(plan)
		if plan.stored:
			deal_rules.refuse_change_of_closed(self.meta, plan.stored, row, plan.stored_tables["items"], items)
		self.note_promise(plan)
		self.cars.settle(plan)
		deal_rules.set_margin(row, amounts, items, services)
		self.set_next_care(plan)
		if plan.is_new or not row[STATE] or before != row["status"]:
			row[STATE] = self.first_states[row["status"]]

	def keep_what_others_write(self, plan: Plan) -> None:
		"""A cancelled deal has no car; what the customer gets for his old one follows its appraisal, where there is one."""
		row, stored = plan.row, plan.stored or self.defaults
		for field in ("follow_up_outcome", "payment_state"):
			row[field] = stored[field] or None
		if row["status"] == CANCELLED:
			row["vehicle"] = stored["vehicle"]
		if stored["trade_in_appraisal"]:
			row.update({field: stored[field] for field in ("trade_in_vehicle", "trade_in_value")})

	def refuse_wrong_lead(self, row: Mapping) -> None:
		lead = self.leads.get(row["lead"])
		if lead and lead.dealership != row["dealership"]:
			raise Refused("lead", _("Lead {0} belongs to another store.").format(frappe.bold(row["lead"])))
		if lead and lead.customer and lead.customer != row["customer"]:
			raise Refused("lead", _("Lead {0} is about another customer.").format(frappe.bold(row["lead"])))

	def take_from_links(self, plan: Plan) -> None:
		row, model = plan.row, self.models.get(plan.row["model"])
		row["customer_name"] = self.customers[row["customer"]].customer_name
		row["brand"] = model.brand if model else None
		row["title"] = " · ".join(part for part in (row["customer_name"], model and model.model_title) if part)
		other_model = not plan.is_new and plan.stored["model"] != row["model"]
		if model and (not row["list_price"] or (other_model and "list_price" not in plan.given)):
			row["list_price"] = float(model.guide_price or 0)
		if row["status"] == QUOTED and row["deal_kind"] == "New Car" and model and to_cents(row["list_price"]) < to_cents(model.guide_price):
			message = _("List Price must not be below the guide price, {0}; enter what is given away as discount.")
			raise Refused("list_price", message.format(frappe.format(model.guide_price, "Currency")))

	def set_payments(self, plan: Plan) -> None:
		given = self.given_children(plan.position, "payments") or []
		rules.require_in_rows("payments", self.tables["payments"], given)
		deal_rules.refuse_impossible_payments(given, self.now)
		before = plan.stored_tables["payments"]
		rows = deal_rules.with_payments(before, given, self.child_defaults["payments"])
		if self.guard and plan.stored:
			rows = self.guard.rows(plan.key, plan.stored, "payments", before, rows)
		plan.tables["payments"] = rows

	def take_coupons_off(self, plan: Plan) -> None:
		"""The discount holds what coupons of ours took off; a cancelled deal gives them back."""
		row, coupons = plan.row, to_cents(plan.row["coupon_amount"])
		if not coupons:
			return
		if row["status"] == CANCELLED and plan.stored["status"] != CANCELLED:
			row["discount_amount"], row["coupon_amount"] = max(float(to_cents(row["discount_amount"]) - coupons), 0.0), 0.0
		elif to_cents(row["discount_amount"]) < coupons:
			message = _("Coupons take {0} off this deal; give them back before you lower the discount.")
			raise Refused("discount_amount", message.format(frappe.format(float(coupons), "Currency")))

	def take_step(self, plan: Plan, before: str, amounts) -> None:
		row, status = plan.row, plan.row["status"]
		for field in TIMES:
			if plan.given.get(field) and plan.given[field] > self.now:
				raise Refused(field, _("{0} must not lie in the future.").format(_(self.meta.get_label(field))))
		if before == CANCELLED and status != CANCELLED:
			row.update(dict.fromkeys(("cancelled_on", "cancellation_reason", "cancellation_note", "deposit_handling")))
			row["ordered_on"] = plan.given.get("ordered_on")
		if status in (ORDERED, DELIVERED) and before != status:
			deal_rules.refuse_lacking_for_order(row)
		if status == DELIVERED:
			row["delivered_on"] = row["delivered_on"] or self.now
		if status in (ORDERED, DELIVERED):
			row["ordered_on"] = row["ordered_on"] or row["delivered_on"] or self.now
		if status == CANCELLED and before != CANCELLED:
			deal_rules.refuse_lacking_for_cancellation(row, amounts)
			row["cancelled_on"] = row["cancelled_on"] or self.now

	def set_discount(self, row: dict) -> None:
		"""A quotation waits for approval as one of our own does; what was ordered elsewhere was approved there."""
		if row["status"] not in UNDER_WAY:
			return
		deal = frappe._dict(row)
		needs_approval = discount.needs_approval(deal)
		if needs_approval and row["status"] == ORDERED:
			row["discount_approved_amount"] = row["discount_amount"]
			row["discount_approved_percent"] = float(share_of(row["discount_amount"], discount.base_of(deal)))
			row["discount_approved_by"], row["discount_approved_on"] = frappe.session.user, row["ordered_on"]
		row["discount_needs_approval"] = int(needs_approval and row["status"] == QUOTED)

	def set_finance(self, plan: Plan) -> None:
		"""An offer that was chosen in the desk is worked out anew for what the deal comes to now."""
		row = plan.row
		if row["payment_method"] not in KIND_FOR:
			row.update(finance_offer=None, down_payment=0.0)
		if not row["finance_offer"]:
			row.update({field: self.defaults[field] for field in PLAN_FIELDS})
			return
		if not any(rules.differs(plan.stored[field], row[field]) for field in DECIDING):
			return
		found = plan_of(frappe.get_cached_doc("C4S Finance Offer", row["finance_offer"]).terms(), row["total_amount"], row["down_payment"])
		row.update(
			down_payment=float(found.down_payment),
			financed_amount=float(found.financed),
			monthly_payment=float(found.monthly_payment),
			final_payment=float(found.final_payment),
			total_interest=float(found.total_interest),
			finance_fee=float(found.fee),
		)

	def note_promise(self, plan: Plan) -> None:
		"""The day that a waiting customer was promised is moved with a trace."""
		row, stored = plan.row, plan.stored
		day = row["promised_on"]
		if row["status"] == QUOTED and day and day < self.today and not (stored and stored["promised_on"] == day):
			raise Refused("promised_on", _("Promised On must not lie in the past."))
		if not stored or stored["status"] != ORDERED or not stored["promised_on"] or stored["promised_on"] == day:
			return
		if row["status"] == ORDERED:
			moved = {"promised_before": stored["promised_on"], "promised_on": day, "moved_on": self.now, "moved_by": frappe.session.user}
			reason = _("The connected system moved it.")
			plan.tables["promises"].append({**self.child_defaults["promises"], **moved, "reason": reason})

	def set_next_care(self, plan: Plan) -> None:
		"""While the customer waits; an agreed day of a contact stays."""
		row = plan.row
		if row["status"] != ORDERED:
			row["next_care_on"] = None
		elif not row["last_care_on"]:
			row["next_care_on"] = add_days(row["ordered_on"].date(), setting("waiting_care_days"))

	def accompany(self, plans: Sequence[Plan], writes: Writes) -> dict[int, bool]:
		if self.dry_run:
			return {}
		self.cars.write(plans, writes)
		self.relate(plans, writes)
		moved = [plan for plan in plans if not plan.is_new and plan.stored[STATE] != plan.row[STATE]]
		leave_many(DEAL, [plan.name for plan in moved], self.now)
		for plan in [*moved, *(plan for plan in plans if plan.is_new and plan.row["status"] in UNDER_WAY)]:
			if plan.row[STATE]:
				writes.insert(PASSAGE, entering(DEAL, plan.row, self.now))
		return {}

	def relate(self, plans: Sequence[Plan], writes: Writes) -> None:
		"""Who buys at a store is one of its customers, since the first of these deals."""
		wanted: dict[tuple[str, str], dict] = {}
		for plan in plans:
			row = plan.row
			if row["status"] == CANCELLED:
				continue
			day = (row["delivered_on"] or row["ordered_on"] or self.now).date()
			known = wanted.setdefault((row["customer"], row["dealership"]), {"since": day, "reason": None})
			known["since"] = min(known["since"], day)
			if row["status"] == DELIVERED:
				known["reason"] = _("Bought a car")
		relate(wanted, {name: row.customer_name for name, row in self.customers.items()}, writes)

	def after(self, plans: Sequence[Plan]) -> None:
		self.cars.follow()
		follow(plans)


def _by_name(doctype: str, names: Sequence[str | None], *columns: str) -> dict[str, Any]:
	return {row.name: row for row in read_rows(doctype, "name", names, ["name", *columns])}
