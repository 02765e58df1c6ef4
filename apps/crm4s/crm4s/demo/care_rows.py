"""What care leaves behind in a few days: consents, calls in every state, messages in every state. Found by the rules of the site itself.

Nothing is ever sent: no channel but the desk's own is switched on, and what stands as sent was written so.
"""

from datetime import date, datetime, time, timedelta

import frappe
from frappe.utils import getdate

from crm4s.care import run
from crm4s.demo.chance import SEED, one, stream
from crm4s.demo.generate import Demo
from crm4s.demo.group import OUTLETS, users_of
from crm4s.messages import consent
from crm4s.messages.decision import NO_CONSENT, Reason
from crm4s.messages.outbox import DEAD, DELIVERED, FAILED, MESSAGE, SENT, SUPPRESSED
from crm4s.messages.rows import sentence
from crm4s.relationship_costs import MESSAGE as MESSAGE_COST
from crm4s.relationship_costs import Cost, note_costs
from crm4s.retention import contacts
from crm4s.rows.writer import Writes, update_rows

CONSENTS, CALLS, MESSAGES = 31, 32, 33
EVIDENCE = "演示数据"
CUSTOMER, TASK, ATTEMPT, RULE, CASE = "C4S Customer", "C4S Care Task", "C4S Care Attempt", "C4S Care Rule", "C4S Retention Case"
# What a group like this one would begin with.
RULES = (
	*("Service Reminder", "First Service Reminder", "Insurance Renewal", "Inspection Reminder", "Warranty Ends", "Low Score Call"),
	*("Word While Waiting", "Car About to Leave", "Birthday Greeting", "Thanks After a Visit", "Recall Call"),
)
DAYS_BACK = 4
AGREE, WITHDRAW = 0.62, 0.05
# Of calls of earlier days, and of those of today: what came of them; "" is not tried yet.
EARLIER = {"Reached": 10, "Refused": 2, "Wrong Number": 1, "No Answer": 3, "": 3}
TODAY = {"Reached": 3, "No Answer": 1, "Call Later": 1, "": 9}
CLOSES = ("Reached", "Refused", "Wrong Number")
NOTES = {"Reached": ("客户已知晓，近期会预约", "说最近忙，月底再约", "已约定周末带家人一起来"), "Refused": ("暂不需要", "已在别处办理"), "Wrong Number": ("接电话的人不认识客户",), "No Answer": ("无人接听",), "Call Later": ("在开会，约定时间再打",)}
STATES = {DELIVERED: 14, SENT: 3, FAILED: 1, DEAD: 1}
PRICE = 0.05


def write_consents(demo: Demo) -> None:
	"""Who agreed to be written to, when the store took them up, and who withdrew that since."""
	rng, stores = stream(SEED, CONSENTS), _stores()
	decisions = []
	for customer, store, since in stores:
		if rng.random() > AGREE:
			continue
		given = datetime.combine(since, time(10, 0)) + timedelta(minutes=int(rng.integers(0, 400)))
		means = one(rng, ["In Person", "On Paper", "Web Form"])
		decisions.append(consent.Decision(customer, "Given", means, decided_on=min(given, demo.now), dealership=store, evidence=EVIDENCE))
		if rng.random() < WITHDRAW:
			later = min(given + timedelta(days=int(rng.integers(5, 200))), demo.now)
			decisions.append(consent.Decision(customer, "Withdrawn", "Unsubscribe Link", decided_on=later, dealership=store, evidence=EVIDENCE))
	consent.note(decisions)


def write_care(demo: Demo) -> None:
	"""A run of the rules for each of the last days, and what people made of what it found."""
	language, frappe.local.lang = frappe.local.lang, "zh"
	for name in RULES:
		if frappe.db.exists(RULE, name):
			frappe.db.set_value(RULE, name, {"enabled": 1, "last_run_for": None}, update_modified=False)
	today = demo.now.date()
	for back in range(DAYS_BACK, -1, -1):
		run.run_all(today=today - timedelta(days=back))
	_work_on_calls(demo, today)
	_send(demo, today)
	contacts.open_due_calls()
	frappe.local.lang = language


def _stores() -> list[tuple[str, str, date]]:
	"""Each customer with the store that took it up first."""
	found: dict[str, tuple] = {}
	filters = {"customer": ["in", frappe.get_all(CUSTOMER, {"external_key": ["like", "demo:%"]}, pluck="name", limit_page_length=0)]}
	for row in frappe.get_all("C4S Store Relationship", filters, ["customer", "dealership", "since"], order_by="customer, since, dealership", limit_page_length=0):
		found.setdefault(row.customer, (row.customer, row.dealership, getdate(row.since)))
	return list(found.values())


