"""Segments, an owner club and campaigns: one that runs, with what came of it against the group held out; an event to come; a plan."""

from datetime import datetime, time, timedelta

import frappe

from crm4s.campaigns import audience, delivery, preview, registrations, results
from crm4s.demo.care_rows import agreed
from crm4s.demo.chance import SEED, stream
from crm4s.demo.generate import Demo
from crm4s.messages.decision import NO_CONSENT, Reason
from crm4s.messages.outbox import DELIVERED, MESSAGE, SUPPRESSED
from crm4s.messages.rows import sentence
from crm4s.rows.writer import Writes
from crm4s.segments import members

TOPIC = 35
SEGMENT, CAMPAIGN, MEMBER, CLUB = "C4S Segment", "C4S Campaign", "C4S Campaign Member", "C4S Owner Club"
SEGMENTS = {
	"有流失风险的私家车主": [("Vehicle", "churn_stage", "in", "At Risk of Leaving, Lost to Us"), ("Customer", "customer_kind", "=", "Private")],
	"高价值客户": [("Customer", "value_level", "=", "High")],
	"忠诚客户": [("Customer", "customer_kind", "=", "Private"), ("Customer", "loyalty_class", "=", "Loyal")],
}
STORE, RESPONSIBLE = "QL-YT1", "crmmanager.yt1@demo.example"
INSPECTION, OPEN_DAY, LAUNCH, CLUB_NAME = "秋季免费检测", "家庭开放日", "新车上市品鉴", "栖澜车友会"
BEGAN_DAYS_AGO, HELD_OUT, PLACES, GUESTS, CLUB_MEMBERS = 60, 20, 30, 24, 36


def write_campaigns(demo: Demo) -> None:
	language, frappe.local.lang = frappe.local.lang, "zh"
	segments = {name: _segment(name, rows) for name, rows in SEGMENTS.items()}
	_club(demo)
	_inspection(demo, segments)
	_open_day(demo, segments)
	_plan(demo)
	frappe.local.lang = language


def _segment(name: str, rows: list[tuple]) -> str:
	known = frappe.db.get_value(SEGMENT, {"segment_name": name})
	if not known:
		filters = [{"group_number": 1, "about": about, "fieldname": field, "operator": operator, "value": value} for about, field, operator, value in rows]
		known = frappe.get_doc({"doctype": SEGMENT, "segment_name": name, "kind": "Filter", "enabled": 1, "filters": filters}).insert().name
	members.refresh(known)
	return known


def _campaign(title: str, demo: Demo, begins: int, ends: int, **values):
	"""A campaign whose days lie so many after today; None where it is there already."""
	if frappe.db.exists(CAMPAIGN, {"title": title}):
		return None
	today = demo.now.date()
	days = {"starts_on": today + timedelta(days=begins), "ends_on": today + timedelta(days=ends)}
	return frappe.get_doc({"doctype": CAMPAIGN, "title": title, "dealership": STORE, "responsible": RESPONSIBLE, **days, **values}).insert()


def _inspection(demo: Demo, segments: dict[str, str]) -> None:
	campaign = _campaign(
		INSPECTION, demo, -BEGAN_DAYS_AGO, 20,
		kind="Free Inspection", goal="让久未到店的客户回厂检查", target_measure="Visits", target=40, budget=6000, hold_out_percent=HELD_OUT,
		purpose="Offers and Events", template="活动邀请", channels=[{"channel": "SMS"}], window_days=60, counts_visits=1, counts_deals=1,
		segments=[{"segment": segments["高价值客户"], "membership": "Invited"}, {"segment": segments["忠诚客户"], "membership": "Invited"}],
		costs=[{"what": "检测用品", "planned_amount": 1500, "amount": 1380}, {"what": "海报与短信", "planned_amount": 800, "amount": 760}],
	)
	if not campaign:
		return
	audience.prepare(campaign.name)
	preview.count(campaign.name)
	for status in (delivery.READY, delivery.RUNNING):
		delivery.move(campaign.name, status)
	delivery.deliver(campaign.name)
	# It was sixty days ago, and what a channel would have sent stands as sent.
	began = datetime.combine(campaign.starts_on, time(10, 0))
	frappe.db.set_value(CAMPAIGN, campaign.name, "launched_on", began, update_modified=False)
	frappe.db.set_value(MEMBER, {"campaign": campaign.name}, {"counted_from": began, "added_on": began}, update_modified=False)
	_send(campaign.name, began)
	results.recount(campaign.name)


