"""Fills a site with a million customers and about ten million settled visits of a hundred stores, by statements that make the rows inside the database.

People come at their own rhythm, some once, some leave early, a few have two stores; the visits are stored in the order of their days, as they
come in life, not in that of the customers.
"""

from time import perf_counter

import frappe

from benchmarks.rows import CHUNK, dice, insert, named, note, noted, one, reserve, statement_of
from crm4s.demo.documents import insert_missing, make_users
from crm4s.demo.group import Person

# Counted up when the rows change: data of another recipe are made anew.
RECIPE = 1
STATE = "crm4s_value_benchmark"
CUSTOMER, RELATIONSHIP, CAR, VISIT, DEAL, COST, ITEM = (
	*("C4S Customer", "C4S Store Relationship", "C4S Vehicle", "C4S Service Visit", "C4S Deal", "C4S Customer Cost", "C4S Service Item"),
)
STORES = tuple(f"VA-{number:03d}" for number in range(1, 101))
REGIONS = tuple(f"VA-R{number}" for number in range(1, 6))
GROUP = "VA-GROUP"
MANAGER, ANALYST = "value-manager@bench.example", "value-analyst@bench.example"
MODELS = tuple(f"VA-{series}{trim}" for series in "ABCDEFGH" for trim in range(3))
MOST_VISITS = 80
# Items are stored of the last visits only: a row each would double the fill.
VISITS_WITH_ITEMS = 300_000
ITEMS = ("机油机滤保养", "空气滤芯", "空调滤芯", "刹车片", "轮胎", "四轮定位", "蓄电池", "制动液", "火花塞", "雨刮片", "变速箱油", "漆面护理")

# Of a customer: `c0` how long known, `c1` store, `c2` model, `c3` own interval, `c4` how much of the time active, `c5` spending, `c6` a second
# store, `c7` whether he or she comes once only.
AGE = "floor(40 + 3100 * c0)"
INTERVAL = "(26 + 214 * c3)"
KNOWN = f"floor({AGE} * least(1, 0.15 + 1.1 * c4))"
VISITS = f"if(c7 < 0.12, 1, least({MOST_VISITS}, 1 + floor({KNOWN} / {INTERVAL})))"
STORE = one(STORES, "c1 * c1")
SECOND = one(STORES, "(c1 + 0.37) mod 1")


def fill(rows: int, commit: bool = True) -> dict:
	"""Make so many customers with what belongs to them, unless they are there; what the fill took, also where it was made earlier."""
	found = filled()
	if found:
		return found
	began = perf_counter()
	_make_masters()
	first, first_car = reserve("CU-", rows), reserve("VE-", rows)
	_insert_customers(rows, first, first_car, commit)
	indexes = _drop_indexes(VISIT) if commit else []
	visits = _insert_visits(rows, first, first_car, commit)
	_add_indexes(VISIT, indexes)
	_insert_items(visits, commit)
	_insert_deals_and_costs(rows, first, first_car, commit)
	if commit:
		for doctype in (CUSTOMER, RELATIONSHIP, CAR, VISIT, DEAL, COST, ITEM):
			frappe.db.sql_ddl(f"analyze table `tab{doctype}`")
	state = {"recipe": RECIPE, "rows": rows, "first": first, "visits": visits, "seconds": perf_counter() - began}
	if commit:
		note(STATE, state)
	return state


def filled() -> dict | None:
	"""What an earlier fill noted, and whether it made what this version makes."""
	return noted(STATE, RECIPE)


def _make_masters() -> None:
	node = {"doctype": "C4S Dealership"}
	insert_missing([{**node, "node_kind": "Group", "is_group": 1, "dealership_code": GROUP, "dealership_name": GROUP}])
	insert_missing({**node, "node_kind": "Region", "is_group": 1, "parent_c4s_dealership": GROUP, "dealership_code": code, "dealership_name": code} for code in REGIONS)
	insert_missing(
		{**node, "node_kind": "Outlet", "outlet_type": "4S Store", "parent_c4s_dealership": REGIONS[place % len(REGIONS)], "dealership_code": code, "dealership_name": code}
		for place, code in enumerate(STORES)
	)
	insert_missing([{"doctype": "C4S Brand", "brand_name": "Bench"}])
	common = {"doctype": "C4S Vehicle Model", "brand": "Bench", "model_year": 2025, "energy_type": "Petrol"}
	insert_missing({**common, "model_code": model, "series": model[:4], "trim": model[4:]} for model in MODELS)
	make_users(
		[Person(MANAGER, "Manager", "C4S Dealer Manager", "Manager", STORES[0]), Person(ANALYST, "Analyst", "C4S Group Manager", "Analyst", GROUP)]
	)


