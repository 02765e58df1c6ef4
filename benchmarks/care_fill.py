"""Fills a site with a million customers and cars with a past, by statements that make the rows inside the database, and the rules to be run."""

from time import perf_counter

import frappe
from frappe.utils import add_days, nowdate

from benchmarks.rows import CHUNK, dice, finish, in_chunks, insert, named, noted, one, reserve, statement_of
from crm4s.demo.documents import insert_missing

# Counted up when the rows change: data of another recipe are made anew.
RECIPE = 1
STATE = "crm4s_care_benchmark"
CUSTOMER, CAR, RELATIONSHIP, VISIT, DEAL = "C4S Customer", "C4S Vehicle", "C4S Store Relationship", "C4S Service Visit", "C4S Deal"
RULE, TASK, RUN, RECALL, RECALLED = "C4S Care Rule", "C4S Care Task", "C4S Care Run", "C4S Recall", "C4S Recall Vehicle"
STORES = tuple(f"CB-{number:02d}" for number in range(1, 41))
MODELS = tuple(f"CB-MODEL-{letter}" for letter in "ABCDEF")
VISITS_A_CAR = 3
# One car in so many is of the recall, one in so many was bought here.
RECALLED_ONE_IN, BOUGHT_ONE_IN = 50, 5
NUMBER = "CB-2026-01"


def fill(rows: int, commit: bool = True) -> dict:
	"""Make so many customers with a car each, unless they are there; what the fill took, also where it was made earlier."""
	found = filled()
	if found:
		return found
	began = perf_counter()
	_make_masters()
	customers, cars = reserve("CU-", rows), reserve("VE-", rows)
	_insert_customers(rows, customers, commit)
	_insert_cars(rows, customers, cars, commit)
	_insert_visits(rows, customers, cars, commit)
	_insert_deals(rows, customers, cars, commit)
	_insert_recall(rows, cars, commit)
	state = {"recipe": RECIPE, "rows": rows, "customers": customers, "cars": cars, "seconds": perf_counter() - began}
	return finish(STATE, state, (CUSTOMER, CAR, RELATIONSHIP, VISIT, DEAL, RECALLED), commit)


def filled() -> dict | None:
	"""What an earlier fill noted, and whether it made what this version makes."""
	return noted(STATE, RECIPE)


def _make_masters() -> None:
	outlet = {"doctype": "C4S Dealership", "node_kind": "Outlet", "outlet_type": "4S Store"}
	insert_missing({**outlet, "dealership_code": code, "dealership_name": code} for code in STORES)
	insert_missing([{"doctype": "C4S Brand", "brand_name": "Bench"}])
	common = {"doctype": "C4S Vehicle Model", "brand": "Bench", "model_year": 2025, "energy_type": "Petrol"}
	insert_missing({**common, "model_code": model, "series": model} for model in MODELS)


# Of a customer and his or her car, told by the same number: `c0` age of the car, `c1` store, `c2` day of birth, `c3` calendar, `c4` how often
# he or she comes, `c5` when last.
AGE = "floor(30 + 3300 * c0)"
INTERVAL = "floor(60 + 300 * c4)"
SINCE = "floor(500 * c5)"
STORE = one(STORES, "c1")


def _insert_customers(rows: int, first: int, commit: bool) -> None:
	source = dice("care", rows)
	is_lunar = "c3 < 0.1"
	who = {"name": named("CU-", first, "n"), "customer_name": "concat('基准', n)", "customer_kind": "'Private'", "external_key": "concat('care:', n)", "sex": "if(c6 < 0.5, 'Male', 'Female')"}
	phone = {"primary_phone": "concat('+86139', lpad(n, 8, '0'))", "masked_phone": "concat('139****', lpad(n mod 10000, 4, '0'))"}
	born = {"birthday_calendar": f"if({is_lunar}, 'Lunar', 'Solar')", "birthday": f"if({is_lunar}, null, '1950-01-01' + interval floor(20000 * c2) day)"}
	lunar = {"lunar_birth_month": f"if({is_lunar}, 1 + floor(12 * c2), 0)", "lunar_birth_day": f"if({is_lunar}, 1 + floor(30 * c7), 0)"}
	facts = {"last_visit_on": f"curdate() - interval {SINCE} day", "average_visit_interval_days": INTERVAL, "service_count": str(VISITS_A_CAR)}
	value = {"value_level": "if(c6 < 0.3, 'Low', 'Middle')", "value_level_before": "if(c6 < 0.05, 'High', null)", "value_level_changed_on": "if(c6 < 0.05, curdate() - interval floor(300 * c7) day, null)"}
	insert(CUSTOMER, source, {**who, **phone, **born, **lunar, **facts, **value}, rows, commit)
	tie = {"name": "concat('cbr', lpad(n, 7, '0'))", "customer": named("CU-", first, "n"), "customer_name": "concat('基准', n)", "dealership": STORE, "since": f"curdate() - interval {AGE} day"}
	insert(RELATIONSHIP, source, tie, rows, commit)


