"""Deals of eighteen months: behind every car that was sold or allocated, of customers who wait, think it over or gave up. Pure."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import pandas as pd

from crm4s.demo.chance import one, stream
from crm4s.demo.group import Person, models, users_of
from crm4s.demo.leads import Leads
from crm4s.demo.people import People
from crm4s.demo.standards import standard, table
from crm4s.demo.ties import Carers
from crm4s.demo.vehicles import Vehicles
from crm4s.identifiers.masking import mask_phone
from crm4s.value.deal_amounts import after_cancellation, deal_amounts, item_amount, margin, received_amount
from crm4s.value.discounts import Limit, allowed_discount, share_of
from crm4s.value.finance import Offer, plan_of

TOPIC = 10
KEY = "demo:deal-{:05d}"
# At scale 1, beside the deals behind cars.
WAITING, QUOTED = 16, 48
CANCELLED_AFTER_DEPOSIT = 0.3
PAYMENTS = {"Cash": 48, "Instalments": 46, "Lease": 6}
PURCHASE_KINDS = {"First": 46, "Replacement": 30, "Additional": 24}
MOVED_PROMISES, EARLY_DELIVERIES, UNPAID_DELIVERIES = 0.12, 0.85, 3
DEPOSITS = (3000.0, 5000.0, 10_000.0)
CARE_DAYS, FOLLOW_UP_DAYS, VALID_DAYS = 7, 3, 7
SALES_TAX = 0.13
TAX_FREE = ("Battery Electric", "Plug-in Hybrid", "Range Extender", "Fuel Cell")
RECENT = timedelta(days=3)
TABLES = ("items", "payments", "promises", "care_contacts", "pdi_items", "delivery_items")


@dataclass(frozen=True)
class Deals:
	"""`deals` one row a deal; `rows` their tables by fieldname, with the deal's key in `parent`; `services` and `versions` with it in `deal`.

	`version_rows` are the tables of the quotations by fieldname, with the quotation's key in `parent`; `offers` the finance offers.
	"""

	offers: list[dict]
	deals: pd.DataFrame
	rows: dict[str, pd.DataFrame]
	services: pd.DataFrame
	versions: pd.DataFrame
	version_rows: dict[str, pd.DataFrame]


def make_deals(
	seed: int, scale: float, now: datetime, people: People, vehicles: Vehicles, leads: Leads, staff: list[Person], carers: Carers
) -> Deals:
	"""About 720 deals at scale 1, nothing after `now` but what was promised or agreed."""
	desk = _ContractDesk(seed, now, people, vehicles, leads, staff, carers)
	for car in desk.sold_cars():
		desk.sell(car)
	for car in desk.cars_to_come(max(1, round(WAITING * scale))):
		desk.let_wait(car)
	for lead in desk.leads_of("Open", max(1, round(QUOTED * scale))):
		desk.quote(lead)
	for lead in desk.leads_of("Lost"):
		desk.cancel(lead)
	return desk.result()


class _ContractDesk:
	def __init__(self, seed, now: datetime, people: People, vehicles: Vehicles, leads: Leads, staff: list[Person], carers: Carers):
		self.rng, self.now, self.today, self.carers, self.staff = stream(seed, TOPIC), now, now.date(), carers, staff
		self.customers = people.customers.set_index("external_key")
		phones = people.phones.loc[people.phones["is_primary"] == 1]
		self.phones = dict(zip(phones["parent"], phones["phone"], strict=True))
		self.cars, self.leads = vehicles.cars, leads.leads
		self.lead_of_car = {lead["_car"]: lead for lead in self.leads.to_dict("records") if lead["_car"]}
		moves = vehicles.movements
		self.moved_on = dict(zip(zip(moves["vehicle"], moves["movement"], strict=True), moves["moved_on"], strict=True))
		self.options = {key: rows.to_dict("records") for key, rows in vehicles.options.groupby("parent")}
		self.option_names = {code: name for code, name, *_rest in table("group")["options"]}
		self.models = {model["model_code"]: model for model in models(self.today)}
		self.words = table("deals")
		self.offers = [_offer(values) for values in self.words["offers"]]
		self.limits = [Limit(**{k: v for k, v in row.items() if k not in ("doctype", "name")}) for row in standard("C4S Discount Limit")]
		self.kinds = {row["service_kind"]: row for row in standard("C4S Deal Service Kind")}
		self.unpaid = UNPAID_DELIVERIES
		self.deals: list[dict] = []

	# Whose deals there are

	def sold_cars(self) -> list[dict]:
		"""Cars that were allocated or delivered within the history, new ones and used ones."""
		rows = self.cars.loc[self.cars["_allocated_on"].notna() | (self.cars["_way"] == "resold")]
		return rows.to_dict("records")

	def cars_to_come(self, count: int) -> list[dict]:
		rows = self.cars.loc[self.cars["_status"].isin(["In Transit", "Ordered"])]
		return rows.iloc[:: max(1, len(rows) // count)].head(count).to_dict("records")

	def leads_of(self, status: str, count: int | None = None) -> list[dict]:
		rows = self.leads.loc[(self.leads["status"] == status) & self.leads["customer"].notna()]
		return rows.sort_values("received_on", ascending=False).head(count or len(rows)).to_dict("records")

	# Four ways of a deal

	def sell(self, car: dict) -> None:
		"""A car that has a buyer: delivered, or allocated a moment ago."""
		lead = self.lead_of_car.get(car["external_key"]) or {}
		customer = car["_owner"] or lead.get("customer")
		if not customer:
			return
		is_used = car["_way"] == "resold"
		allocated_on = self.moved_on[car["external_key"], "Allocated"]
		delivered_on = self.moved_on.get((car["external_key"], "Resold" if is_used else "Delivered"))
		ordered_on = lead.get("won_on") or allocated_on - timedelta(minutes=40)
		deal = self.deal(car["_sold_by"], customer, car["model"], ordered_on - timedelta(days=int(self.rng.integers(0, 6)), hours=1), lead)
		deal |= {
			"deal_kind": "Used Car" if is_used else "New Car",
			"purchase_kind": "Used" if is_used else deal["purchase_kind"],
			"exterior_colour": car["exterior_colour"],
			"interior_colour": car["interior_colour"],
			"list_price": self.used_price(car) if is_used else float(car["_guide_price"]),
			"ordered_on": ordered_on,
			"vehicle": car["external_key"],
			"_vin": car["vin"],
			"allocated_on": max(allocated_on, ordered_on + timedelta(minutes=20)),
			"allocated_by": deal["sales_consultant"],
			"vehicle_cost": float(car["purchase_price"] or round(self.used_price(car) * 0.9, 2)),
		}
		self.add_items(deal, self.options.get(car["external_key"], ()))
		given_away = 0.0 if is_used or not car["invoice_price"] else deal["list_price"] - float(car["invoice_price"])
		self.give_discount(deal, given_away or float(round(deal["list_price"] * self.rng.uniform(0, 0.04), -2)))
		if delivered_on:
			self.deliver(deal, car, delivered_on)
		else:
			self.prepare(deal, car)
		self.deals.append(deal)

	def let_wait(self, car: dict) -> None:
		"""A customer who ordered a car that is still to come."""
		outlet = car["_home"]
		customer = one(self.rng, [key for key in self.customers.index[self.customers["_group"] == "prospect"]])
		ordered_on = self.moment(self.today - timedelta(days=int(self.rng.integers(2, 30))))
		deal = self.deal(outlet, customer, car["model"], ordered_on - timedelta(days=2), {})
		deal |= {
			"exterior_colour": car["exterior_colour"],
			"interior_colour": car["interior_colour"],
			"list_price": float(car["_guide_price"]),
			"ordered_on": ordered_on,
			"promised_on": max(car["expected_arrival_on"], ordered_on.date()) + timedelta(days=int(self.rng.integers(2, 12))),
			"_stage": "waiting",
		}
		self.give_discount(deal, float(round(deal["list_price"] * self.rng.uniform(0, 0.06), -2)))
		self.add_services(deal, car, ordered_on)
		self.take_deposit(deal)
		self.move_promise(deal, chance=0.4)
		self.care(deal)
		self.deals.append(deal)

	def quote(self, lead: dict) -> None:
		"""Somebody who has a quotation and thinks it over; some want more than the consultant may give."""
		last = lead["last_contacted_on"] or lead["received_on"]
		deal = self.deal(lead["dealership"], lead["customer"], lead["interested_model"], last, lead)
		deal |= {"list_price": float(self.models[deal["model"]]["guide_price"]), "_stage": "quoted"}
		waits = self.rng.random() < 0.12
		wanted = deal["list_price"] * (self.rng.uniform(0.03, 0.05) if waits else self.rng.uniform(0, 0.015))
		self.give_discount(deal, float(round(min(wanted, 9000 if waits else 4500), -2)), approve=not waits)
		if waits:
			deal |= {"_stage": "waits for approval", "_versions": 0}
		self.deals.append(deal)

	def cancel(self, lead: dict) -> None:
		"""Somebody who had a quotation, some had paid a deposit, and gave up on the day on which the lead was lost."""
		lost_on = lead["lost_on"]
		deal = self.deal(lead["dealership"], lead["customer"], lead["interested_model"], lead["received_on"] + timedelta(hours=1), lead)
		deal |= {"list_price": float(self.models[deal["model"]]["guide_price"]), "_stage": "cancelled", "status": "Cancelled"}
		self.give_discount(deal, float(round(deal["list_price"] * self.rng.uniform(0, 0.02), -2)))
		if self.rng.random() < CANCELLED_AFTER_DEPOSIT:
			self.pay(deal, "Deposit", one(self.rng, DEPOSITS), min(deal["_quoted_on"] + timedelta(hours=2), lost_on))
			back = self.rng.random() < 0.7
			deal["deposit_handling"] = "Paid Back" if back else "Kept by Agreement"
			if back:
				self.pay(deal, "Refund", deal["payments"][0]["amount"], lost_on)
		deal |= {
			"cancelled_on": lost_on,
			"cancellation_reason": lead["lost_reason"],
			"cancellation_note": one(self.rng, self.words["cancel_notes"]),
		}
		self.deals.append(deal)

	# What happens in a deal

	def deal(self, outlet: str, customer: str, model: str, quoted_on: datetime, lead: dict) -> dict:
		quoted_on = min(max(quoted_on, lead.get("received_on") or quoted_on), self.now - timedelta(minutes=30))
		method = lead.get("payment_method") or one(self.rng, list(PAYMENTS), list(PAYMENTS.values()))
		offers = [offer for offer in self.offers if offer["offer_kind"] == {"Instalments": "Loan", "Lease": "Lease"}.get(method)]
		return {
			"status": "Quoted",
			"dealership": outlet,
			"customer": customer,
			"customer_name": self.customers.loc[customer, "customer_name"],
			"lead": lead.get("external_key"),
			"sales_consultant": lead.get("sales_consultant") or self.carers.consultants[outlet][customer],
			"deal_kind": "New Car",
			"purchase_kind": one(self.rng, list(PURCHASE_KINDS), list(PURCHASE_KINDS.values())),
			"model": model,
			"brand": self.models[model]["brand"],
			"payment_method": method,
			"finance_offer": one(self.rng, offers)["offer_name"] if offers else None,
			"discount_amount": 0.0,
			"trade_in_value": 0.0,
			"agreed_deposit": 0.0,
			"_quoted_on": quoted_on,
			"_versions": int(self.rng.integers(1, 4)),
			"_services": [],
			**{name: [] for name in TABLES},
		}

	def used_price(self, car: dict) -> float:
		years = (self.moved_on[car["external_key"], "Allocated"].date() - car["_first_delivered_on"]).days / 365
		return float(round(car["_guide_price"] * 0.86**years, -2))

	def add_items(self, deal: dict, options) -> None:
		for row in options:
			deal["items"].append(
				{
					"option": row["option"],
					"item_name": self.option_names[row["option"]],
					"quantity": 1.0,
					"unit_price": row["price"],
					"amount": float(item_amount(1, row["price"])),
					"unit_cost": round(row["price"] * 0.62, 2),
				}
			)

	def give_discount(self, deal: dict, amount: float, approve: bool = True) -> None:
		"""Above the consultant's limit somebody whose limit covers it approves."""
		deal["discount_amount"] = amount = max(amount, 0.0)
		base = deal["list_price"] + sum(row["amount"] for row in deal["items"])
		if amount:
			deal["discount_reason"] = one(self.rng, self.words["discount_reasons"])
		if amount <= self.limit("C4S Sales Consultant", deal, base):
			return
		if not approve:
			deal["discount_needs_approval"] = 1
			return
		role = "Sales Manager" if amount <= self.limit("C4S Sales Manager", deal, base) else "Dealer Manager"
		deal |= {
			"discount_approved_amount": amount,
			"discount_approved_percent": float(share_of(amount, base)),
			"discount_approved_by": users_of(self.staff, role, deal["dealership"])[0],
			"discount_approved_on": deal["_quoted_on"],
		}

	def limit(self, role: str, deal: dict, base: float) -> float:
		return float(allowed_discount(self.limits, [role], deal["brand"], deal["model"], base))

	def deliver(self, deal: dict, car: dict, delivered_on: datetime) -> None:
		deal |= {"status": "Delivered", "delivered_on": delivered_on, "_stage": "delivered"}
		late = self.rng.random() > EARLY_DELIVERIES
		promised = delivered_on.date() + timedelta(days=-int(self.rng.integers(1, 5)) if late else int(self.rng.integers(0, 3)))
		deal["promised_on"] = max(promised, deal["ordered_on"].date())
		self.move_promise(deal, chance=MOVED_PROMISES)
		self.add_services(deal, car, deal["ordered_on"], done_by=delivered_on)
		self.take_deposit(deal)
		self.inspect(deal, car, deal["allocated_on"] + (delivered_on - deal["allocated_on"]) * 0.6)
		self.check(deal, "delivery", "Delivery", car, delivered_on - timedelta(minutes=4), deal["sales_consultant"])
		self.settle(deal, delivered_on)
		if self.now - delivered_on > RECENT:
			called_on = delivered_on + timedelta(days=FOLLOW_UP_DAYS)
			deal |= {"_stage": "followed up", "followed_up_on": called_on, "follow_up_outcome": "All Well"}
			deal["followed_up_by"] = deal["sales_consultant"]
		else:
			deal["follow_up_on"] = delivered_on.date() + timedelta(days=FOLLOW_UP_DAYS)

	def prepare(self, deal: dict, car: dict) -> None:
		"""The car is there: looked at, being looked at, or not yet."""
		deal |= {"promised_on": self.today + timedelta(days=int(self.rng.integers(-2, 8))), "allocation_key": car["external_key"]}
		deal["promised_on"] = max(deal["promised_on"], deal["ordered_on"].date())
		self.add_services(deal, car, deal["ordered_on"])
		self.take_deposit(deal)
		self.care(deal)
		deal["_stage"] = one(self.rng, ("allocated", "inspecting", "inspected"))
		if deal["_stage"] == "inspected":
			self.inspect(deal, car, min(deal["allocated_on"] + timedelta(hours=3), self.now))

	def add_services(self, deal: dict, car: dict, entered_on: datetime, done_by: datetime | None = None) -> None:
		price = deal["list_price"] - deal["discount_amount"]
		wanted = [("Insurance", round(price * 0.028 + 950, 2), 0.93), ("Plate", 500.0, 0.4)]
		if car["_energy_type"] not in TAX_FREE and deal["deal_kind"] == "New Car":
			wanted.append(("Purchase Tax", round(price / (1 + SALES_TAX) * 0.1, 2), 1.0))
		if deal["payment_method"] != "Cash":
			wanted.append(("Finance", 0.0, 0.0))
		if self.rng.random() < 0.35:
			wanted.append(("Accessory", float(self.rng.integers(4, 40) * 100), 0.6))
		if car["extended_warranty_until"] and done_by:
			wanted.append(("Extended Warranty", 3980.0, 0.7))
		if self.rng.random() < 0.15:
			wanted.append(("Errand", 300.0, 0.2))
		for kind, charged, cost in wanted:
			deal["_services"].append(self.service(deal, kind, charged, round(charged * cost, 2), entered_on, done_by))

	def service(self, deal: dict, kind: str, charged: float, cost: float, entered_on: datetime, done_by: datetime | None) -> dict:
		due_on = entered_on.date() + timedelta(days=self.kinds[kind]["days"])
		provider = {"Insurance": one(self.rng, self.words["insurers"]), "Errand": one(self.rng, self.words["errands"])}.get(kind)
		is_done = done_by is not None or self.rng.random() < 0.4
		done_on = min(entered_on + timedelta(days=int(self.rng.integers(0, 6)), hours=2), done_by or self.now)
		return {
			"kind": kind,
			"provider": provider,
			"status": "Done" if is_done else one(self.rng, ("Open", "In Progress")),
			"due_on": due_on,
			"done_on": max(done_on, entered_on) if is_done else None,
			"responsible": deal["sales_consultant"],
			"charged_amount": charged,
			"cost_amount": cost,
			"_entered_on": entered_on,
		}

	def take_deposit(self, deal: dict) -> None:
		deal["agreed_deposit"] = one(self.rng, DEPOSITS)
		self.pay(deal, "Deposit", deal["agreed_deposit"], deal["ordered_on"])

	def settle(self, deal: dict, delivered_on: datetime) -> None:
		"""The bank's share and the rest on the day of delivery; a few cars go before the bank has paid, as a manager allowed."""
		self.work_out(deal)
		rest, paid_on = deal["balance_due"], max(delivered_on - timedelta(minutes=30), deal["ordered_on"])
		if deal["finance_offer"] and deal["financed_amount"]:
			financed = min(deal["financed_amount"], rest)
			if self.unpaid and self.now - delivered_on < timedelta(days=40):
				self.unpaid -= 1
				deal |= {
					"balance_exception_amount": financed,
					"balance_exception_by": users_of(self.staff, "Dealer Manager", deal["dealership"])[0],
					"balance_exception_on": paid_on,
					"balance_exception_reason": one(self.rng, self.words["exceptions"]),
				}
			else:
				self.pay(deal, "Payment", financed, paid_on, "Finance Provider")
			rest = round(rest - financed, 2)
		if rest > 0:
			self.pay(deal, "Payment", rest, paid_on)

	def pay(self, deal: dict, kind: str, amount: float, paid_on: datetime, method: str | None = None) -> None:
		deal["payments"].append(
			{
				"paid_on": paid_on,
				"kind": kind,
				"amount": amount,
				"method": method or one(self.rng, ("Bank Transfer", "WeChat Pay", "Card", "Alipay"), (50, 25, 15, 10)),
				"reference": f"{paid_on:%y%m%d}{int(self.rng.integers(1000, 9999))}",
				"received_by": deal["sales_consultant"],
			}
		)

	def move_promise(self, deal: dict, chance: float) -> None:
		if self.rng.random() > chance:
			return
		moved_on = deal["ordered_on"] + timedelta(hours=20)
		before = deal["promised_on"] - timedelta(days=int(self.rng.integers(2, 9)))
		if before < deal["ordered_on"].date() or moved_on > self.now or moved_on.date() > deal["promised_on"]:
			return
		deal["promises"].append(
			{
				"promised_before": before,
				"promised_on": deal["promised_on"],
				"reason": one(self.rng, self.words["promise_reasons"]),
				"customer_informed": int(self.rng.random() < 0.9),
				"moved_on": moved_on,
				"moved_by": deal["sales_consultant"],
			}
		)

	def care(self, deal: dict) -> None:
		"""A word a week; some are forgotten."""
		moment = deal["ordered_on"] + timedelta(days=CARE_DAYS)
		while moment < self.now and self.rng.random() < 0.85:
			deal["care_contacts"].append(
				{
					"contacted_on": moment,
					"channel": one(self.rng, ("Phone", "WeChat"), (45, 55)),
					"summary": one(self.rng, self.words["care_words"]),
					"contacted_by": deal["sales_consultant"],
				}
			)
			moment += timedelta(days=CARE_DAYS)

	def inspect(self, deal: dict, car: dict, moment: datetime) -> None:
		self.check(deal, "pdi", "PDI", car, moment.replace(second=0, microsecond=0), one(self.rng, users_of(self.staff, "Technician", deal["dealership"])))

	def check(self, deal: dict, prefix: str, kind: str, car: dict, signed_on: datetime, user: str) -> None:
		templates = [row for row in standard("C4S Checklist Template") if row["checklist_kind"] == kind]
		fitting = [row for row in templates if row.get("energy_type") in (None, car["_energy_type"])]
		template = max(fitting, key=lambda row: bool(row.get("energy_type")))
		deal |= {
			f"{prefix}_template": template["template_name"],
			f"{prefix}_signed_by": user,
			f"{prefix}_signed_on": signed_on,
			f"{prefix}_signature": self.words["signature"],
			f"{prefix}_items": [
				{"section": row["section"], "item": row["item"], "mandatory": row["mandatory"], "result": "OK"}
				for row in template["items"]
			],
		}

	def moment(self, day: date) -> datetime:
		return min(datetime.combine(day, time(9)) + timedelta(minutes=int(self.rng.integers(0, 540))), self.now)

	# Amounts, by the functions that the site has for them

	def work_out(self, deal: dict) -> None:
		services = [row["charged_amount"] for row in deal["_services"]]
		received = received_amount((row["kind"] == "Refund", row["amount"]) for row in deal["payments"])
		amounts = deal_amounts(
			deal["list_price"], [row["amount"] for row in deal["items"]], deal["discount_amount"], services, deal["trade_in_value"], received
		)
		costs = [deal.get("vehicle_cost"), *(row["cost_amount"] for row in deal["_services"])]
		cost, rest = margin(amounts.price, [*costs, *(row["unit_cost"] for row in deal["items"])])
		if deal["status"] == "Cancelled":
			amounts = after_cancellation(amounts, deal.get("deposit_handling") == "Paid Back")
		deal |= {
			"customisation_amount": float(amounts.customisation),
			"services_amount": float(amounts.services),
			"price_amount": float(amounts.price),
			"total_amount": float(amounts.to_pay),
			"paid_amount": float(amounts.received),
			"balance_due": float(amounts.balance_due),
			"refund_due": float(amounts.refund_due),
			"cost_amount": float(cost),
			"margin": float(rest) if deal.get("vehicle") else 0.0,
		}
		if deal["finance_offer"]:
			self.finance(deal)

	def finance(self, deal: dict) -> None:
		offer = next(offer for offer in self.offers if offer["offer_name"] == deal["finance_offer"])
		plan = plan_of(_terms(offer), deal["total_amount"], deal.get("down_payment") or 0)
		deal |= {
			"down_payment": float(plan.down_payment),
			"finance_provider": offer["provider"],
			"financed_amount": float(plan.financed),
			"finance_months": offer["months"],
			"annual_rate": float(offer["annual_rate"]),
			"monthly_payment": float(plan.monthly_payment),
			"final_payment": float(plan.final_payment),
			"total_interest": float(plan.total_interest),
			"finance_fee": float(plan.fee),
		}

	# Frames

	def result(self) -> Deals:
		ordered = sorted(self.deals, key=lambda deal: (deal["_quoted_on"], deal["dealership"], deal["customer"], deal["model"]))
		rows: dict[str, list] = {name: [] for name in TABLES}
		services, versions = [], []
		version_rows: dict[str, list] = {"lines": [], "finance_offers": []}
		for number, deal in enumerate(ordered, 1):
			key = deal["external_key"] = KEY.format(number)
			self.finish(deal)
			deal["_items"] = deal["items"]
			for name in TABLES:
				rows[name] += [{"parent": key, "idx": idx, **row} for idx, row in enumerate(deal.pop(name), 1)]
			services += [{"key": f"{key}-{idx}", "deal": key, **_of(deal), **row} for idx, row in enumerate(deal.pop("_services"), 1)]
			for version, lines, offers in self.versions_of(deal):
				versions.append(version)
				version_rows["lines"] += [{"parent": version["key"], "idx": idx, **row} for idx, row in enumerate(lines, 1)]
				version_rows["finance_offers"] += [{"parent": version["key"], "idx": idx, **row} for idx, row in enumerate(offers, 1)]
		return Deals(
			self.offers,
			_frame(ordered),
			{name: _frame(found) for name, found in rows.items()},
			_frame(services),
			_frame(versions),
			{name: _frame(found) for name, found in version_rows.items()},
		)

	def finish(self, deal: dict) -> None:
		"""What the deal's controller would write of it as it stands."""
		deal.setdefault("_stage", "quoted")
		self.work_out(deal)
		if deal["status"] == "Quoted" and deal.get("ordered_on"):
			deal["status"] = "Ordered"
		contacts = deal["care_contacts"]
		if contacts:
			deal["last_care_on"] = contacts[-1]["contacted_on"]
		if deal["status"] == "Ordered":
			deal["next_care_on"] = (deal.get("last_care_on") or deal["ordered_on"]).date() + timedelta(days=CARE_DAYS)
		model = self.models[deal["model"]]
		deal["_model_title"] = f"{model['series']} {model['model_year']} {model['trim']}"
		deal["title"] = f"{deal['customer_name']} · {deal['_model_title']}"
		deal["quotation_count"] = deal["_versions"]
		if deal["_versions"]:
			deal["quoted_on"] = deal["_quoted_on"]
			deal["quotation_valid_until"] = deal["_quoted_on"].date() + timedelta(days=VALID_DAYS)

	def versions_of(self, deal: dict):
		"""The quotations before the last asked for more, a thousand or two each; lines and finance offers add up to each total."""
		for number in range(1, deal["_versions"] + 1):
			more = min(1000.0 * (deal["_versions"] - number) * 1.5, deal["discount_amount"])
			discount, total = deal["discount_amount"] - more, deal["total_amount"] + more - deal["services_amount"]
			quoted_on = deal["_quoted_on"] - timedelta(hours=3 * (deal["_versions"] - number))
			lines = [_line("Car", deal["_model_title"], deal["list_price"])]
			lines += [_line("Customisation", row["item_name"], row["amount"]) for row in deal["_items"]]
			lines += [_line("Discount", "本店优惠", -discount)] if discount else []
			version = {
				"key": f"{deal['external_key']}-{number}",
				"title": f"{deal['customer_name']} · 报价 {number}",
				"deal": deal["external_key"],
				"version_number": number,
				**{field: deal.get(field) for field in ("customer", "customer_name", "dealership", "sales_consultant", "model")},
				**{field: deal.get(field) for field in ("exterior_colour", "interior_colour", "payment_method", "agreed_deposit")},
				"masked_phone": mask_phone(self.phones[deal["customer"]]),
				"model_title": deal["_model_title"],
				"quoted_on": quoted_on,
				"valid_until": quoted_on.date() + timedelta(days=VALID_DAYS),
				"total_amount": round(total, 2),
			}
			yield version, lines, self.compared(deal, total)

	def compared(self, deal: dict, total: float) -> list[dict]:
		if deal["payment_method"] == "Cash":
			return []
		kind = "Lease" if deal["payment_method"] == "Lease" else "Loan"
		rows = []
		for offer in (offer for offer in self.offers if offer["offer_kind"] == kind):
			plan = plan_of(_terms(offer), total)
			rows.append(
				{
					"offer": offer["offer_name"],
					"provider": offer["provider"],
					"months": offer["months"],
					"annual_rate": float(offer["annual_rate"]),
					"down_payment": float(plan.down_payment),
					"financed_amount": float(plan.financed),
					"monthly_payment": float(plan.monthly_payment),
					"final_payment": float(plan.final_payment),
					"total_interest": float(plan.total_interest),
					"fee": float(plan.fee),
					"chosen": int(offer["offer_name"] == deal["finance_offer"]),
				}
			)
		return rows


def _offer(values: dict) -> dict:
	return {"doctype": "C4S Finance Offer", "offer_kind": "Loan", "final_payment_percent": 0, **values}


def _terms(offer: dict) -> Offer:
	return Offer(
		offer["months"], offer["annual_rate"], offer["minimum_down_payment_percent"], offer["final_payment_percent"], offer["fee"]
	)


def _of(deal: dict) -> dict:
	return {field: deal[field] for field in ("dealership", "customer", "customer_name")}


def _line(kind: str, description: str, amount: float) -> dict:
	return {"line_kind": kind, "description": description, "quantity": 1.0, "unit_price": amount, "amount": amount}


def _frame(rows: list[dict]) -> pd.DataFrame:
	if not rows:
		return pd.DataFrame(columns=["parent"], dtype=object)
	frame = pd.DataFrame(rows, dtype=object)
	return frame.where(frame.notna(), None)
