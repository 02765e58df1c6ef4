"""What reaches a store besides visits and purchases: contacts of every channel, voices for the manufacturer, mystery visits and assessments, what is
improved because of them, and how far overdue complaints have climbed.

Few documents go through their own steps; the many are written as rows.
"""

from datetime import datetime, timedelta

import frappe
from frappe.utils import add_days

from crm4s.audits import steps
from crm4s.demo.chance import SEED, one, stream
from crm4s.demo.generate import Demo
from crm4s.demo.group import OUTLETS, users_of
from crm4s.demo.standards import table
from crm4s.escalation import climbing, planning
from crm4s.rows.names import Series
from crm4s.rows.writer import Writes, update_rows
from crm4s.surveys import low_scores, questions, versions

CONTACTS, AUDITS, ACTIONS = 36, 37, 38
INTERACTION, REPORT, AUDIT, ACTION = "C4S Interaction", "C4S Manufacturer Report", "C4S Store Audit", "C4S Improvement Action"
CATEGORY, COMPLAINT, RESPONSE, ANSWER = "C4S Interaction Category", "C4S Complaint", "C4S Survey Response", "C4S Survey Answer"
CONTACT_COUNT, CONTACT_DAYS, OPEN_DAYS = 320, 60, 2
CHANNELS = {"Phone": 62, "WeChat": 14, "Web": 9, "E-mail": 8, "Visit": 4, "SMS": 2, "Fax": 1}
WRITTEN = ("WeChat", "Web", "E-mail", "SMS", "Fax")
OUTBOUND, RESOLVED_AT_ONCE, MISSED = 0.18, 0.68, 8
KINDS = {"Enquiry": 40, "Appointment": 18, "Feedback": 9, "Suggestion": 7, "Other": 7, "Complaint": 5, "Claim": 4, "Rescue": 3, "Design Wish": 5, "Safety Concern": 2}
# Days back of each store's mystery visits and assessments; those of the second row follow up the first.
MYSTERY_DAYS, ASSESSMENT_DAYS = (170, 45), (220, 60)
MOOD = {"QL-YT1": 0.86, "QL-LJ1": 0.74, "QL-QH1": 0.8}


def write_contacts(demo: Demo) -> None:
	rng, words = stream(SEED, CONTACTS), table("contacts")
	wanted = _categories()
	stores = [_Store(demo, node) for node in OUTLETS]
	rows = [_contact(rng, demo.now, one(rng, stores), words, wanted) for _number in range(CONTACT_COUNT)]
	rows += [_missed(rng, demo.now, one(rng, stores)) for _number in range(MISSED)]
	rows.sort(key=lambda row: row["received_on"])
	writes = Writes()
	for name, row in zip(Series(INTERACTION).reserve(rows), rows, strict=True):
		writes.insert(INTERACTION, {"name": name, **row, "creation": row["received_on"], "modified": row.get("closed_on") or row["received_on"]})
	writes.flush()
	_tell_manufacturer(demo.now)


class _Store:
	"""A store with who takes its calls, and its customers with their cars."""

	def __init__(self, demo: Demo, node: str):
		self.node = node
		self.agents = users_of(demo.staff, "Customer Service Representative", node) or users_of(demo.staff, "CRM Specialist", node)
		self.customers = frappe.db.sql(
			"""select relationship.customer, customer.primary_phone, customer.masked_phone, car.name, car.model
			from `tabC4S Store Relationship` relationship
			join `tabC4S Customer` customer on customer.name = relationship.customer
			join `tabC4S Vehicle` car on car.current_owner = customer.name
			where relationship.dealership = %s and customer.primary_phone is not null order by relationship.customer, car.name limit 600""",
			node,
		)


def _categories() -> dict[str, list[str]]:
	found: dict[str, list[str]] = {}
	for row in frappe.get_all(CATEGORY, {"is_group": 0, "enabled": 1}, ["name", "kind"], order_by="sequence, name"):
		found.setdefault(row.kind, []).append(row.name)
	return found