def _work_on_calls(demo: Demo, today: date) -> None:
	rng, writes, changes = stream(SEED, CALLS), Writes(), []
	people = {store: users_of(demo.staff, "CRM Specialist", store) or users_of(demo.staff, "Customer Service Representative", store) for store in OUTLETS}
	filters = {"status": "Open", "attempts": 0, "due_on": ["<=", today], "rule": ["in", RULES]}
	for task in frappe.get_all(TASK, filters, ["name", "due_on", "dealership", "assigned_to", "reference_doctype"], order_by="due_on, due_key", limit_page_length=0):
		weights = TODAY if task.due_on == today else EARLIER
		outcome = one(rng, list(weights), list(weights.values()))
		team = people.get(task.dealership) or []
		who = task.assigned_to or (one(rng, team) if team and (outcome or rng.random() < 0.5) else None)
		row = {"name": task.name, "assigned_to": who}
		# A call of a retention case goes its own way.
		if outcome and who and task.reference_doctype != CASE:
			made = _moment(rng, task.due_on, demo.now)
			note = one(rng, NOTES[outcome])
			writes.insert(ATTEMPT, {"parent": task.name, "parenttype": TASK, "parentfield": "attempts_made", "idx": 1, "attempted_on": made, "outcome": outcome, "attempted_by": who, "note": note})
			closed = outcome in CLOSES
			row |= {
				"attempts": 1, "outcome": outcome, "status": "Done" if closed else "Open", "closed_on": made if closed else None,
				"closed_by": who if closed else None,
				"next_call_on": None if closed else datetime.combine(today, time(16, 30)) + timedelta(days=int(rng.integers(0, 2))),
			}
		changes.append(row)
	update_rows(TASK, changes)
	writes.flush()


def _moment(rng, day: date, now: datetime) -> datetime:
	moment = datetime.combine(day, time(9, 30)) + timedelta(minutes=int(rng.integers(0, 420)))
	return min(moment, now - timedelta(minutes=int(rng.integers(1, 60))))


def _send(demo: Demo, today: date) -> None:
	"""Messages of earlier days in the state in which a channel would have left them; those of today wait until tomorrow."""
	rng, changes, costs = stream(SEED, MESSAGES), [], []
	consenting = agreed()
	fields = ["name", "customer", "template", "dealership", "reference_name", "source_key"]
	waiting = frappe.get_all(MESSAGE, {"status": "To Be Sent", "reference_doctype": TASK}, fields, order_by="source_key", limit_page_length=0)
	due = dict(frappe.get_all(TASK, {"name": ["in", [row.reference_name for row in waiting] or [""]]}, ["name", "due_on"], as_list=True, limit_page_length=0))
	phones = dict(frappe.get_all(CUSTOMER, {"name": ["in", [row.customer for row in waiting] or [""]]}, ["name", "masked_phone"], as_list=True, limit_page_length=0))
	channel = frappe.db.get_value("C4S Message Channel", {"channel_kind": "SMS"})
	for row in waiting:
		day = due.get(row.reference_name) or today
		if day >= today:
			tomorrow = datetime.combine(today + timedelta(days=1), time(9, 30))
			changes.append({"name": row.name, "not_before": tomorrow, "next_attempt_on": tomorrow})
			continue
		if row.customer not in consenting:
			changes.append({"name": row.name, "status": SUPPRESSED, "reason": sentence(Reason("{channel}: the customer has given no consent.", {"channel": "SMS"})), "reason_kind": NO_CONSENT})
			continue
		status, sent_on = one(rng, list(STATES), list(STATES.values())), _moment(rng, day, demo.now)
		is_sent = status in (SENT, DELIVERED)
		changes.append(
			{
				"name": row.name, "status": status, "channel_kind": "SMS", "channel": channel, "masked_address": phones.get(row.customer),
				"attempts": 1, "sent_on": sent_on if is_sent else None, "delivered_on": sent_on + timedelta(seconds=8) if status == DELIVERED else None,
				"cost": PRICE if is_sent else 0, "sent_text": "（演示：短信正文）" if is_sent else None,
				"reason": {FAILED: "号码已停机", DEAD: "通道多次无响应，请检查设置后重新发送"}.get(status),
			}
		)
		if is_sent:
			costs.append(Cost(f"message:{row.name}", row.customer, MESSAGE_COST, PRICE, day, row.dealership, MESSAGE, row.name))
	update_rows(MESSAGE, changes)
	note_costs(costs)


def agreed() -> set[str]:
	latest: dict[str, str] = {}
	for row in frappe.get_all(consent.CONSENT, fields=["customer", "decision"], order_by="decided_on, creation, name", limit_page_length=0):
		latest[row.customer] = row.decision
	return {customer for customer, decision in latest.items() if decision == "Given"}
