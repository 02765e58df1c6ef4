"""Fills a site with settled visits of ten years by one statement a chunk that makes the rows inside the database."""

import frappe

from crm4s.runs import Progress, commit

# Counted up when the rows change: data of another recipe are made anew.
RECIPE = 1
STATE = Progress("crm4s_group_benchmark")
CHUNK = 50_000
DAYS, STORES, VISITS_OF_A_CUSTOMER = 3650, 20, 10


def filled() -> dict | None:
	state = STATE.state()
	return {"rows": state["rows"], "is_current": state["recipe"] == RECIPE} if state else None


def fill(rows: int) -> dict:
	if STATE.state().get("rows") == rows:
		return STATE.state()
	for number in range(1, STORES + 1):
		store = {"doctype": "C4S Dealership", "dealership_code": f"GB-{number:02}", "dealership_name": f"Store {number}", "node_kind": "Outlet", "outlet_type": "4S Store"}
		if not frappe.db.exists("C4S Dealership", store["dealership_code"]):
			frappe.get_doc(store).insert()
	frappe.db.sql("delete from `tabC4S Service Visit` where name like 'GB-%'")
	for start in range(0, rows, CHUNK):
		frappe.db.sql(
			"""insert into `tabC4S Service Visit` (name, creation, modified, owner, modified_by, docstatus, status, visit_kind, dealership, customer, vehicle,
				arrived_on, settled_on, customer_amount, total_amount, margin)
			select concat('GB-', lpad(seq, 9, '0')), now(), now(), 'Administrator', 'Administrator', 0, 'Settled', 'Workshop',
				concat('GB-', lpad(1 + crc32(seq) %% %(stores)s, 2, '0')), concat('CU-', lpad(seq div %(each)s, 7, '0')), concat('VE-', lpad(seq div %(each)s, 7, '0')),
				day, day, amount, amount * 1.1, amount * 0.3
			from (select seq, crc32(seq) %% 200000 / 100 amount, now() - interval (1 + crc32(seq * 7) %% %(days)s) day day from seq_0_to_1000000000 where seq >= %(start)s and seq < %(end)s) made""",
			{"stores": STORES, "each": VISITS_OF_A_CUSTOMER, "days": DAYS, "start": start, "end": min(start + CHUNK, rows)},
		)
		commit()
	if not frappe.flags.in_test:
		# It commits.
		frappe.db.sql("analyze table `tabC4S Service Visit`")
	STATE.note(rows=rows, recipe=RECIPE)
	return STATE.state()
