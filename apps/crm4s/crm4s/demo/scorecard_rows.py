"""What the scorecard of the demo group stands on besides its dealings: costs of customers, targets, trainings, work plans, notes, improvements."""

from datetime import date, timedelta

import frappe
from frappe.utils import add_days, add_months, getdate

from crm4s.demo.chance import SEED, one, stream
from crm4s.demo.generate import Demo
from crm4s.demo.group import GROUP, OUTLETS, Person
from crm4s.demo.standards import table
from crm4s.relationship_costs import CAMPAIGN, COURTESY_CAR, GIFT, MESSAGE, Cost, note_costs
from crm4s.rows.names import Series
from crm4s.rows.writer import Writes
from crm4s.scorecard import results
from crm4s.scorecard.skills import teach

COSTS, TEAM, WORDS = 51, 52, 53
KPI, RESULT, TARGET, NOTE, INDUSTRY = "C4S KPI", "C4S KPI Result", "C4S KPI Target", "C4S KPI Note", "C4S Industry Figure"
TRAINING, PLAN, ITEM, ACTION = "C4S Training Record", "C4S Work Plan", "C4S Work Plan Item", "C4S Improvement Action"
MONTHS = 15
# Of the visits: how many brought such a cost, and between which amounts.
SPENT = {MESSAGE: (1.0, 0.1, 0.5), GIFT: (0.11, 50, 180), COURTESY_CAR: (0.03, 120, 300), CAMPAIGN: (0.05, 40, 150)}
# A store that wants more of a KPI than the group, or is given time.
OF_STORES = {("QL-YT1", "Satisfaction Index"): 810, ("QL-LJ1", "Lead Conversion"): 22, ("QL-QH1", "Customer Retention"): 74, ("QL-QH1", "Relationship Cost Ratio"): 6}
DAYS_BETWEEN_TRAININGS, PASSES = 115, 0.9
PLANNERS = ("C4S Sales Consultant", "C4S Service Advisor", "C4S CRM Specialist", "C4S Customer Service Representative")
DILIGENCE = {"QL-YT1": 0.92, "QL-LJ1": 0.8, "QL-QH1": 0.88}


def write_costs(demo: Demo) -> None:
	"""What was spent on customers around their visits of the last months."""
	rng, since = stream(SEED, COSTS), add_months(demo.now.date(), -MONTHS)
	filters = {"status": "Settled", "settled_on": [">=", since], "customer": ["is", "set"], "dealership": ["in", OUTLETS]}
	visits = frappe.get_all("C4S Service Visit", filters, ["name", "customer", "dealership", "settled_on"], order_by="settled_on, name", limit_page_length=0)
	costs = []
	for visit in visits:
		about = {"incurred_on": getdate(visit.settled_on), "dealership": visit.dealership, "reference_doctype": "C4S Service Visit", "reference_name": visit.name}
		for kind, (share, least, most) in SPENT.items():
			if rng.random() < share:
				costs.append(Cost(f"demo:{kind}:{visit.name}", visit.customer, kind, round(float(rng.uniform(least, most)), 2), **about))
	note_costs(costs)


def write_team(demo: Demo) -> None:
	"""Targets, trainings, work plans."""
	rng, today = stream(SEED, TEAM), demo.now.date()
	team = [person for person in demo.staff if person.node in OUTLETS]
	_write_targets(today)
	_write_trainings(rng, today, team)
	_write_plans(rng, today, [person for person in team if person.role in PLANNERS])


def write_results(demo: Demo) -> None:
	"""By the job of the site itself, which ends transactions: it makes nothing twice."""
	results.run_nightly()


def write_words(demo: Demo) -> None:
	"""Notes of managers, and improvements that began with a figure of some months ago."""
	rng, today, staff = stream(SEED, WORDS), demo.now.date(), demo.staff
	first, words = today.replace(day=1), table("scorecard")
	managers = {person.node: person.user for person in staff if person.role == "C4S Dealer Manager"}
	for store, kpi, note in words["notes"]:
		_insert(NOTE, kpi=kpi, dealership=store, month=first, note=note, owner=managers.get(store, "Administrator"))
	for store, kpi, back, status, subject, what, done, effect in words["actions"]:
		month = getdate(add_months(first, -back))
		result = frappe.db.get_value(RESULT, {"kpi": kpi, "dealership": store, "month": month, "person": ""})
		if not result:
			continue
		begun = month + timedelta(days=int(rng.integers(5, 20)))
		action = {"subject": subject, "what_to_do": what, "kind": "Improvement", "document_type": RESULT, "document_name": result, "dealership": store, "responsible": managers[store], "status": status}
		action |= {"due_on": add_days(begun, 45) if status != "Open" else add_days(today, 12), "owner": managers[store]}
		if status != "Open":
			action |= {"what_was_done": done, "done_on": add_days(begun, 40), "check_on": add_days(begun, 70)}
		if status == "Checked":
			action |= {"effect": effect, "checked_on": add_days(begun, 72), "checked_by": managers[store]}
		writes = Writes()
		writes.insert(ACTION, {"name": Series(ACTION).reserve([action])[0], **action})
		writes.flush()


