"""Fills a site with leads, their customers and showroom visits by statements that make the rows inside the database.

What a row is follows from its number alone, by a digest of it, so that every fill of the same day is the same. The states, keys, next steps and
response times of the leads are then written by what writes them after an update of a site (placing, complete_leads), which is timed on the way.
"""

from dataclasses import dataclass
from functools import cached_property
from time import perf_counter

import frappe
from frappe.utils import nowdate

from benchmarks.memory import Memory
from benchmarks.rows import CHUNK, as_in_test, dice, finish, in_chunks, insert, named, noted, one, reserve, statement_of
from crm4s.demo.documents import insert_missing, make_users
from crm4s.demo.group import Person
from crm4s.leads.completing import complete_leads
from crm4s.workflows.placing import place_documents
from crm4s.workflows.states import active_workflow

# Counted up when the rows change: data of another recipe are made anew.
RECIPE = 1
STATE = "crm4s_sales_benchmark"
LEAD, CUSTOMER, PHONE, RELATIONSHIP, VISIT = "C4S Lead", "C4S Customer", "C4S Customer Phone", "C4S Store Relationship", "C4S Showroom Visit"
PASSAGE, CONTACT, RULE, ACTION = "C4S State Passage", "C4S Lead Contact", "C4S Lead Assignment Rule", "Workflow Action"
GROUP, DOMAIN = "SB", "sales.example"
SURNAMES, GIVEN = "王李张刘陈杨黄赵吴周徐孙马朱胡林郭何高罗", "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂华玲建文辉鑫宇欣"
SOURCES = ("Walk-in", "Store Website", "E-mail Enquiry", "Service Customer", "Repurchase", "Other Source")
OPEN_STATES = ("Prospecting", "Reception", "Needs", "Presentation", "Test Drive", "Quotation", "Defeat Pending")
WEEK = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
METHODS = ("Round Robin", "Least Load", "Model Skill")


