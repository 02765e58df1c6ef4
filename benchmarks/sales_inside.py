"""The part of benchmarks/sales.py that measures inside the site; tests use it on a few hundred leads.

Every sample is a request of its own: another user, what Frappe keeps for a request forgotten, what it wrote rolled back. The jobs of the night
commit as they do at night; what they changed is put back from a copy afterwards.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path
from typing import Any

import frappe
from frappe.desk import reportview
from frappe.utils import add_days, now_datetime, nowdate

from benchmarks.memory import Memory
from benchmarks.measuring import job, question, request
from benchmarks.rows import as_in_test
from benchmarks.sales_fill import GROUP, LEAD, RELATIONSHIP, VISIT, Size, models, person
from crm4s.access.finder import find
from crm4s.assignment.handover import give_by_rule
from crm4s.crm4s.report.c4s_lead_funnel.c4s_lead_funnel import execute as lead_funnel
from crm4s.leads import joining, pool, recycle, score
from crm4s.my_day.api import get_day
from crm4s.reception import api as reception
from crm4s.workflows.placing import BATCH

KEPT = "sales_benchmark_kept"
KEPT_FIELDS = (
	*("sales_consultant", "held_since", "in_pool", "pooled_on", "pool_reason", "recycle_warned_on", "score", "score_explanation"),
	*("modified", "modified_by", "_assign"),
)
LIST_MS, LOOKUP_MS, RECEPTION_MS, REPORT_MS = 300, 20, 200, 1000
ASSIGN, ASSIGN_SECONDS = 10_000, 20
BOARD = "Leads by Grade"
STANDARD_FIELDS = ("name", "owner", "creation", "modified", "modified_by", "_user_tags", "_comments", "_assign", "_liked_by", "docstatus", "idx")


@dataclass(frozen=True)
class Staff:
	"""Whoever is measured as; the samples go round the stores."""

	consultants: tuple[str, ...]
	receptionists: tuple[str, ...]
	managers: tuple[str, ...]
	region: tuple[str, ...]
	group: tuple[str, ...]

	@classmethod
	def of(cls, size: Size) -> "Staff":
		everywhere = lambda role: tuple(person(role, store) for store in size.stores)  # noqa: E731
		return cls(
			*(everywhere("Sales Consultant"), everywhere("Receptionist"), everywhere("Sales Manager")),
			*((person("Dealer Manager", size.regions[0]),), (person("Group Manager", GROUP),)),
		)

	def who(self) -> dict[str, tuple[str, ...]]:
		return {
			"consultant": self.consultants,
			"manager of a store": self.managers,
			"manager of a region": self.region,
			"group manager": self.group,
		}


def measure(filled: dict, samples: int = 24) -> dict:
	"""The figures of the data that `sales_fill.fill` left and told of: a row a question, and how much there is."""
	size = Size(filled["rows"], filled["first"])
	staff = Staff.of(size)
	return {
		"measured": [row for part in (_lists, _boards, _look_ups, _saves) for row in part(size, staff, samples)],
		"counts": _counts(size),
	}


def work(filled: dict, commit: bool = True) -> dict:
	"""The jobs over many leads, with their memory: to be called in a process of its own, where nothing was freed that they could take again."""
	size = Size(filled["rows"], filled["first"])
	if commit:
		_put_back()
	given, notes = _assignment(size)
	return {"jobs": [*_jobs_of_fill(filled), given, *_night(commit)], "notes": [*notes, _note_on_placing(filled)]}


# Lists, boards, reports


def _lists(size: Size, staff: Staff, samples: int) -> Iterator[dict]:
	is_open = [LEAD, "status", "=", "Open"]
	for who, users in staff.who().items():
		yield question("lead list, open (as it opens)", who, users, lambda user, _n: first_page([is_open]), samples, LIST_MS)
		yield question("lead list, all", who, users, lambda user, _n: first_page([]), samples, LIST_MS)
		yield question("count of the open", who, users, lambda user, _n: count([is_open]), samples, LIST_MS)
		yield question("count of all", who, users, lambda user, _n: count([]), max(2, samples // 4))
	overdue = [is_open, [LEAD, "next_contact_on", "<", nowdate()]]
	for who, users in list(staff.who().items())[:2] + list(staff.who().items())[3:]:
		yield question("lead list, contact overdue", who, users, lambda user, _n: first_page(overdue), samples, LIST_MS)
	own = staff.consultants
	mine = lambda user, _n: first_page([is_open, [LEAD, "sales_consultant", "=", user]])  # noqa: E731
	yield question("lead list, my open ones", "consultant", own, mine, samples, LIST_MS)
	quoted = [is_open, [LEAD, "workflow_state", "=", "Quotation"]]
	for who in ("manager of a store", "group manager"):
		yield question("lead list, open in Quotation", who, staff.who()[who], lambda user, _n: first_page(quoted), samples, LIST_MS)


def first_page(filters: list, length: int = 20, fields: tuple[str, ...] = ()) -> Any:
	"""What the desk's list asks for, with the fields that the list view of leads shows and needs."""
	wanted = [f"`tab{LEAD}`.`{field}`" for field in dict.fromkeys((*list_fields(), *fields))]
	frappe.local.form_dict = frappe._dict(
		doctype=LEAD,
		fields=json.dumps(wanted),
		filters=json.dumps(filters),
		order_by=f"`tab{LEAD}`.`modified` desc",
		start=0,
		page_length=length,
		view="List",
		group_by=f"`tab{LEAD}`.`name`",
		with_comment_count=1,
	)
	return reportview.get()