def _contact(rng, now: datetime, store: _Store, words: dict, categories: dict) -> dict:
	kind = one(rng, [kind for kind in KINDS if kind in categories], [KINDS[kind] for kind in KINDS if kind in categories])
	channel = one(rng, list(CHANNELS), list(CHANNELS.values()))
	received = _in_opening_hours(rng, now - timedelta(days=float(rng.uniform(0, CONTACT_DAYS))), now)
	customer, phone, masked, car, model = one(rng, store.customers)
	said, answer = one(rng, words["said"][kind])
	agent = one(rng, store.agents)
	row = {
		"customer": customer, "contact_phone": phone, "masked_phone": masked, "vehicle": car, "model": model, "dealership": store.node, "channel": channel,
		"direction": "Outbound" if channel == "Phone" and rng.random() < OUTBOUND else "Inbound", "category": one(rng, categories[kind]), "kind": kind,
		"received_on": received, "said": said, "subject": said[:80], "handler": agent, "agent": agent, "due_on": received + timedelta(hours=4),
	}
	if channel == "Phone":
		row |= {"started_on": received, "ended_on": received + timedelta(seconds=int(rng.integers(40, 540)))}
	return row | _progress(rng, now, row, answer)


def _progress(rng, now: datetime, row: dict, answer: str) -> dict:
	"""Older contacts are closed, most calls at once; of the last days some wait."""
	at_once = row["channel"] not in WRITTEN and rng.random() < RESOLVED_AT_ONCE
	if not at_once and row["received_on"] > now - timedelta(days=OPEN_DAYS) and rng.random() < 0.6:
		return {"status": "Open"}
	minutes = rng.uniform(1, 9) if at_once else rng.exponential(110) + 10
	answered = row["received_on"] + timedelta(minutes=float(minutes))
	if answered > now:
		return {"status": "Open"}
	row = {"status": "Answered", "answered_on": answered, "answer": answer}
	closed = answered + timedelta(minutes=0 if at_once else float(rng.uniform(5, 600)))
	if closed > now:
		return row
	return {**row, "status": "Closed", "closed_on": closed, "first_contact_resolved": int(at_once)}


def _missed(rng, now: datetime, store: _Store) -> dict:
	"""A call that nobody took; the older ones were called back."""
	received = _in_opening_hours(rng, now - timedelta(days=float(rng.uniform(0, 8))), now)
	customer, phone, masked, car, model = one(rng, store.customers)
	row = {
		"customer": customer, "contact_phone": phone, "masked_phone": masked, "vehicle": car, "model": model, "dealership": store.node, "channel": "Phone",
		"direction": "Inbound", "received_on": received, "subject": "未接来电", "missed": 1, "due_on": received + timedelta(hours=2), "status": "Open",
	}
	if received > now - timedelta(days=1):
		return row
	agent = one(rng, store.agents)
	back = received + timedelta(minutes=float(rng.uniform(10, 200)))
	return {**row, "status": "Closed", "handler": agent, "agent": agent, "answered_on": back, "closed_on": back, "answer": "已回电"}


def _in_opening_hours(rng, day: datetime, now: datetime) -> datetime:
	moment = day.replace(hour=int(rng.integers(9, 18)), minute=int(rng.integers(0, 60)), second=0, microsecond=0)
	return min(moment, now - timedelta(minutes=10))


def _tell_manufacturer(now: datetime) -> None:
	"""The wishes for the most wished model were sent on and answered; a concern is being collected."""
	for kind, status, title in (("Design Wish", "Answered", "希望后排增加快充接口"), ("Safety Concern", "Collecting", "雨天倒车影像模糊")):
		voices = frappe.get_all(INTERACTION, {"kind": kind, "model": ["is", "set"]}, ["name", "model"], order_by="received_on")
		if not voices or frappe.db.exists(REPORT, {"title": title}):
			continue
		models = [row.model for row in voices]
		model = max(sorted(set(models)), key=models.count)
		joined = [row.name for row in voices if row.model == model]
		report = frappe.get_doc({"doctype": REPORT, "title": title, "kind": kind, "model": model, "description": title}).insert(ignore_permissions=True)
		values = {"voices": len(joined)}
		if status == "Answered":
			values |= {"status": status, "sent_on": now - timedelta(days=12), "sent_by": "Administrator", "answered_on": now - timedelta(days=3), "manufacturer_answer": "下一年款起标配。"}
		report.db_set(values, update_modified=False)
		frappe.db.set_value(INTERACTION, {"name": ["in", joined]}, "manufacturer_report", report.name, update_modified=False)