@dataclass(frozen=True)
class Size:
	"""How large the group is that has so many leads: two to six stores in each of two to four regions, unequal ones."""

	rows: int
	# The number after which the names of the leads begin.
	first: int = 0

	@cached_property
	def regions(self) -> list[str]:
		return [f"{GROUP}-R{number}" for number in range(1, (4 if self.rows >= 100_000 else 2) + 1)]

	@cached_property
	def stores(self) -> list[str]:
		of_each = 6 if self.rows >= 100_000 else 2
		return [f"{region}-{number}" for region in self.regions for number in range(1, of_each + 1)]

	@property
	def consultants(self) -> int:
		return 10 if self.rows >= 100_000 else 2

	@property
	def visits(self) -> int:
		return max(1, self.rows // 5)


def person(role: str, node: str, number: int = 1) -> str:
	return f"{role.lower().replace(' ', '')}{number}.{node.lower()}@{DOMAIN}"


def fill(rows: int, commit: bool = True) -> dict:
	"""Make the group with so many leads, unless it is there; what the fill took, also where it was made earlier.

	Returns: rows, day, seconds by step, and for placing and completing what is told of steps (seconds, megabytes grown).
	"""
	found = filled()
	if found:
		return found
	began, size, steps = perf_counter(), Size(rows), {}
	_make_group(size)
	customers = _insert_customers(size, commit)
	first = _insert_leads(size, customers, commit)
	_insert_visits(size, customers, commit)
	steps["place"] = Memory.of(_place, commit)
	_spread_states(first, size, commit)
	steps["complete"] = Memory.of(_complete, commit)
	_insert_followers(first, size, commit)
	state = {"recipe": RECIPE, "rows": rows, "day": nowdate(), "first": first, "seconds": perf_counter() - began, "steps": steps}
	return finish(STATE, state, (LEAD, CUSTOMER, PHONE, RELATIONSHIP, VISIT, PASSAGE, CONTACT, ACTION), commit)


def filled() -> dict | None:
	"""What an earlier fill noted, and whether it made what this version makes."""
	return noted(STATE, RECIPE)


def _make_group(size: Size) -> None:
	node = {"doctype": "C4S Dealership", "node_kind": "Region"}
	hours = [{"weekday": day, "opens": "09:00:00", "closes": "18:00:00"} for day in WEEK]
	insert_missing([{**node, "dealership_code": GROUP, "dealership_name": "基准集团", "node_kind": "Group", "is_group": 1}])
	insert_missing(
		{**node, "dealership_code": region, "dealership_name": region, "parent_c4s_dealership": GROUP, "is_group": 1} for region in size.regions
	)
	outlet = {**node, "node_kind": "Outlet", "outlet_type": "4S Store", "opening_hours": hours}
	insert_missing(
		{**outlet, "dealership_code": store, "dealership_name": store, "parent_c4s_dealership": store.rpartition("-")[0]} for store in size.stores
	)
	insert_missing([{"doctype": "C4S Brand", "brand_name": "Bench"}])
	insert_missing(
		{"doctype": "C4S Vehicle Model", "model_code": model, "brand": "Bench", "series": model[:4], "model_year": 2026, "energy_type": "Petrol"}
		for model in models()
	)
	make_users(_staff(size))
	for number, store in enumerate(size.stores):
		_make_rule(store, METHODS[number % len(METHODS)], [person("Sales Consultant", store, of) for of in range(1, size.consultants + 1)])


def models() -> list[str]:
	return [f"SB-{series}{trim}" for series in "ABCD" for trim in range(3)]


def _staff(size: Size) -> list[Person]:
	people = [("Group Manager", GROUP, 1), ("Dealer Manager", size.regions[0], 1)]
	for store in size.stores:
		people += [("Sales Consultant", store, number) for number in range(1, size.consultants + 1)]
		people += [("Sales Manager", store, 1), ("Receptionist", store, 1)]
	return [Person(person(role, node, number), f"{role} {node} {number}", f"C4S {role}", role, node) for role, node, number in people]


def _make_rule(store: str, method: str, users: list[str]) -> None:
	rule = {"doctype": RULE, "rule_name": f"Sales benchmark {store}", "dealership": store, "method": method}
	if not frappe.db.exists(RULE, rule["rule_name"]):
		skills = [{"user": user, "brand": "Bench", "series": models()[number % 12][:4]} for number, user in enumerate(users)]
		frappe.get_doc({**rule, "members": [{"user": user} for user in users], "skills": skills}).insert(ignore_permissions=True)


def store_of(number: str, size: Size) -> str:
	"""SQL of the store of a person's number; the first store has about five times as many as the last."""
	chance = f"conv(left(md5(concat('store', {number})), 4), 16, 10) / 65536"
	return one(size.stores, f"pow({chance}, 1.6)")


def phone_of(number: str) -> str:
	return f"concat('+86139', lpad({number}, 8, '0'))"


def masked(number: str) -> str:
	return f"concat('139****', right(lpad({number}, 8, '0'), 4))"


def name_of(number: str) -> str:
	parts = ((SURNAMES, 1), (GIVEN, 5), (GIVEN, 9))
	return "concat(" + ", ".join(
		f"substr('{letters}', 1 + conv(substr(md5(concat('name', {number})), {place}, 4), 16, 10) mod {len(letters)}, 1)" for letters, place in parts
	) + ")"


def _insert_customers(size: Size, commit: bool) -> int:
	"""With their phone and their store; the number of the last customer before them."""
	first = reserve("CU-", size.rows)
	name = named("CU-", first, "n")
	who = {"customer_name": name_of("n"), "primary_phone": phone_of("n"), "masked_phone": masked("n"), "unique_phone": phone_of("n")}
	entered = "now() - interval floor(1 + 1800 * c0) day"
	facts = {"customer_kind": "'Private'", "source": one(SOURCES, "c1"), "city": one(("南城", "北城", "东城", "西城"), "c2"), "sex": one(("Male", "Female"), "c3")}
	key = {"name": name, "external_key": "concat('sales:', n)"}
	source = dice("customer", size.rows)
	insert(CUSTOMER, source, {**key, **who, **facts, "creation": entered, "modified": entered}, size.rows, commit)
	parent = {"parent": name, "parenttype": f"'{CUSTOMER}'", "parentfield": "'phones'", "idx": "1"}
	phone = {"name": "concat('sbp', lpad(n, 9, '0'))", "phone": phone_of("n"), "kind": "'Mobile'", "is_primary": "1", "is_verified": "1"}
	insert(PHONE, source, {**parent, **phone}, size.rows, commit)
	store = store_of("n", size)
	known = {"name": "concat('sbr', lpad(n, 9, '0'))", "customer": name, "customer_name": name_of("n"), "dealership": store, "since": f"date({entered})"}
	insert(RELATIONSHIP, source, {**known, "sales_consultant": _consultant(store, "c4", size)}, size.rows, commit)
	return first


def _consultant(store: str, chance: str, size: Size) -> str:
	return f"concat('salesconsultant', 1 + floor({size.consultants} * {chance}), '.', lower({store}), '@{DOMAIN}')"


def _insert_leads(size: Size, customers: int, commit: bool) -> int:
	"""Each seventh lead is somebody's second one. Of the open tenth each seventh has no consultant, and some of those are in the pool."""
	first = reserve("LD-", size.rows)
	source = f"(select dice.*, if(n mod 7 = 0, n - 1, n) who, if(c1 < 0.1, 'Open', if(c1 < 0.32, 'Won', 'Lost')) stands from {dice('lead', size.rows)}) leads"
	# Open leads came in the last four months, most of them lately; the others in five years.
	received = "(now() - interval floor(60 * if(stands = 'Open', 3 + 172800 * c2 * c2, 64800 + 2600000 * c2)) second)"
	contacted = f"if(c3 < 0.88, {received} + interval floor(1 + 7200 * c4) second, null)"
	last = f"if(c3 < 0.88, {received} + interval floor(timestampdiff(second, {received}, now()) * if(stands = 'Open', sqrt(c5), c5 * 0.02)) second, null)"
	closed = f"({received} + interval floor(86400 + 3000000 * c5) second)"
	store = store_of("who", size)
	nobody = "stands = 'Open' and c6 < 0.15"
	insert(
		LEAD,
		source,
		{
			**{"name": named("LD-", first, "n"), "external_key": "concat('sales:', n)", "lead_name": name_of("who")},
			**{"phone": phone_of("who"), "masked_phone": masked("who"), "customer": f"if(c7 < 0.7, {named('CU-', customers, 'who')}, null)"},
			**{"dealership": store, "source": one(SOURCES, "c0"), "status": "stands", "workflow_state": "null", "open_phone_key": "null"},
			**{"sales_consultant": f"if({nobody}, null, {_consultant(store, 'c7', size)})", "grade": "elt(1 + floor(5 * pow(c0, 0.7)), 'H', 'A', 'B', 'C', 'N')"},
			**{"in_pool": f"if({nobody} and c6 < 0.05, 1, 0)", "pooled_on": f"if({nobody} and c6 < 0.05, {last}, null)", "pool_reason": f"if({nobody} and c6 < 0.05, '长期未联系', null)"},
			**{"received_on": received, "creation": received, "first_contacted_on": contacted, "last_contacted_on": last},
			**{"modified": f"if(stands = 'Open', coalesce({last}, {received}), {closed})", "budget": "if(c4 < 0.6, 100000 + 1000 * floor(200 * c4), 0)"},
			**{"interested_model": one(models(), "c3"), "purchase_kind": one(("First", "Replacement", "Additional", "Used"), "c2")},
			**{"expected_purchase_on": f"if(c6 < 0.7, date({received}) + interval floor(60 * c6) day, null)", "wants_trade_in": "c5 < 0.25"},
			**{"won_on": f"if(stands = 'Won', {closed}, null)", "lost_on": f"if(stands = 'Lost', {closed}, null)"},
			**{"lost_reason": "if(stands = 'Lost', 'Other', null)", "lost_note": "if(stands = 'Lost', '多次联系后放弃', null)"},
		},
		size.rows,
		commit,
	)
	return first


def _insert_visits(size: Size, customers: int, commit: bool) -> None:
	"""Of every fifth customer one, in the last two years."""
	first = reserve("SH-", size.visits)
	source = f"(select dice.*, n * 5 who from {dice('visit', size.visits)}) visits"
	arrived, store = "(now() - interval floor(90000 + 63000000 * c0) second)", store_of("n * 5", size)
	who = {"visitor_name": name_of("who"), "phone": phone_of("who"), "masked_phone": masked("who"), "customer": named("CU-", customers, "who")}
	when = {"arrived_on": arrived, "creation": arrived, "modified": arrived, "left_on": f"{arrived} + interval 50 minute", "duration_minutes": "50"}
	what = {"dealership": store, "sales_consultant": _consultant(store, "c1", size), "status": "'Gone'", "party_size": "1 + floor(3 * c2)"}
	insert(VISIT, source, {"name": named("SH-", first, "n"), **who, **when, **what}, size.visits, commit)


def _place(commit: bool) -> None:
	with as_in_test(not commit):
		place_documents(active_workflow(LEAD))


def _complete(commit: bool) -> None:
	with as_in_test(not commit):
		complete_leads()


def _spread_states(first: int, size: Size, commit: bool) -> None:
	"""Open leads stand in all states; placing put them into the first."""
	state = one(OPEN_STATES, "conv(left(md5(concat('state', name)), 4), 16, 10) / 65536")
	statement = f"update `tab{LEAD}` set workflow_state = {state} where status = 'Open' and name > %s and name <= %s"
	in_chunks(statement, _names(first, size), commit)


def _names(first: int, size: Size) -> list[tuple[str, str]]:
	"""After which and up to which name the leads of each chunk go."""
	end = first + size.rows
	return [(f"LD-{start:07d}", f"LD-{min(start + CHUNK, end):07d}") for start in range(first, end, CHUNK)]


def _insert_followers(first: int, size: Size, commit: bool) -> None:
	"""The state each lead is in since its last change, its last contact, and Frappe's note that an open one waits for an action."""
	leads = f"`tab{LEAD}` lead where lead.name > %s and lead.name <= %s"
	passage = {"document_type": f"'{LEAD}'", "document_name": "lead.name", "state": "lead.workflow_state", "status": "lead.status"}
	since = {"entered_on": "lead.modified", "entered_by": "'Administrator'", "creation": "lead.modified", "modified": "lead.modified"}
	passage = {"name": "concat('sbs-', lead.name)", **passage, **since, "dealership": "lead.dealership"}
	in_chunks(statement_of(PASSAGE, f"{leads} and lead.workflow_state is not null", passage), _names(first, size), commit)
	contact = {"contacted_on": "lead.last_contacted_on", "channel": "'Phone'", "summary": "'电话沟通，客户仍在比较'", "contacted_by": "lead.sales_consultant"}
	parent = {"parent": "lead.name", "parenttype": f"'{LEAD}'", "parentfield": "'contacts'", "idx": "1"}
	contact = {"name": "concat('sbc-', lead.name)", **parent, **contact}
	in_chunks(statement_of(CONTACT, f"{leads} and lead.last_contacted_on is not null", contact), _names(first, size), commit)
	action = {"reference_doctype": f"'{LEAD}'", "reference_name": "lead.name", "workflow_state": "lead.workflow_state", "status": "'Open'"}
	action = {"name": "concat('sba-', lead.name)", **action}
	in_chunks(statement_of(ACTION, f"{leads} and lead.status = 'Open' and lead.workflow_state is not null", action), _names(first, size), commit)