def _insert_cars(rows: int, customers: int, first: int, commit: bool) -> None:
	new = f"curdate() - interval {AGE} day"
	identity = {"name": named("VE-", first, "n"), "vin": "concat('LSVBENCH0', lpad(n, 8, '0'))", "plate_number": "concat('沪A', lpad(conv(n, 10, 36), 5, '0'))", "external_key": "concat('care:', n)"}
	what = {"model": one(MODELS, "c2"), "brand": "'Bench'", "status": "'In Use'", "entered_as": "'In Use'", "current_owner": named("CU-", customers, "n"), "dealership": STORE}
	when = {"first_registered_on": new, "delivered_on": new, "insurance_until": "curdate() + interval floor(365 * c6) day", "inspection_due_on": "if(c7 < 0.5, curdate() + interval floor(700 * c7) day, null)"}
	ends = {"warranty_until": f"{new} + interval 3 year", "extended_warranty_until": f"if(c3 < 0.2, {new} + interval 5 year, null)"}
	due = {"next_service_on": "curdate() - interval 40 day + interval floor(220 * c5) day", "next_service_km": "20000", "next_service_basis": "'Distance'"}
	insert(CAR, dice("care", rows), {**identity, **what, **when, **ends, **due}, rows, commit)
	party = {"name": "concat('cbp', lpad(n, 7, '0'))", "parent": named("VE-", first, "n"), "parenttype": f"'{CAR}'", "parentfield": "'parties'", "idx": "1"}
	insert("C4S Vehicle Party", dice("care", rows), {**party, "party_role": "'Owner'", "customer": named("CU-", customers, "n")}, rows, commit)


def _insert_visits(rows: int, customers: int, cars: int, commit: bool) -> None:
	settled = f"curdate() - interval {SINCE} + {INTERVAL} * (k - 1) day + interval 15 hour"
	source = f"(select dice.*, k from {dice('care', rows)} join (select seq k from seq_1_to_{VISITS_A_CAR}) numbers) visits where n > %s and n <= %s"
	who = {"name": f"concat('SV-', lpad(n * {VISITS_A_CAR} + k, 8, '0'))", "customer": named("CU-", customers, "n"), "vehicle": named("VE-", cars, "n"), "dealership": STORE}
	what = {"visit_kind": "'Workshop'", "status": "'Settled'", "arrived_on": settled, "settled_on": settled, "customer_amount": "800", "total_amount": "800", "margin": "200"}
	in_chunks(statement_of(VISIT, source, {**who, **what}), [(start, min(start + CHUNK, rows)) for start in range(0, rows, CHUNK)], commit)


def _insert_deals(rows: int, customers: int, cars: int, commit: bool) -> None:
	is_ordered = "c6 < 0.02"
	who = {"name": "concat('DL-', lpad(n, 7, '0'))", "customer": named("CU-", customers, "n"), "dealership": STORE}
	what = {"vehicle": f"if({is_ordered}, null, {named('VE-', cars, 'n')})", "status": f"if({is_ordered}, 'Ordered', 'Delivered')", "finance_months": "if(c4 < 0.5, 36, 0)"}
	when = {"ordered_on": f"if({is_ordered}, now() - interval floor(120 * c5) day, now() - interval {AGE} + 20 day)", "delivered_on": f"if({is_ordered}, null, now() - interval {AGE} day)"}
	insert(DEAL, f"(select * from {dice('care', rows)} where n mod {BOUGHT_ONE_IN} = 0) dice", {**who, **what, **when}, rows, commit)


def _insert_recall(rows: int, cars: int, commit: bool) -> None:
	recall = {"doctype": RECALL, "recall_number": NUMBER, "title": "安全气囊", "status": "Active", "released_on": add_days(nowdate(), -1)}
	if not frappe.db.exists(RECALL, NUMBER):
		frappe.get_doc(recall).insert()
	row = {"name": "concat('cbc', lpad(n, 7, '0'))", "recall": f"'{NUMBER}'", "vin": "concat('LSVBENCH0', lpad(n, 8, '0'))", "vehicle": named("VE-", cars, "n"), "status": "'Open'"}
	insert(RECALLED, f"(select * from {dice('care', rows)} where n mod {RECALLED_ONE_IN} = 0) dice", row, rows, commit)


def rules() -> list[dict]:
	"""Twenty rules as a group has them: who is called, who is written to, whose conditions narrow it down."""
	call, message = [{"channel": "Desk Task"}], [{"channel": "SMS"}, {"channel": "Desk Task"}]
	template = frappe.get_all("C4S Message Template", {"enabled": 1}, pluck="name", order_by="creation", limit=1)[0]
	purpose = frappe.get_all("C4S Contact Purpose", {"enabled": 1}, pluck="name", order_by="creation", limit=1)[0]
	written = {"channels": message, "template": template}
	advisor = {"channels": call, "owner_role": "C4S Service Advisor"}
	women = [{"about": "Customer", "fieldname": "sex", "operator": "=", "value": "Female"}]
	found = [
		("Birthday", written), ("Birthday", {**written, "offset_days": -7, "filters": women}), ("Purchase Anniversary", written),
		("Service Due", {**advisor, "offset_days": -14}), ("Service Due", {**written, "offset_days": 7, "not_again_days": 10}), ("First Service", {**advisor, "offset_days": -14}),
		("Insurance End", {"channels": call, "offset_days": -45}), ("Insurance End", {**written, "offset_days": -7}), ("Inspection Due", {"channels": call, "offset_days": -30, "car_ages": "6, 8, 10"}),
		("Warranty End", {**advisor, "offset_days": -30}), ("Finance End", {"channels": call, "offset_days": -30}), ("No Visit for Months", {"channels": call, "months": 6, "quiet_days": 14}),
		("No Visit for Months", {**written, "months": 12}), ("No Visit in Own Rhythm", {"channels": call, "rhythm_factor": 1.5, "quiet_days": 14}), ("After Visit", {**written, "offset_days": 1}),
		("After Delivery", {"channels": call, "offset_days": 30}), ("Waiting for Delivery", {"channels": call, "every_days": 14}), ("Value Change", {"channels": call, "value_change": "Fallen"}),
		("Recall", {"channels": call}), ("Low Score", {"channels": call, "score_below": 600}),
	]
	return [
		{"doctype": RULE, "rule_name": f"CB {number:02d} {trigger}", "trigger": trigger, "enabled": 1, "priority": number, "purpose": purpose, **more}
		for number, (trigger, more) in enumerate(found, start=1)
	]
