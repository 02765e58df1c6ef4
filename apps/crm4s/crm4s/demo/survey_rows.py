"""Who was invited to surveys in the last months: answered, opened and left, or never looked at, by which channel."""

from datetime import datetime, time, timedelta

import frappe
from frappe.utils import get_datetime, getdate

from crm4s.demo.chance import SEED, one, stream
from crm4s.demo.generate import Demo
from crm4s.demo.group import OUTLETS
from crm4s.messages.outbox import DELIVERED, MESSAGE, SENT
from crm4s.messages.texts import HIDDEN
from crm4s.rows.names import Series
from crm4s.rows.writer import Writes

STREAM = 40
INVITATION, RESPONSE, VISIT, RULE = "C4S Survey Invitation", "C4S Survey Response", "C4S Service Visit", "C4S Invitation Rule"
DAYS, VALID_DAYS, AFTER_DAYS = 90, 14, 3
KINDS = ("SSI", "CSI")
# By which an answer came, and the kind of channel that had brought the invitation.
BROUGHT = {"WeChat": "WeChat", "SMS": "SMS"}
CHANNELS = {"WeChat": 6, "SMS": 3, "E-Mail": 1}
# Of those who did not answer: opened it, never did, could not be reached.
UNANSWERED, OPENED, NOT_SENT = 1.7, 0.3, 0.08
COSTS = {"SMS": 0.05}


def write_invitations(demo: Demo) -> None:
	rng, since = stream(SEED, STREAM), demo.now.date() - timedelta(days=DAYS)
	rules = {row.survey: row.name for row in frappe.get_all(RULE, fields=["survey", "name"], order_by="name desc")}
	answered = _answered(since, list(rules))
	rows = [_row(row.survey, rules, row, getdate(row.responded_on) - timedelta(days=one(rng, [0, 1, 1, 2])), BROUGHT[row.channel], row) for row in answered]
	service = frappe.db.get_value("C4S Survey", {"survey_kind": "CSI", "name": ["in", list(rules) or [""]]})
	if service:
		others = _visited(since, demo.now, {row.customer for row in answered})
		for visit in others[: int(len(answered) * UNANSWERED)]:
			day = getdate(visit.settled_on) + timedelta(days=AFTER_DAYS)
			rows.append(_row(service, rules, visit, day, None if rng.random() < NOT_SENT else one(rng, list(CHANNELS), list(CHANNELS.values()))))
			rows[-1]["opened"] = rows[-1]["channel"] and rng.random() < OPENED
	rows.sort(key=lambda row: (row["due_on"], row["customer"]))
	_write(rows, demo.now)


def _answered(since, surveys: list[str]) -> list:
	filters = {
		"survey": ["in", surveys or [""]], "survey_kind": ["in", KINDS], "channel": ["in", list(BROUGHT)], "responded_on": [">=", since],
		"customer": ["is", "set"], "dealership": ["in", OUTLETS],
	}
	fields = ["name", "survey", "customer", "vehicle", "dealership", "service_visit", "deal", "lead", "channel", "responded_on"]
	return frappe.get_all(RESPONSE, filters, fields, order_by="responded_on, name", limit_page_length=0)


def _visited(since, now: datetime, without: set[str]) -> list:
	until = now.date() - timedelta(days=AFTER_DAYS)
	filters = {"status": "Settled", "settled_on": ["between", [since, until]], "customer": ["is", "set"], "dealership": ["in", OUTLETS]}
	fields = ["name as service_visit", "customer", "vehicle", "dealership", "settled_on"]
	found, seen = [], set(without)
	for row in frappe.get_all(VISIT, filters, fields, order_by="settled_on desc, name", limit_page_length=0):
		if row.customer not in seen:
			seen.add(row.customer)
			found.append(row)
	# Spread over all the weeks.
	return found[::3]


def _row(survey: str, rules: dict, about, day, channel: str | None, response=None) -> dict:
	links = {field: about.get(field) for field in ("customer", "vehicle", "dealership", "service_visit", "deal", "lead")}
	return {**links, "survey": survey, "rule": rules[survey], "due_on": day, "channel": channel, "response": response, "opened": False}


def _write(rows: list[dict], now: datetime) -> None:
	names = dict(frappe.get_all("C4S Customer", {"name": ["in", [row["customer"] for row in rows] or [""]]}, ["name", "customer_name"], as_list=True, limit_page_length=0))
	titles = dict(frappe.get_all("C4S Survey", fields=["name", "title"], as_list=True))
	purpose = {row.name: row for row in frappe.get_all(RULE, fields=["name", "purpose", "template"])}
	channels = dict(frappe.get_all("C4S Message Channel", fields=["channel_kind", "name"], order_by="name desc", as_list=True))
	writes = Writes()
	for name, row in zip(Series(INVITATION).reserve(rows), rows, strict=True):
		channel, response, opened, day = row.pop("channel"), row.pop("response"), row.pop("opened"), row["due_on"]
		sent_on, expires_on = datetime.combine(day, time(10, 15)), datetime.combine(day + timedelta(days=VALID_DAYS), time(23, 59))
		answered_on = get_datetime(response.responded_on) if response else None
		opened_on = answered_on - timedelta(minutes=4) if answered_on else sent_on + timedelta(hours=3) if opened else None
		row |= {
			"title": f"{names.get(row['customer'], '')} · {titles[row['survey']]}"[:140], "expires_on": expires_on, "opened_on": opened_on, "answered_on": answered_on,
			"status": "Answered" if response else "Expired" if expires_on < now else "Opened" if opened else "Invited",
			"response": response.name if response else None, "source_key": f"demo:invitation:{name}", "creation": sent_on, "modified": answered_on or sent_on,
		}
		writes.insert(INVITATION, {"name": name, **row})
		if channel:
			writes.insert(
				MESSAGE,
				{
					"customer": row["customer"], "vehicle": row["vehicle"], "dealership": row["dealership"], "purpose": purpose[row["rule"]].purpose,
					"template": purpose[row["rule"]].template, "channels": channel, "channel_kind": channel, "channel": channels.get(channel), "attempts": 1,
					"status": DELIVERED if channel == "SMS" else SENT, "sent_on": sent_on, "delivered_on": sent_on + timedelta(seconds=9) if channel == "SMS" else None,
					"cost": COSTS.get(channel, 0), "sent_text": f"{names.get(row['customer'], '')}您好，感谢光临。请用两分钟评价这次服务：{HIDDEN}", "reference_doctype": INVITATION, "reference_name": name,
					"source_key": f"survey:{name}:1", "values_json": "{}", "creation": sent_on, "modified": sent_on,
				},
			)
	writes.flush()
