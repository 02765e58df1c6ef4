"""What the sales desk has beside the leads: rules of assignment, a pool, leads in quarantine, a portal's mapping. Written as the app itself writes it."""

import frappe
from frappe.utils import add_days, now_datetime

from crm4s.demo.generate import Demo
from crm4s.demo.group import SELLING, users_of
from crm4s.lead_intake.receive import receive
from crm4s.leads.completing import complete_leads
from crm4s.leads.pool import put_into_pool
from crm4s.leads.score import recompute_open_leads

PORTAL, MAPPING = "Vertical Car Portal", "car-portal"
POOLED_OF_EACH_STORE = 6
REASONS = ("客户多次不接电话", "顾问调岗，暂无人跟进", "超过约定时间未联系")
BAD = (
	({"lead_name": "周女士", "phone": "1381234", "interested_model": None}, {"id": 90311, "name": "周女士", "mobile": "1381234"}),
	({"lead_name": "马先生", "phone": "14700009912", "interested_model": "2019款 幻影"}, {"id": 90312, "name": "马先生", "car": "2019款 幻影"}),
)


def write_lead_desk(demo: Demo) -> None:
	complete_leads()
	recompute_open_leads()
	_write_mapping()
	# Reasons are written in the language of the stores' people.
	language, frappe.local.lang = frappe.local.lang, "zh"
	for number, store in enumerate(SELLING):
		_write_rule(store, users_of(demo.staff, "Sales Consultant", store))
		_fill_pool(store, REASONS[number % len(REASONS)])
		for facts, payload in BAD:
			receive({**facts, "dealership": store}, PORTAL, f"{MAPPING}:{payload['id']}-{number}", payload, MAPPING)
	frappe.local.lang = language


def _write_rule(store: str, users: list[str]) -> None:
	rule = {"doctype": "C4S Lead Assignment Rule", "rule_name": f"线上线索轮流分配 {store}", "dealership": store, "method": "Round Robin"}
	frappe.get_doc({**rule, "members": [{"user": user, "max_open_leads": 80} for user in users]}).insert()


def _fill_pool(store: str, reason: str) -> None:
	"""The open leads that waited longest for a contact."""
	old = {"dealership": store, "status": "Open", "last_contacted_on": ["<", add_days(now_datetime(), -4)]}
	names = frappe.get_all("C4S Lead", old, pluck="name", order_by="last_contacted_on", limit=POOLED_OF_EACH_STORE)
	put_into_pool(names, reason, "Recycled")


def _write_mapping() -> None:
	fields = (("lead_name", "name"), ("phone", "mobile"), ("interested_model", "car"), ("dealership", "shop"), ("needs", "remark"))
	frappe.get_doc(
		{
			**{"doctype": "C4S Lead Mapping", "mapping_name": MAPPING, "source": PORTAL, "list_path": "leads", "key_path": "id"},
			"default_dealership": SELLING[0],
			"fields_of_lead": [{"field_name": field, "path": path} for field, path in fields],
		}
	).insert()