def _write_targets(today: date) -> None:
	for year in (today.year - 1, today.year):
		for kpi in frappe.get_all(KPI, {"enabled": 1}, ["name", "target"], order_by="sequence"):
			_insert(TARGET, kpi=kpi.name, dealership=GROUP, year=year, month=0, target=kpi.target)
		for (store, kpi), target in OF_STORES.items():
			_insert(TARGET, kpi=kpi, dealership=store, year=year, month=0, target=target)
	for kpi, value, source in table("scorecard")["industry"]:
		_insert(INDUSTRY, kpi=kpi, year=today.year - 1, value=value, source=source)


def _write_trainings(rng, today: date, team: list[Person]) -> None:
	subjects, rows = table("scorecard")["trainings"], []
	for person in team:
		day = add_days(today, -int(rng.integers(395, 395 + DAYS_BETWEEN_TRAININGS)))
		while day < add_days(today, 25):
			rows.append(_training(rng, today, person, day, subjects))
			day = add_days(day, max(int(rng.normal(DAYS_BETWEEN_TRAININGS, 30)), 20))
	rows.sort(key=lambda row: (row["trained_on"], row["person"]))
	writes = Writes()
	for name, row in zip(Series(TRAINING).reserve(rows), rows, strict=True):
		writes.insert(TRAINING, {"name": name, **row})
	writes.flush()
	for row in rows:
		if row["skill"] and row["result"] == "Passed":
			teach(row["person"], row["dealership"], row["skill"], int(row["level"]))


def _training(rng, today: date, person: Person, day: date, subjects: dict) -> dict:
	kind = one(rng, list(subjects))
	subject, trainer = one(rng, subjects[kind])
	result = "Planned" if day > today else "Passed" if rng.random() < PASSES else "Not Passed"
	row = {"person": person.user, "dealership": person.node, "kind": kind, "subject": subject, "trainer": trainer, "trained_on": day, "hours": one(rng, [2, 3, 4, 8]), "result": result}
	row |= {"score": 0 if result == "Planned" else round(float(rng.normal(86 if result == "Passed" else 52, 5)), 1), "skill": None, "level": None}
	if person.role == "C4S Technician" and kind == "Product Knowledge":
		row |= {"skill": one(rng, _skills()), "level": str(one(rng, [2, 3, 3, 4]))}
	return row


def _skills() -> list[str]:
	return frappe.get_all("C4S Skill", {"enabled": 1}, pluck="name", order_by="name")


def _write_plans(rng, today: date, team: list[Person]) -> None:
	"""Of the last months and this one, which has come as far as the month has."""
	words, plans, writes = table("scorecard")["plans"], [], Writes()
	first = today.replace(day=1)
	for month in (getdate(add_months(first, -back)) for back in range(6, -1, -1)):
		far = min((today - month).days / 30, 1)
		plans += [(person, month, _items(rng, words[person.role], month, far * DILIGENCE[person.node])) for person in team]
	for name, (person, month, items) in zip(Series(PLAN).reserve(plans), plans, strict=True):
		shares = [min(item["done"] / item["quantity"], 1) for item in items]
		facts = {"planned_items": len(items), "done_items": sum(share >= 1 for share in shares), "done_percent": round(100 * sum(shares) / len(shares), 1)}
		writes.insert(PLAN, {"name": name, "person": person.user, "dealership": person.node, "month": month, **facts})
		for position, item in enumerate(items, 1):
			writes.insert(ITEM, {"parent": name, "parenttype": PLAN, "parentfield": "items", "idx": position, **item})
	writes.flush()


def _items(rng, words: list, month: date, share: float) -> list[dict]:
	return [
		{"what": what, "quantity": quantity, "done": min(round(quantity * float(rng.normal(share + 0.03, 0.16))), quantity + 2) if share > 0.05 else 0, "due_on": add_days(month, 27)}
		for what, quantity in words
	]


def _insert(doctype: str, **values) -> None:
	document = frappe.get_doc({"doctype": doctype, **values})
	document.insert(ignore_permissions=True, ignore_if_duplicate=True)
	if values.get("owner"):
		document.db_set("owner", values["owner"], update_modified=False)