def write_audits(demo: Demo) -> None:
	"""Of each store two mystery visits and two assessments, the second better than the first; one to come, one that waits to be published."""
	rng = stream(SEED, AUDITS)
	auditor = next(person.user for person in demo.staff if person.role == "C4S Auditor")
	for kind, days in (("Mystery Shopper", MYSTERY_DAYS), ("On-Site Assessment", ASSESSMENT_DAYS)):
		survey = frappe.get_all("C4S Survey", {"survey_kind": kind, "published_version": ["is", "set"]}, pluck="name", order_by="name")[0]
		asked = frappe.get_doc("C4S Survey", survey).questions
		for node in OUTLETS:
			earlier = None
			for turn, back in enumerate(days):
				values = {"survey": survey, "dealership": node, "auditor": auditor, "follow_up_of": earlier}
				earlier = _audit(rng, demo.now - timedelta(days=back), values, asked, MOOD[node] + 0.09 * turn)
		planned = {"survey": survey, "dealership": OUTLETS[0], "auditor": auditor}
		_plan(planned, demo.now, 1)
		if kind == "Mystery Shopper":
			waiting = _plan({**planned, "dealership": OUTLETS[1]}, demo.now - timedelta(days=1), 0)
			_fill(rng, waiting, demo.now - timedelta(days=1), asked, 0.8)
			steps.hand_in(waiting)


def _plan(values: dict, day: datetime, weeks: int):
	begins = day.date() + timedelta(weeks=weeks)
	scenario = table("contacts")["scenario"] if "神秘" in values["survey"] else None
	return frappe.get_doc({"doctype": AUDIT, **values, "scenario": scenario, "window_from": begins, "window_until": begins + timedelta(days=7)}).insert()


def _audit(rng, moment: datetime, values: dict, asked, mood: float) -> str:
	moment = moment.replace(hour=int(rng.integers(10, 17)), minute=0, second=0, microsecond=0)
	audit = _plan(values, moment, 0)
	_fill(rng, audit, moment, asked, mood)
	steps.hand_in(audit)
	is_poor = audit.audit_kind == "On-Site Assessment" and audit.score < 650
	steps.publish(audit, *(("Warning", "现场评估低于 650 分，限期整改") if is_poor else ()))
	audit.db_set({"published_on": moment + timedelta(days=2), "creation": moment - timedelta(days=10), "modified": moment + timedelta(days=2)}, update_modified=False)
	return audit.name


def _fill(rng, audit, moment: datetime, asked, mood: float) -> None:
	words = table("contacts")["audit_reasons"]
	rows = []
	for question in asked:
		if question.question_kind == "Rating 1-10":
			number = int(min(max(round(10 * mood + rng.normal(0, 1.3)), 1), 10))
			rows.append({"question_row": question.name, "text": str(number), "reason": one(rng, words["good" if number > 6 else "poor"])})
		elif question.question_kind == "Yes/No":
			text = "Yes" if rng.random() < mood else "No"
			if question.code == "FORCED":
				text = "No"
			rows.append({"question_row": question.name, "text": text, "reason": one(rng, words["poor"]) if text == "No" else None})
		elif question.question_kind == "Text":
			rows.append({"question_row": question.name, "text": one(rng, words["words"])})
	audit.set("answers", rows)
	audit.visited_on = moment
	audit.save()