def _insert_customers(rows: int, first: int, first_car: int, commit: bool) -> None:
	source, name = dice("value", rows), named("CU-", first, "n")
	since = f"curdate() - interval {AGE} day"
	number = "concat('+86137', lpad(n, 8, '0'))"
	when = {"creation": f"{since} + interval 9 hour", "modified": f"{since} + interval 9 hour"}
	who = {"name": name, "customer_name": "concat('价值', n)", "customer_kind": "if(c5 < 0.9, 'Private', 'Company')", "external_key": "concat('value:', n)"}
	phone = {"primary_phone": number, "masked_phone": "concat('137****', lpad(n mod 10000, 4, '0'))"}
	insert(CUSTOMER, source, {**who, **phone, **when}, rows, commit)
	tie = {"name": "concat('vat', lpad(n, 7, '0'))", "customer": name, "customer_name": "concat('价值', n)", "dealership": STORE, "since": since}
	insert(RELATIONSHIP, source, {**tie, **when}, rows, commit)
	car = {"name": named("VE-", first_car, "n"), "vin": "concat('LSVVALUE0', lpad(n, 8, '0'))", "check_digit_confirmed": "1", "vehicle_title": "concat('LSVVALUE0', lpad(n, 8, '0'))"}
	what = {"model": one(MODELS, "c2"), "brand": "'Bench'", "status": "'In Use'", "entered_as": "'In Use'", "dealership": STORE, "current_owner": name}
	insert(CAR, source, {**car, **what, "first_registered_on": since, "delivered_on": since, **when}, rows, commit)


def _insert_visits(rows: int, first: int, first_car: int, commit: bool) -> int:
	"""First a narrow table of who comes on which day, then the visits in the order of the days; how many."""
	frappe.db.sql_ddl("drop table if exists benchmark_days")
	frappe.db.sql_ddl("create table benchmark_days (day int, n int, k tinyint unsigned, store smallint, c double, spending double, primary key (day, n, k))")
	for start in range(0, rows, CHUNK):
		# All text is ours; the builder knows neither generated numbers nor digests.
		frappe.db.sql(_days_of(rows), (start, min(start + CHUNK, rows)))
		if commit:
			frappe.db.commit()
	days, count = frappe.db.sql("select max(day), count(*) from benchmark_days")[0]
	first_visit = reserve("SV-", count)
	_copy_days(first_visit, first, first_car, days, commit)
	frappe.db.sql_ddl("drop table benchmark_days")
	return count


def _days_of(rows: int) -> str:
	"""SQL that notes the days, counted backwards from today, on which the customers of a chunk come."""
	store = f"if(c6 < 0.04 and chance > 0.6, 1 + floor(100 * ((c1 + 0.37) mod 1)), 1 + floor(100 * c1 * c1))"
	day = f"greatest(1, {AGE} - floor({INTERVAL} * (k - 1) + if(k > 1, {INTERVAL} * 0.6 * (chance - 0.5), 0)))"
	each = f"select dice.*, k, conv(substr(md5(concat('visit', n, '-', k)), 1, 4), 16, 10) / 65536 chance from {dice('value', rows)} join (select seq k from seq_1_to_{MOST_VISITS}) numbers on k <= {VISITS} where n > %s and n <= %s"
	return f"insert ignore into benchmark_days select {day}, n, k, {store}, chance, 250 + 1500 * c5 * c5 from ({each}) each_one order by 1, 2, 3"


def _copy_days(first_visit: int, first: int, first_car: int, days: int, commit: bool) -> None:
	digits = "lpad(n mod 1000, 3, '0')"
	when = "curdate() - interval day day + interval floor(480 + 540 * c) minute"
	total = "round(spending * (0.3 + 1.4 * c), 2)"
	columns = {
		"name": f"concat('SV-', lpad({first_visit} + (@visit := @visit + 1), 8, '0'))", "customer": named("CU-", first, "n"), "vehicle": named("VE-", first_car, "n"),
		"dealership": "elt(store, " + ", ".join(frappe.db.escape(store) for store in STORES) + ")", "plate_number": f"concat('沪A', {digits}, k)", "title": f"concat('沪A', {digits}, k)",
		"visit_kind": "elt(1 + floor(c * 20), 'Counter Sale', 'Home Service', 'Rescue', 'Workshop', 'Workshop', 'Workshop', 'Workshop', 'Workshop', 'Workshop', 'Workshop', 'Workshop', 'Workshop', 'Workshop', 'Workshop', 'Workshop', 'Workshop', 'Workshop', 'Workshop', 'Workshop', 'Workshop')",
		"status": "if(c < 0.985, 'Settled', 'Cancelled')", "workflow_state": "if(c < 0.985, 'Settled', 'Cancelled')", "odometer": "k * 4000 + n mod 4000",
		"arrived_on": when, "settled_on": f"if(c < 0.985, {when} + interval 150 minute, null)", "creation": when, "modified": f"{when} + interval 150 minute",
		"labour_amount": f"{total} * 0.4", "parts_amount": f"{total} * 0.6", "customer_amount": total, "total_amount": total, "cost_amount": f"{total} * (0.5 + 0.6 * c * c)", "margin": f"{total} * (0.5 - 0.6 * c * c)",
	}
	statement = statement_of(VISIT, "(select * from benchmark_days where day <= %s and day > %s order by day desc, n, k) days", columns)
	frappe.db.sql("set @visit := 0")
	for start in range(days, 0, -20):
		frappe.db.sql(statement, (start, start - 20))
		if commit:
			frappe.db.commit()


