"""Policies of two years and claims of the last weeks. Pure.

Cars that the store insures have both kinds of policy, most of them also those of the year before; the others were insured elsewhere. A claim
stands behind each visit of the last weeks that an insurer pays; a few are not in the workshop yet.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

import numpy as np
import pandas as pd

from crm4s.demo.chance import distinct, one, stream
from crm4s.demo.group import Person, users_of
from crm4s.demo.standards import standard, table
from crm4s.demo.vehicles import Vehicles
from crm4s.demo.visits import Visits
from crm4s.masked_twins import plate_in_title
from crm4s.value.insurance import USUAL_SHARE, claim_amounts
from crm4s.value.maintenance import add_months
from crm4s.value.money import line_amount, to_cents, total

TOPIC = 21
POLICY_KEY, CLAIM_KEY = "demo:policy-{:06d}", "demo:claim-{:04d}"
COMPULSORY, COMMERCIAL = "Compulsory Insurance", "Commercial Insurance"
INSURED_HERE, KNOWN_BEFORE = 0.5, 0.7
CLAIM_DAYS, PAID_AFTER_DAYS = 45, 12
# Claims that are not in the workshop yet, and how many days ago each was reported.
WAITING = (("Reported", 0), ("Reported", 1), ("Reported", 6), ("Surveyed", 2), ("Surveyed", 5), ("Assessed", 3), ("Assessed", 9))
FAULTS = {"Full Fault": 45, "Main Fault": 10, "Equal Fault": 10, "No Fault": 35}
ACCIDENTS = {"Collision": 55, "Single Car": 25, "While Parked": 15, "Glass": 5}
COLUMNS = {
	"coverages": ("parent", "idx", "coverage", "sum_insured", "premium"),
	"losses": ("parent", "idx", "item_kind", "part", "item_name", "quantity", "asked_amount", "assessed_amount", "supplement"),
	"documents": ("parent", "idx", "item", "mandatory", "document_state", "received_on"),
}


@dataclass(frozen=True)
class Insurance:
	"""`policies` and `claims` one row each with its `key`; policies name each other in `renewal_of` and `renewed_by`, claims their policy, by key."""

	policies: pd.DataFrame
	coverages: pd.DataFrame
	claims: pd.DataFrame
	losses: pd.DataFrame
	documents: pd.DataFrame


def make_insurance(seed: int, now: datetime, vehicles: Vehicles, visits: Visits, staff: list[Person]) -> Insurance:
	return _Insurers(seed, now, vehicles, visits, staff).make()


class _Insurers:
	def __init__(self, seed: int, now: datetime, vehicles: Vehicles, visits: Visits, staff: list[Person]):
		self.rng, self.now, self.staff = stream(seed, TOPIC), now, staff
		parties = vehicles.parties
		owned = parties.loc[(parties["party_role"] == "Owner") & parties["valid_to"].isna()]
		owners = dict(zip(owned["parent"], owned["customer"], strict=True))
		cars = vehicles.cars.assign(_owner=vehicles.cars["external_key"].map(owners))
		self.cars = cars.loc[(cars["_status"] == "In Use") & cars["insurance_until"].notna() & cars["dealership"].notna() & cars["_owner"].notna()]
		self.plates = dict(zip(cars["external_key"], cars["plate_number"], strict=True))
		self.visits, self.items = visits.visits, visits.items
		self.words = table("insurance")
		self.insurers = [row["insurer"] for row in standard("C4S Insurer")][:-1]
		self.wanted = next(row["items"] for row in standard("C4S Checklist Template") if row["checklist_kind"] == "Claim Documents")
		self.policies: list[dict] = []
		self.policies_of: dict[str, list[dict]] = {}
		self.coverages: list[dict] = []
		self.claims: list[dict] = []
		self.losses: list[dict] = []
		self.documents: list[dict] = []

	def make(self) -> Insurance:
		damaged = self.damaged_visits()
		certain = set(damaged["vehicle"])
		for car in self.cars.to_dict("records"):
			if self.rng.random() < INSURED_HERE or car["external_key"] in certain:
				self.insure(car)
		for visit in damaged.to_dict("records"):
			self.claim_of_visit(visit)
		self.claim_without_visit()
		columns = {name: pd.DataFrame(getattr(self, name), columns=list(names), dtype=object) for name, names in COLUMNS.items()}
		return Insurance(pd.DataFrame(self.policies, dtype=object), columns["coverages"], _frame(self.claims), columns["losses"], columns["documents"])

	# Policies

	def insure(self, car: dict) -> None:
		rng, last = self.rng, car["insurance_until"]
		insurer = one(rng, self.insurers)
		sellers = users_of(self.staff, "Sales Consultant", car["dealership"]) or users_of(self.staff, "Service Advisor", car["dealership"])
		seller, is_ours = one(rng, sellers), int(rng.random() < 0.8)
		years = 2 if rng.random() < KNOWN_BEFORE and add_months(last, -24) >= car["first_registered_on"] else 1
		for kind in (COMPULSORY, COMMERCIAL):
			before = None
			for year in range(years, 0, -1):
				policy = {
					"key": POLICY_KEY.format(len(self.policies) + 1),
					"policy_kind": kind,
					"policy_number": f"{'PDAA' if kind == COMMERCIAL else 'PDZA'}{add_months(last, -12 * year).year}{int(rng.integers(10**8, 10**9))}{len(self.policies):05d}",
					"insurer": insurer,
					"vehicle": car["external_key"],
					"plate_number": car["plate_number"],
					"customer": car["_owner"],
					"dealership": car["dealership"],
					"valid_from": add_months(last, -12 * year) + timedelta(days=1),
					"valid_until": add_months(last, -12 * (year - 1)),
					"covered_until": add_months(last, -12 * (year - 1)),
					"status": "In Force",
					"sold_by_us": is_ours,
					"seller": seller if is_ours else None,
					"renewal_of": before and before["key"],
					"renewed_by": None,
				}
				if before:
					before["renewed_by"] = policy["key"]
				self.cover(policy, car)
				self.policies.append(policy)
				self.policies_of.setdefault(policy["vehicle"], []).append(policy)
				before = policy

	def cover(self, policy: dict, car: dict) -> None:
		if policy["policy_kind"] == COMPULSORY:
			rows = [("Compulsory Third-Party Liability", 200_000, one(self.rng, (665, 760, 855, 950)))]
			tax = 0 if car["_energy_type"] == "Battery Electric" else one(self.rng, (360, 420, 900))
		else:
			price = float(car["_guide_price"])
			rows = [
				("Vehicle Damage", round(price * 0.85, -2), to_cents(price * 0.0085 + int(self.rng.integers(100, 400)))),
				("Third-Party Liability", one(self.rng, (1_000_000, 2_000_000, 3_000_000)), to_cents(int(self.rng.integers(620, 1480)))),
			]
			if self.rng.random() < 0.7:
				rows.append(("Driver's Seat", 20_000, to_cents("46.80")))
			tax = 0
		premium = total(row[2] for row in rows)
		policy |= {"vehicle_tax": tax, "premium_total": float(premium), "total_amount": float(total([premium, tax]))}
		policy["title"] = " · ".join(part for part in (plate_in_title(policy["plate_number"]), policy["policy_number"]) if part)
		self.coverages += [
			{"parent": policy["key"], "idx": idx, "coverage": name, "sum_insured": float(limit), "premium": float(amount)}
			for idx, (name, limit, amount) in enumerate(rows, 1)
		]

	def policy_of_day(self, vehicle: str, day: date) -> dict | None:
		found = [row for row in self.policies_of.get(vehicle, []) if row["valid_from"] <= day <= row["covered_until"]]
		return min(found, key=lambda row: row["policy_kind"] != COMMERCIAL, default=None)

	# Claims

	def damaged_visits(self) -> pd.DataFrame:
		paid = set(self.items.loc[self.items["payer"] == "Insurance", "parent"])
		rows = self.visits.loc[self.visits["external_key"].isin(paid) & (self.visits["status"] != "Cancelled") & (self.visits["visit_kind"] == "Workshop")]
		return rows.loc[[arrived >= self.now - timedelta(days=CLAIM_DAYS) for arrived in rows["arrived_on"]]]

	def claim_of_visit(self, visit: dict) -> None:
		arrived, settled = visit["arrived_on"], visit["settled_on"] if visit["status"] == "Settled" else None
		rows = self.items.loc[(self.items["parent"] == visit["external_key"]) & (self.items["payer"] == "Insurance")].to_dict("records")
		losses = [{**_of_item(row), "assessed_amount": float(line_amount(row["quantity"], row["unit_price"], row["discount_amount"]))} for row in rows]
		claim = self.report(visit["vehicle"], visit["customer"], visit["dealership"], visit["service_advisor"], arrived - timedelta(days=2, hours=int(self.rng.integers(1, 20))))
		claim |= {"service_visit": visit["external_key"], "repair_started_on": arrived, **self.survey(claim), "assessed_on": arrived - timedelta(minutes=30)}
		granted = total(row["assessed_amount"] for row in losses)
		submitted = settled and settled + timedelta(days=1)
		if submitted and submitted < self.now:
			claim |= {"status": "Submitted", "submitted_on": submitted}
			if submitted < self.now - timedelta(days=PAID_AFTER_DAYS):
				paid_on = (submitted + timedelta(days=int(self.rng.integers(3, PAID_AFTER_DAYS)))).date()
				claim |= {"status": "Paid Out", "paid_on": paid_on, "paid_to": "Store", "paid_amount": float(granted)}
		else:
			claim["status"] = "In Repair"
		self.add(claim, losses)

	def claim_without_visit(self) -> None:
		insured = sorted({(row["vehicle"], row["customer"], row["dealership"]) for row in self.policies if row["valid_from"] <= self.now.date() - timedelta(days=14) and self.now.date() <= row["covered_until"]})
		taken = {claim["vehicle"] for claim in self.claims}
		free = [row for row in insured if row[0] not in taken]
		chosen = distinct(self.rng, len(free), min(len(WAITING), len(free)))
		for (status, days), place in zip(WAITING, chosen, strict=False):
			vehicle, customer, outlet = free[int(place)]
			advisor = one(self.rng, users_of(self.staff, "Service Advisor", outlet))
			claim = self.report(vehicle, customer, outlet, advisor, self.now - timedelta(days=days, hours=3))
			losses = [{"item_kind": kind, "item_name": name, "quantity": 1, "part": None, "assessed_amount": float(amount)} for kind, name, amount in self.words["losses"]]
			claim["status"] = status
			if status != "Reported":
				claim |= self.survey(claim)
			if status == "Assessed":
				claim["assessed_on"] = claim["surveyed_on"] + timedelta(hours=2)
			self.add(claim, losses)

	def report(self, vehicle: str, customer: str, outlet: str, advisor: str, loss_on: datetime) -> dict:
		policy = self.policy_of_day(vehicle, loss_on.date())
		fault = one(self.rng, list(FAULTS), list(FAULTS.values()))
		return {
			"key": CLAIM_KEY.format(len(self.claims) + 1),
			"vehicle": vehicle,
			"plate_number": self.plates[vehicle],
			"customer": customer,
			"dealership": outlet,
			"handler": advisor,
			"loss_on": loss_on,
			"reported_on": loss_on + timedelta(minutes=int(self.rng.integers(10, 90))),
			"report_number": f"RP{loss_on:%Y%m%d}{int(self.rng.integers(10**5, 10**6))}",
			"place": one(self.rng, self.words["places"]),
			"what_happened": one(self.rng, self.words["stories"]),
			"accident_kind": one(self.rng, list(ACCIDENTS), list(ACCIDENTS.values())),
			"responsibility": fault,
			"own_share": USUAL_SHARE[fault],
			"covered_by": "Own Policy" if policy else "Third Party's Insurer",
			"policy": policy and policy["key"],
			"insurer": policy["insurer"] if policy else one(self.rng, self.insurers),
			"policy_number": policy and policy["policy_number"],
		}

	def survey(self, claim: dict) -> dict:
		surveyed = claim["reported_on"] + timedelta(minutes=int(self.rng.integers(20, 40)))
		return {"surveyor": one(self.rng, self.words["surveyors"]), "surveyed_on": surveyed, "survey_way": one(self.rng, ("At the Place", "In the Store", "By Photos"))}

	def add(self, claim: dict, losses: list[dict]) -> None:
		for row in losses:
			row |= {"asked_amount": float(to_cents(row["assessed_amount"] * 1.06)), "supplement": 0}
		amounts = claim_amounts([(row["asked_amount"], row["assessed_amount"], False) for row in losses], None, None)
		claim |= {"asked_total": float(amounts.asked), "assessed_total": float(amounts.assessed), "supplement_total": float(amounts.supplement)}
		claim["title"] = " · ".join(part for part in (plate_in_title(claim["plate_number"]), str(claim["loss_on"].date())) if part)
		is_complete = claim["status"] in ("Submitted", "Paid Out")
		missing = 0
		for idx, row in enumerate(self.wanted, 1):
			has = row["mandatory"] if is_complete else self.rng.random() < 0.3
			missing += int(bool(row["mandatory"]) and not has)
			state = "Received" if has else "Missing"
			received = claim.get("submitted_on") or claim["reported_on"]
			self.documents.append({"parent": claim["key"], "idx": idx, "item": row["item"], "mandatory": row["mandatory"], "document_state": state, "received_on": received if has else None})
		claim["documents_missing"] = missing
		self.losses += [{"parent": claim["key"], "idx": idx, **row} for idx, row in enumerate(losses, 1)]
		self.claims.append(claim)


def _of_item(row: dict) -> dict:
	return {field: row[field] for field in ("item_kind", "part", "item_name", "quantity")}


def _frame(rows: list[dict]) -> pd.DataFrame:
	"""Empty where a row has nothing, and with its columns also without rows."""
	# On some days no car of a claim is in the workshop yet.
	columns = list(dict.fromkeys(["key", "status", "vehicle", "customer", "policy", "service_visit", *(column for row in rows for column in row)]))
	return pd.DataFrame(rows, columns=columns, dtype=object).replace({np.nan: None})