def _send(campaign: str, moment: datetime) -> None:
	of_campaign = {"reference_doctype": CAMPAIGN, "reference_name": campaign}
	sent = {"status": DELIVERED, "channel_kind": "SMS", "sent_on": moment, "delivered_on": moment, "attempts": 1, "cost": 0.05}
	refused = {"status": SUPPRESSED, "reason": sentence(Reason("{channel}: the customer has given no consent.", {"channel": "SMS"})), "reason_kind": NO_CONSENT}
	consenting = sorted(agreed())
	frappe.db.set_value(MESSAGE, {**of_campaign, "customer": ["in", consenting or [""]]}, sent, update_modified=False)
	frappe.db.set_value(MESSAGE, {**of_campaign, "customer": ["not in", consenting or [""]]}, refused, update_modified=False)


def _open_day(demo: Demo, segments: dict[str, str]) -> None:
	day = datetime.combine(demo.now.date(), time(10, 0)) + timedelta(days=6)
	campaign = _campaign(
		OPEN_DAY, demo, -5, 10,
		kind="Family Day", goal="车主带家人来店体验", target_measure="Attendees", target=PLACES, budget=4000, purpose="Offers and Events",
		template="活动邀请", event_from=day, event_until=day + timedelta(hours=5), location="云汀店展厅", capacity=PLACES, most_companions=3,
		registration_closes_on=day - timedelta(days=1), window_days=30, counts_leads=1, counts_visits=1,
		segments=[{"segment": segments["高价值客户"], "membership": "Invited"}], gifts=[{"gift_name": "亲子帆布包", "quantity": 40, "unit_cost": 28}],
		costs=[{"what": "茶点", "planned_amount": 1200}],
	)
	if campaign:
		audience.prepare(campaign.name)
		for status in (delivery.READY, delivery.RUNNING):
			delivery.move(campaign.name, status)
		delivery.deliver(campaign.name)
	name, rng = frappe.db.get_value(CAMPAIGN, {"title": OPEN_DAY}), stream(SEED, TOPIC)
	if frappe.db.exists("C4S Event Registration", {"campaign": name}):
		return
	for guest in frappe.get_all(MEMBER, {"campaign": name, "arm": "Contact"}, pluck="customer", order_by="customer", limit=GUESTS):
		registrations.register(name, guest, int(rng.integers(0, 3)), dealership=STORE)


def _plan(demo: Demo) -> None:
	day = datetime.combine(demo.now.date(), time(14, 0)) + timedelta(days=30)
	_campaign(
		LAUNCH, demo, 25, 40,
		kind="Launch Event", goal="新款到店，邀请置换客户", target_measure="Leads", target=30, budget=12000, window_days=30, counts_leads=1,
		event_from=day, event_until=day + timedelta(hours=3), location="云汀店展厅", capacity=60, most_companions=1,
	)


def _club(demo: Demo) -> None:
	if frappe.db.exists(CLUB, {"club_name": CLUB_NAME}):
		return
	values = {"club_name": CLUB_NAME, "dealership": STORE, "moderator": RESPONSIBLE, "active": 1, "benefits": "每季一次自驾活动；会员专享工时九折。"}
	club = frappe.get_doc({"doctype": CLUB, **values}).insert()
	rng, writes = stream(SEED, TOPIC + 1), Writes()
	relations = frappe.get_all("C4S Store Relationship", {"dealership": STORE}, pluck="customer", order_by="customer", limit=CLUB_MEMBERS * 12)[::12]
	names = dict(frappe.get_all("C4S Customer", {"name": ["in", relations or [""]]}, ["name", "customer_name"], as_list=True, limit_page_length=0))
	for number, customer in enumerate(relations):
		since = demo.now.date() - timedelta(days=int(rng.integers(10, 400)))
		writes.insert("C4S Owner Club Member", {"club": club.name, "customer": customer, "customer_name": names[customer], "role": "Member" if number else "Organiser", "since": since})
	writes.flush()
