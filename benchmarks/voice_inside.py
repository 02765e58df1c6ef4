"""The part of benchmarks/voice.py that measures inside the site; tests use it on a few hundred customers."""

import frappe
from frappe.utils import getdate, nowdate

from benchmarks.measuring import job, let_database_catch_up, question
from benchmarks.memory import Memory
from benchmarks.rows import as_in_test
from benchmarks.voice_fill import AGENT, MANAGER, STORES
from crm4s.crm4s.report.c4s_recommendation import c4s_recommendation as recommendation
from crm4s.crm4s.report.c4s_satisfaction_drivers import c4s_satisfaction_drivers as drivers
from crm4s.crm4s.report.c4s_satisfaction_index import c4s_satisfaction_index as index
from crm4s.crm4s.report.c4s_survey_voices import c4s_survey_voices as voices
from crm4s.interactions import api as centre
from crm4s.surveys import inviting

REPORT_MS, POP_MS = 3000, 200
INVITATIONS_A_SECOND = 1000
RULE, INVITATION, MESSAGE = "C4S Invitation Rule", "C4S Survey Invitation", "C4S Message"
ADMINISTRATOR = ("Administrator",)
SLICE = 20_000


def run(filled: dict, commit: bool = True, samples: int = 5) -> dict:
	if commit:
		let_database_catch_up()
	survey = filled["survey"]
	asked = []
	for whose, numbers in (("of the own store", _numbers("=", samples)), ("of another store", _numbers("!=", samples)), ("unknown", [f"137{number:08d}" for number in range(99)])):
		look = lambda _user, number, numbers=numbers: centre.caller(STORES[0], numbers[number % len(numbers)])
		asked.append(question(f"who is on the line, {whose}", "agent", (AGENT,), look, samples * 4, POP_MS, p95=True))
	report = lambda what, execute, users, **filters: question(what, "group" if users == ADMINISTRATOR else "store", users, lambda _user, _n: execute(dict(filters)), samples, REPORT_MS)
	for view in ("Month", "Store", "Service Advisor", "Indicator"):
		asked.append(report(f"satisfaction index by {view.lower()}, {filled['responses']:,} responses", index.execute, ADMINISTRATOR, view=view))
	asked.append(report("satisfaction index by month", index.execute, (MANAGER,), view="Month"))
	asked.append(report("recommendation by store", recommendation.execute, ADMINISTRATOR, view="Store"))
	asked.append(report("what moves the recommendation", drivers.execute, ADMINISTRATOR, survey=survey))
	asked.append(report(f"key words of {filled['texts']:,} texts", voices.execute, ADMINISTRATOR))
	job_of, twice = _invite(survey, commit)
	return {"questions": asked, "jobs": [job_of], "twice": twice}


def _numbers(wanted: str, samples: int) -> list[str]:
	"""Phones of customers whom the store knows (=), or only another one does (!=)."""
	rows = frappe.db.sql(f"select customer from `tabC4S Store Relationship` where dealership {wanted} %s order by name desc limit %s", (STORES[0], samples * 5))
	return [frappe.db.get_value("C4S Customer", row[0], "primary_phone") for row in rows]


def _invite(survey: str, commit: bool) -> tuple[dict, int]:
	"""The rule's day, and the same day again."""
	with as_in_test(not commit):
		_take_away(commit)
		name = frappe.get_doc(
			{
				"doctype": RULE, "rule_name": "VB", "survey": survey, "trigger": "After Visit", "offset_days": 3, "enabled": 1, "valid_days": 14,
				"channels": [{"channel": "SMS"}], **_sent_with(),
			}
		).insert().name
		if commit:
			frappe.db.commit()
		taken = Memory.of(inviting.run_rule, name, getdate(nowdate()))
		made = taken["result"]
		row = job("invitations with their messages, queued", made, taken, max(made // INVITATIONS_A_SECOND, 1), 256)
		again = inviting.run_rule(name, getdate(nowdate()))
		if made != frappe.db.count(INVITATION, {"rule": name}) or made != frappe.db.count(MESSAGE, {"reference_doctype": INVITATION}):
			raise AssertionError("Not every invitation has its message.")
		_take_away(commit)
	return row, again


def _sent_with() -> dict:
	template = frappe.get_all("C4S Message Template", {"placeholders": ["like", "%link%"], "enabled": 1}, ["name", "purpose"], limit=1)[0]
	return {"template": template.name, "purpose": template.purpose}


def _take_away(commit: bool) -> None:
	for doctype, filters in ((MESSAGE, f"reference_doctype = '{INVITATION}'"), (INVITATION, "rule = 'VB'")):
		while frappe.db.sql(f"select name from `tab{doctype}` where {filters} limit 1"):
			frappe.db.sql(f"delete from `tab{doctype}` where {filters} limit {SLICE}")
			if commit:
				frappe.db.commit()
	if frappe.db.exists(RULE, "VB"):
		frappe.delete_doc(RULE, "VB", force=True)
	if commit:
		frappe.db.commit()