def write_actions(demo: Demo) -> None:
	"""What is improved because of complaints and audits: open, overdue, done, and looked at whether it helped."""
	rng, words, today = stream(SEED, ACTIONS), table("contacts")["actions"], demo.now.date()
	about = [(COMPLAINT, row) for row in frappe.get_all(COMPLAINT, {"status": "Closed", "root_cause": ["is", "set"], "dealership": ["in", OUTLETS]}, ["name", "dealership"], order_by="closed_on desc", limit=6)]
	about += [(AUDIT, row) for row in frappe.get_all(AUDIT, {"status": "Published", "dealership": ["in", OUTLETS]}, ["name", "dealership"], order_by="visited_on desc", limit=6)]
	writes, rows = Writes(), []
	for position, (document_type, row) in enumerate(about):
		subject, what, done, effect = words[position % len(words)]
		people = [user for role in ("Workshop Manager", "CRM Manager", "Dealer Manager", "CRM Specialist") for user in users_of(demo.staff, role, row.dealership)]
		status = ("Open", "Done", "Checked", "Open")[position % 4]
		action = {
			"subject": subject, "what_to_do": what, "kind": ("Corrective", "Preventive")[position % 2], "document_type": document_type, "document_name": row.name, "dealership": row.dealership,
			"responsible": one(rng, people), "status": status, "due_on": add_days(today, (5, -20, -60, -3)[position % 4]), "owner": one(rng, people),
		}
		if status != "Open":
			action |= {"what_was_done": done, "done_on": add_days(today, -25 if status == "Done" else -70), "check_on": add_days(today, 5 if status == "Done" else -40)}
		if status == "Checked":
			action |= {"effect": effect, "checked_on": add_days(today, -38), "checked_by": action["owner"]}
		rows.append(action)
	for name, action in zip(Series(ACTION).reserve(rows), rows, strict=True):
		writes.insert(ACTION, {"name": name, **action})
	writes.flush()


def write_climbed(demo: Demo) -> None:
	"""Complaints of the last days' low scores, and the steps that open complaints have come to; by the jobs of the site itself."""
	low_scores.open_missed()
	planning.SEEN.forget()
	climbing.climb()


def complete_answers() -> None:
	"""What documents derive when they are saved, of those written as rows: who and what is rated, codes and headings, what calls for action, how long a complaint took."""
	response, complaint = f"`tab{RESPONSE}`", f"`tab{COMPLAINT}`"
	frappe.db.sql(f"update {complaint} set closed_loop = timestampdiff(second, received_on, closed_on) where closed_on is not null")
	frappe.db.sql(
		f"""update {response} response left join `tabC4S Service Visit` visit on visit.name = response.service_visit
		left join `tabC4S Lead` source on source.name = response.lead left join `tabC4S Vehicle` car on car.name = response.vehicle
		set response.service_advisor = visit.service_advisor, response.sales_consultant = source.sales_consultant, response.model = car.model
		where response.model is null"""
	)
	contents = {version: versions.content_of(version) for version in set(frappe.get_all(RESPONSE, pluck="version")) if version}
	asked = {question["row"]: question for content in contents.values() for question in content["questions"]}
	given: dict[str, list] = {}
	rows = frappe.get_all(ANSWER, {"parenttype": RESPONSE}, ["name", "parent", "question_row", "text"], limit_page_length=0)
	for row in rows:
		row.is_low = int(questions.is_low(asked[row.question_row], row.text or ""))
		given.setdefault(row.parent, []).append(row)
	changes = [{"name": row.name, "code": asked[row.question_row]["code"], "section": asked[row.question_row]["heading"], "is_low": row.is_low} for row in rows]
	update_rows(ANSWER, changes)
	judged = frappe.get_all(RESPONSE, ["name", "survey", "version", "score", "rated_answers"], limit_page_length=0)
	for row in judged:
		row.answers = given.get(row.name, [])
		low_scores.judge(row, contents[row.version])
	update_rows(RESPONSE, [{"name": row.name, "is_low": row.is_low, "low_because": row.low_because} for row in judged])