def count(filters: list) -> int:
	frappe.local.form_dict = frappe._dict(doctype=LEAD, filters=json.dumps(filters), fields="[]", distinct="false")
	return reportview.get_count()


def list_fields() -> list[str]:
	"""As the list view of the desk gathers them; what its script adds is read from there."""
	meta = frappe.get_meta(LEAD)
	script = _script("crm4s", "doctype", "c4s_lead", "c4s_lead_list.js")
	added = re.findall(r'"(\w+)"', re.search(r"add_fields: \[(.*?)\]", script, re.DOTALL)[1])
	shown = [field.fieldname for field in meta.fields if field.in_list_view or field.fieldname == "status"]
	return list(dict.fromkeys((*STANDARD_FIELDS, meta.title_field, *shown, *added)))


def _script(*path: str) -> str:
	return Path(frappe.get_app_path("crm4s", *path)).read_text()


def _boards(size: Size, staff: Staff, samples: int) -> Iterator[dict]:
	few = max(2, samples // 4)
	board = frappe.get_doc("Kanban Board", BOARD)
	most = int(re.search(r"MOST = (\d+)", _script("public", "js", "desk", "boards.js"))[1])
	cards = lambda user, _n: first_page(json.loads(board.filters), most, (board.field_name, *json.loads(board.fields)))  # noqa: E731
	for who in ("consultant", "manager of a store", "group manager"):
		yield question(f"kanban board {BOARD}, its {most} cards", who, staff.who()[who], cards, few, LIST_MS)
	for who in ("manager of a store", "group manager"):
		users = staff.who()[who]
		yield question("report Lead Funnel, three months", who, users, lambda user, _n: lead_funnel({}), few, REPORT_MS)
		years = {"from_date": add_days(nowdate(), -5 * 365), "to_date": nowdate()}
		yield question("report Lead Funnel, five years", who, users, lambda user, _n: lead_funnel(years), max(2, few // 2))
	for who in ("consultant", "group manager"):
		yield question("page Lead Pool", who, staff.who()[who], lambda user, _n: pool.waiting(), samples, LIST_MS)
	yield question("page My Day", "consultant", staff.consultants, lambda user, _n: get_day(), samples, LIST_MS)
	for who in ("manager of a store", "manager of a region"):
		yield question("page My Day", who, staff.who()[who], lambda user, _n: get_day(), few)
	frappe.db.savepoint("today")
	_receive_today(size)
	store_of = dict(zip(staff.receptionists, size.stores, strict=True))
	yield question(
		"board of today's showroom, 60 visits", "receptionist", staff.receptionists, lambda user, _n: reception.get_board(store_of[user]), samples, LIST_MS
	)
	frappe.db.rollback(save_point="today")


def _receive_today(size: Size) -> None:
	"""Sixty visits of this day in each store, out of those of earlier days; not committed."""
	for store in size.stores:
		names = frappe.get_all(VISIT, {"dealership": store}, pluck="name", limit=60, order_by="name")
		visit = frappe.qb.DocType(VISIT)
		frappe.qb.update(visit).set(visit.arrived_on, now_datetime()).where(visit.name.isin(names or [""])).run()


# Look-ups and saves


def _look_ups(size: Size, staff: Staff, samples: int) -> Iterator[dict]:
	samples *= 4
	known = _some_leads(size, samples + 1)
	phones = [lead.phone for lead in known]
	for who, users in staff.who().items():
		yield question("search bar, a phone number", who, users, lambda user, n: find(phones[n]), samples, LOOKUP_MS, p95=True)
	of_store = lambda user, n: find(_lead_of(user, n, by_store).phone)  # noqa: E731
	by_store = _leads_by_store(known)
	yield question("search bar, a phone number of the own store", "consultant", _with_leads(staff.consultants, by_store), of_store, samples, LOOKUP_MS, p95=True)
	yield question("search bar, two characters of a name", "consultant", staff.consultants, lambda user, n: find(known[n].lead_name[:2]), samples // 4, LIST_MS)
	desk = _with_leads(staff.receptionists, by_store)
	at_desk = lambda user, n: reception.look_up(_store_of(user, by_store), _lead_of(user, n, by_store).phone)  # noqa: E731
	yield question("reception, a known phone number", "receptionist", desk, at_desk, samples, RECEPTION_MS, p95=True)
	nobody = lambda user, n: reception.look_up(_store_of(user, by_store), f"137{n:08d}")  # noqa: E731
	# Each asks less often than the group allows within an hour, as the log of it is rolled back.
	yield question("reception, a number that nobody has", "receptionist", desk, nobody, samples, RECEPTION_MS, p95=True)
	keys = [joining.open_key(lead.dealership, lead.phone) for lead in known]
	twin = lambda user, n: joining.find_open(keys[n], apart_from="")  # noqa: E731
	yield question("duplicate check when a lead is saved", "–", ("Administrator",), twin, samples, LOOKUP_MS, p95=True)


def _saves(size: Size, staff: Staff, samples: int) -> Iterator[dict]:
	by_store = _leads_by_store(_some_leads(size, samples * 8, status="Open"))
	users = _with_leads(staff.managers, by_store)

	def change(user: str, number: int) -> Any:
		lead = frappe.get_doc(LEAD, _lead_of(user, number, by_store).name)
		lead.needs = f"客户第 {number} 次询问"
		return lead.save().name

	def add(user: str, number: int) -> Any:
		values = {"lead_name": "王新", "phone": f"136{number:08d}", "source": "Store Website", "dealership": _store_of(user, by_store)}
		return frappe.get_doc({"doctype": LEAD, **values, "interested_model": models()[0]}).insert().name

	yield question("an open lead opened, changed and saved", "manager of a store", users, change, max(2, samples // 2))
	yield question("a new lead saved and given to a consultant", "manager of a store", users, add, max(2, samples // 8))


def _some_leads(size: Size, number: int, **filters) -> list:
	"""Evenly out of all leads that have these values."""
	step = max(1, size.rows // (number * (30 if filters else 1)))
	names = [f"LD-{size.first + position:07d}" for position in range(1, size.rows + 1, step)]
	rows = frappe.get_all(LEAD, {"name": ["in", names], **filters}, ["name", "lead_name", "phone", "dealership"], order_by="name")
	return list(islice(cycle(rows), number))


def _leads_by_store(leads: list) -> dict[str, list]:
	stores: dict[str, list] = {}
	for lead in leads:
		stores.setdefault(lead.dealership, []).append(lead)
	return stores


def _store_of(user: str, by_store: dict[str, list]) -> str:
	return next(store for store in by_store if f".{store.lower()}@" in user)


def _with_leads(users: tuple[str, ...], by_store: dict[str, list]) -> tuple[str, ...]:
	return tuple(user for user in users if any(f".{store.lower()}@" in user for store in by_store))


def _lead_of(user: str, number: int, by_store: dict[str, list]) -> Any:
	leads = by_store[_store_of(user, by_store)]
	return leads[number % len(leads)]


# Assignment, and the jobs of the night


def _assignment(size: Size) -> tuple[dict, list[str]]:
	"""10,000 leads given by rule, and some of them one by one for comparison; nothing of it remains."""
	free = {"status": "Open", "sales_consultant": ["is", "not set"], "dealership": ["in", size.stores]}
	names = frappe.get_all(LEAD, free, pluck="name", limit=ASSIGN, order_by="received_on")
	with request("Administrator"):
		taken = Memory.of(give_by_rule, names)
	given = taken["result"]["given"]
	row = job("leads without consultant given by rule", given, taken, ASSIGN_SECONDS)
	singles = names[:50]
	with request("Administrator"):
		seconds = Memory.of(_give_one_by_one, singles)["seconds"]
	ratio = seconds / len(singles) / (taken["seconds"] / max(given, 1))
	note = f"Given one by one, as documents, a lead takes {seconds / len(singles) * 1000:,.0f} ms: in sets it is {ratio:,.0f} times as fast."
	return row, [note]


def _give_one_by_one(names: list[str]) -> None:
	for name in names:
		lead = frappe.get_doc(LEAD, name)
		lead.sales_consultant = person("Sales Consultant", lead.dealership)
		lead.save()


def _night(commit: bool) -> Iterator[dict]:
	"""The night's jobs over everything at once, which is a night's work of months: each night only those change hands whose time is over."""
	if commit:
		_keep()
	try:
		with as_in_test(not commit):
			is_open = frappe.db.count(LEAD, {"status": "Open"})
			yield job("score of all open leads", is_open, Memory.of(score.recompute_open_leads))
			taken = Memory.of(recycle.warn)
			yield job("consultants warned of idle leads", taken["result"], taken)
			_let_a_day_pass(commit)
			taken = Memory.of(recycle.recycle)
			yield job("idle leads to the pool", taken["result"], taken)
	finally:
		if commit:
			_put_back()


def _let_a_day_pass(commit: bool) -> None:
	lead = frappe.qb.DocType(LEAD)
	yesterday = add_days(now_datetime(), -1)
	frappe.qb.update(lead).set(lead.recycle_warned_on, yesterday).where((lead.status == "Open") & lead.recycle_warned_on.isnotnull()).run()
	if commit:
		frappe.db.commit()


def _keep() -> None:
	"""A copy of what the jobs change."""
	columns = ", ".join(f"`{field}`" for field in KEPT_FIELDS)
	frappe.db.sql_ddl(f"create table {KEPT} (primary key (name)) select name, {columns} from `tab{LEAD}` where status = 'Open'")


def _put_back() -> None:
	"""Whatever a run changed, also one that was killed."""
	if not frappe.db.sql(f"show tables like '{KEPT}'"):
		return
	changes = ", ".join(f"lead.`{field}` = kept.`{field}`" for field in KEPT_FIELDS)
	frappe.db.sql(f"update `tab{LEAD}` lead join {KEPT} kept on kept.name = lead.name set {changes}")
	frappe.db.delete("C4S Lead Movement", {"movement": "Recycled"})
	frappe.db.delete("Notification Log", {"for_user": ["like", f"%@{person('', '').partition('@')[2]}"]})
	frappe.db.commit()
	frappe.db.sql_ddl(f"drop table {KEPT}")


def _jobs_of_fill(state: dict) -> list[dict]:
	"""What writes sets after an update of the app was timed when the data were made."""
	steps = state["steps"]
	return [
		job("update: leads placed in their workflow", state["rows"], steps["place"]),
		job("update: keys, next steps and response times of old leads", state["rows"], steps["complete"]),
	]


def _note_on_placing(state: dict) -> str:
	a_second = state["rows"] / state["steps"]["place"]["seconds"]
	minutes, batch = 10_000_000 / a_second / 60, BATCH / a_second
	return (
		f"At that rate ten million visits are placed in {minutes:,.0f} minutes, in transactions of {BATCH:,} rows and {batch:,.1f} s each. That is reckoned, not measured:"
		" the batches follow the primary key, so each costs the same, and nothing is kept from one to the next."
	)


def _counts(size: Size) -> str:
	counted = {doctype: frappe.db.count(doctype) for doctype in (LEAD, "C4S Customer", RELATIONSHIP, VISIT)}
	names = ", ".join(f"{number:,} {doctype.removeprefix('C4S ')}" for doctype, number in counted.items())
	return f"{names} in {len(size.stores)} stores of unequal size with {size.consultants} consultants each; {frappe.db.count(LEAD, {'status': 'Open'}):,} leads are open."