def _drop_indexes(doctype: str) -> list[str]:
	"""Take the secondary indexes away while rows come in; their definitions."""
	rows = frappe.db.sql(f"show index from `tab{doctype}` where key_name != 'PRIMARY'", as_dict=True)
	columns: dict[tuple, list] = {}
	for row in sorted(rows, key=lambda row: row["Seq_in_index"]):
		columns.setdefault((row["Key_name"], row["Non_unique"]), []).append(f"`{row['Column_name']}`")
	frappe.db.sql_ddl(f"alter table `tab{doctype}` " + ", ".join(f"drop index `{name}`" for name, _many in columns))
	return [f"add {'index' if many else 'unique index'} `{name}` ({', '.join(fields)})" for (name, many), fields in columns.items()]


def _add_indexes(doctype: str, indexes: list[str]) -> None:
	for start in range(0, len(indexes), 4):
		frappe.db.sql_ddl(f"alter table `tab{doctype}` " + ", ".join(indexes[start : start + 4]))


def _insert_items(visits: int, commit: bool) -> None:
	"""Two or three items of each of the last visits; who has the tyres changed often has the wheels aligned, too."""
	wanted = min(visits, VISITS_WITH_ITEMS)
	last = frappe.db.sql("select max(name) from `tabC4S Service Visit`")[0][0]
	number = int(last.removeprefix("SV-"))
	item = f"elt(1 + if(c0 < 0.35, mod(n, 3), floor(12 * c2)), {', '.join(frappe.db.escape(word) for word in ITEMS)})"
	paired = {1: item, 2: f"if({item} = '轮胎', '四轮定位', elt(1 + floor(12 * c3 * c3), {', '.join(frappe.db.escape(word) for word in ITEMS)}))"}
	for idx, words in paired.items():
		row = {
			"name": f"concat('vai{idx}', lpad(n, 7, '0'))", "parent": f"concat('SV-', lpad({number} - n + 1, 8, '0'))", "parenttype": f"'{VISIT}'", "parentfield": "'items'",
			"idx": str(idx), "item_kind": "'Labour'", "item_name": words, "quantity": "1", "unit_price": "300", "amount": "300", "payer": "'Customer'", "approval": "'Approved'",
		}
		insert(ITEM, dice(f"value-item-{idx}", wanted), row, wanted, commit)


def _insert_deals_and_costs(rows: int, first: int, first_car: int, commit: bool) -> None:
	"""Three customers in ten bought the car from us; every second one had a cost."""
	day = f"curdate() - interval {AGE} day + interval 14 hour"
	source = f"(select * from {dice('value', rows)} where c4 > 0.7) dice"
	who = {"name": f"concat('DL-V', lpad(n, 7, '0'))", "customer": named("CU-", first, "n"), "dealership": STORE, "vehicle": named("VE-", first_car, "n"), "model": one(MODELS, "c2"), "brand": "'Bench'"}
	what = {"status": "'Delivered'", "deal_kind": "'New Car'", "price_amount": "round(120000 + 80000 * c5, 2)", "total_amount": "round(120000 + 80000 * c5, 2)", "margin": "round(3000 + 6000 * c6, 2)", "delivered_on": day, "ordered_on": f"{day} - interval 20 day", "creation": day, "modified": day}
	insert(DEAL, source, {**who, **what}, rows, commit)
	source = f"(select * from {dice('value-cost', rows)} where c4 > 0.5) dice"
	cost = {"name": "concat('vac', lpad(n, 7, '0'))", "source_key": "concat('value:', n)", "customer": named("CU-", first, "n"), "kind": "'Message'", "amount": "round(100 * c5 * c5, 2)", "incurred_on": "curdate() - interval floor(700 * c0) day"}
	insert(COST, source, cost, rows, commit)
