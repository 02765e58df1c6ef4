"""The part of benchmarks/cdnow.py that runs inside the site; tests use it for a part of the log."""

import time
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

import frappe
import pandas as pd

from crm4s.crm4s.report.c4s_service_volume.c4s_service_volume import execute
from crm4s.intake.customers import take_in_customers
from crm4s.intake.result import CREATED, UNCHANGED
from crm4s.intake.visits import take_in_visits

STORE = "CDNOW"
SAMPLE = 300
PURCHASE = ("customer", "day", "quantity", "amount")


def measure(log: str, purchases: int | None = None, commit: bool = True, sample: int = SAMPLE) -> dict:
	"""Steps with their seconds, and the figures of file and report side by side."""
	lines = read_log(Path(log).read_text(), purchases)
	make_store()
	remove()
	if commit:
		frappe.db.commit()
	customers, visits, items = frames(lines)
	began = time.perf_counter()
	first = take_in(customers, visits, items, commit)
	seconds = time.perf_counter() - began
	steps = [step("purchases and their customers, new", len(lines), seconds)]
	checks = compare(lines)
	began = time.perf_counter()
	second = take_in(customers, visits, items, commit)
	steps.append(step("the same again, unchanged", len(lines), time.perf_counter() - began))
	steps.append(step("the same as documents, one by one", *save_one_by_one(lines[:sample])))
	if commit:
		remove()
		frappe.db.commit()
	is_right = (
		all(check["file"] == check["report"] for check in checks)
		and first == {CREATED: len(customers) + len(visits)}
		and second == {UNCHANGED: len(customers) + len(visits)}
	)
	return {"steps": steps, "checks": checks, "is_right": is_right}


def read_log(text: str, purchases: int | None = None) -> list[tuple[str, str, str, str]]:
	"""Customer, day as YYYYMMDD, number of CDs and amount of each purchase; the first line names the columns."""
	lines = [tuple(line.split()) for line in text.splitlines()[1:] if line.strip()]
	return lines[:purchases] if purchases else lines


def frames(lines: Sequence[tuple]) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
	log = pd.DataFrame(lines, columns=list(PURCHASE))
	customers = log[["customer"]].drop_duplicates()
	customers = pd.DataFrame(
		{"external_key": "cdnow:" + customers["customer"], "customer_name": "CDNOW " + customers["customer"], "dealership": STORE}
	)
	keys = "cdnow:" + (log.index + 1).astype(str)
	visits = pd.DataFrame(
		{
			"external_key": keys,
			"customer_key": "cdnow:" + log["customer"],
			"dealership": STORE,
			"visit_kind": "Counter Sale",
			"status": "Settled",
			"arrived_on": log["day"],
			"settled_on": log["day"],
		}
	)
	items = pd.DataFrame(
		{"external_key": keys, "item_kind": "Other", "item_name": "CD × " + log["quantity"], "quantity": 1, "unit_price": log["amount"]}
	)
	return customers, visits, items


def take_in(customers: pd.DataFrame, visits: pd.DataFrame, items: pd.DataFrame, commit: bool) -> dict[str, int]:
	"""How many records came to which state, without those to which none came."""
	taken = (take_in_customers(customers, commit=commit), take_in_visits(visits, items, commit=commit))
	states = {state for outcome in taken for state, count in outcome.counts.items() if count}
	return {state: sum(outcome.counts[state] for outcome in taken) for state in states}


def compare(lines: Sequence[tuple]) -> list[dict]:
	filters = {"from_date": "1997-01-01", "to_date": "1998-12-31", "dealership": STORE, "view": "Month"}
	_columns, _rows, _message, _chart, summary = execute(filters)
	visits, customers, amount = (figure["value"] for figure in summary[:3])
	return [
		{"name": "purchases", "file": len(lines), "report": visits},
		{"name": "customers", "file": len({line[0] for line in lines}), "report": customers},
		{"name": "amount", "file": str(sum(Decimal(line[3]) for line in lines)), "report": str(Decimal(str(amount)).quantize(Decimal("0.01")))},
	]


def save_one_by_one(lines: Sequence[tuple]) -> tuple[int, float]:
	"""Purchases and seconds for a sample through the document API: what a loop over `insert` would cost."""
	began, names = time.perf_counter(), {}
	for customer, day, quantity, amount in lines:
		if customer not in names:
			document = {"doctype": "C4S Customer", "customer_name": f"CDNOW {customer}", "dealership": STORE}
			names[customer] = frappe.get_doc(document).insert().name
		when = f"{day[:4]}-{day[4:6]}-{day[6:]} 00:00:00"
		visit = frappe.get_doc(
			{
				"doctype": "C4S Service Visit",
				"customer": names[customer],
				"dealership": STORE,
				"visit_kind": "Counter Sale",
				"status": "Settled",
				"arrived_on": when,
				"settled_on": when,
				"items": [{"item_kind": "Other", "item_name": f"CD × {quantity}", "quantity": 1, "unit_price": float(amount)}],
			}
		)
		# What is settled already goes through no workflow.
		visit.flags.moved_by_system = True
		visit.insert()
	return len(lines), time.perf_counter() - began


def step(name: str, rows: int, seconds: float) -> dict:
	return {"name": name, "rows": rows, "seconds": seconds, "per_second": rows / seconds}


def make_store() -> None:
	if not frappe.db.exists("C4S Dealership", STORE):
		frappe.get_doc(
			{
				"doctype": "C4S Dealership",
				"dealership_code": STORE,
				"dealership_name": "CDNOW",
				"node_kind": "Outlet",
				"outlet_type": "4S Store",
			}
		).insert()


def remove() -> None:
	"""What an earlier run left: everything of the benchmark's own store."""
	# Joins, as lists of 70,000 names are slow; nothing here comes from outside.
	frappe.db.sql(
		"delete item from `tabC4S Service Item` item join `tabC4S Service Visit` visit on visit.name = item.parent where visit.dealership = %s",
		(STORE,),
	)
	frappe.db.sql(
		"delete customer from `tabC4S Customer` customer join `tabC4S Store Relationship` relationship"
		" on relationship.customer = customer.name where relationship.dealership = %s",
		(STORE,),
	)
	for doctype in ("C4S Service Visit", "C4S Store Relationship"):
		frappe.db.delete(doctype, {"dealership": STORE})
