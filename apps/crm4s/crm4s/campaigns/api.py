"""What the forms of campaigns, customers and registrations and the check-in page call."""

import re
import secrets

import frappe
from frappe import _
from frappe.query_builder.functions import Sum
from frappe.utils import add_days, cint, now_datetime

from crm4s.access.own_store import own_store
from crm4s.access.required import require_document, require_permission, require_store
from crm4s.access.stores import stores_of
from crm4s.campaigns import audience, delivery, gifts, preview, registrations, results
from crm4s.campaigns.audience import CAMPAIGN, CUSTOMER
from crm4s.campaigns.registrations import REGISTRATION
from crm4s.exceptions import CampaignError
from crm4s.segments import reach

HAND_OUT = gifts.HAND_OUT
LONG_SECONDS = 3 * 60 * 60
# So many are done while the user waits.
AT_ONCE = 2_000
MOST_FOUND = 30
LAST_CAME = 3
MOST_ADDED = 500


@frappe.whitelist(methods=["POST"])
def prepare(campaign: str) -> dict | None:
	"""Fill the audience: the numbers of both groups, or None where that goes on in the background. For those who may write the campaign."""
	document = require_campaign(campaign)
	audience.validate(document)
	return _at_once_or_later(document, "prepare", audience.prepare)


@frappe.whitelist(methods=["POST"])
def count(campaign: str) -> dict | None:
	"""The preview's figures, or None where they come later. For those who may write the campaign."""
	document = require_campaign(campaign)
	audience.validate(document)
	return _at_once_or_later(document, "count", preview.count)


@frappe.whitelist()
def sample(campaign: str) -> list[dict]:
	"""Some customers of the audience, those whom the reader sees; for those who may write the campaign and read customers."""
	document = require_campaign(campaign, locking=False)
	require_permission(CUSTOMER, "read")
	return preview.sample(document)


@frappe.whitelist()
def state_of(campaign: str) -> dict:
	"""Which steps the user may take, and the figures of those who may read results."""
	require_permission(CAMPAIGN, "read", campaign)
	document = frappe.get_doc(CAMPAIGN, campaign)
	may_write = bool(frappe.has_permission(CAMPAIGN, "write", doc=document))
	steps = delivery.STEPS[document.status] if may_write else ()
	if not delivery.may_launch():
		steps = [step for step in steps if step in delivery.PREPARATION]
	own = stores_of()
	return {
		"steps": list(steps),
		"results": _results_for_reader(document, own),
		"whole": own is None or reach.has_permission(document, "write"),
		"waiting": frappe.db.count(audience.MEMBER, {"campaign": campaign, "counted_from": ["is", "not set"]}) if may_write else 0,
	}


@frappe.whitelist(methods=["POST"])
def move(campaign: str, status: str, reason: str | None = None) -> None:
	"""Take the campaign to another status; launching begins to contact, in the background. For those who may write it, and partly its budget."""
	require_campaign(campaign)
	delivery.move(campaign, status, reason)
	if status == delivery.RUNNING:
		_enqueue("deliver", campaign)


@frappe.whitelist(methods=["POST"])
def recount(campaign: str) -> None:
	"""Count what came of the campaign, in the background; for those who may write it."""
	require_campaign(campaign, locking=False)
	_enqueue("recount", campaign)


def in_background(what: str, campaign: str, user: str) -> None:
	"""What a button began; whoever pressed it is told."""
	frappe.local.lang = frappe.db.get_value("User", user, "language") or frappe.db.get_default("lang") or "zh"

	def tell(done: int, total: int) -> None:
		frappe.publish_progress(100 * min(done, total) / max(total, 1), title=_("Campaign"), doctype=CAMPAIGN, docname=campaign)

	work = {"prepare": audience.prepare, "count": preview.count, "deliver": delivery.deliver}
	try:
		if what == "recount":
			results.recount(campaign)
		else:
			work[what](campaign, tell)
	except frappe.ValidationError as refusal:
		frappe.db.rollback()
		frappe.publish_realtime("msgprint", str(refusal), user=user)
	frappe.publish_realtime("c4s_campaign_done", {"campaign": campaign, "what": what}, user=user, after_commit=True)


@frappe.whitelist(methods=["POST"])
def add_customers(campaign: str, customers: list | str) -> int:
	"""Invite customers by name; how many are new in the table. For those who may write the campaign and see the customers."""
	document = require_campaign(campaign)
	if document.status not in audience.OPEN:
		frappe.throw(_("The campaign is over; its audience stays as it is."), CampaignError)
	wanted = list(dict.fromkeys(str(name) for name in frappe.parse_json(customers)))
	if len(wanted) > MOST_ADDED:
		frappe.throw(_("{0} customers at once are the most; a segment holds more.").format(MOST_ADDED))
	known = {row.customer for row in document.customers}
	fresh = [name for name in frappe.get_list(CUSTOMER, {"name": ["in", wanted or [""]]}, pluck="name", limit_page_length=0) if name not in known]
	for name in fresh:
		document.append("customers", {"customer": name})
	document.save()
	return len(fresh)


@frappe.whitelist()
def open_events(customer: str | None = None) -> list[dict]:
	"""Events that take registrations now, in which the user's store takes part; for those who may register customers."""
	require_permission(REGISTRATION, "create")
	now = now_datetime()
	fields = ["name", "title", "event_from", "event_until", "location", "capacity", "places_taken", "places_waiting", "most_companions", "registration_closes_on"]
	filters = {"has_registrations": 1, "status": ["in", registrations.OPEN_CAMPAIGN], "event_from": [">", now]}
	rows = frappe.get_list(CAMPAIGN, filters, fields, order_by="event_from", limit=50)
	known = frappe.get_all(REGISTRATION, {"customer": customer, "status": ["!=", "Cancelled"]}, pluck="campaign") if customer else []
	return [row for row in rows if not (row.registration_closes_on and row.registration_closes_on < now) and row.name not in known]


@frappe.whitelist(methods=["POST"])
def register(campaign: str, customer: str, companions: int = 0, remark: str | None = None, dealership: str | None = None) -> dict:
	"""Register a customer for an event: name, status and code. For those who may make registrations and see the customer."""
	require_permission(REGISTRATION, "create")
	require_permission(CAMPAIGN, "read", campaign)
	require_permission(CUSTOMER, "read", customer)
	dealership = dealership or own_store()
	if dealership:
		require_store(dealership)
	document = registrations.register(campaign, customer, companions, dealership, remark)
	return {"name": document.name, "status": document.status, "code": document.code, "places": document.places}


@frappe.whitelist(methods=["POST"])
def cancel_registration(registration: str, reason: str | None = None) -> None:
	"""For those who may write the registration, of their stores."""
	require_document(REGISTRATION, registration, locking=False)
	_own(registration)
	registrations.cancel(registration, reason)


@frappe.whitelist(methods=["POST"])
def check_in(registration: str, code: str | None = None) -> dict:
	"""The customer is here; for those who may write the registration, or registrations at all where the guest of another store shows the code."""
	_may_check_in(registration, code)
	return _shown(registrations.check_in(registration))


@frappe.whitelist(methods=["POST"])
def undo_check_in(registration: str, code: str | None = None) -> dict:
	"""As `check_in`."""
	_may_check_in(registration, code)
	return _shown(registrations.undo_check_in(registration))


@frappe.whitelist()
def events_now() -> list[dict]:
	"""Events of these days, for the check-in page; for those who may write registrations."""
	require_permission(REGISTRATION, "write")
	days = [add_days(now_datetime(), -1), add_days(now_datetime(), 14)]
	filters = {"has_registrations": 1, "event_until": [">", days[0]], "event_from": ["<", days[1]], "status": ["not in", ["Draft", "Cancelled"]]}
	fields = ["name", "title", "event_from", "event_until", "location", "capacity", "places_taken"]
	return frappe.get_list(CAMPAIGN, filters, fields, order_by="event_from", limit=50)


@frappe.whitelist()
def find_guests(campaign: str, text: str = "") -> dict:
	"""Guests of an event whose name, code or last four digits are searched for, without a text those who come next; for those who check in.

	Of other stores' guests only the one who shows the whole code.
	"""
	require_permission(REGISTRATION, "write")
	require_permission(CAMPAIGN, "read", campaign)
	wanted = re.sub(r"[%_\\]", "", (text or "").strip())[:40]
	rows = _searched(campaign, wanted) if wanted else _who_comes_next(campaign)
	return {"guests": [_shown(row) for row in rows], **_expected(campaign)}


@frappe.whitelist(methods=["POST"])
def hand_out_gift(campaign: str, gift: str, customer: str) -> str:
	"""Give a customer a gift of a campaign; for those who may write hand-outs, read the campaign and see the customer."""
	require_permission(HAND_OUT, "write")
	require_permission(CAMPAIGN, "read", campaign)
	require_permission(CUSTOMER, "read", customer)
	store = own_store() or audience.store_of_customers([customer], stores_of()).get(customer)
	return gifts.hand_out(campaign, gift, customer, store)


@frappe.whitelist(methods=["POST"])
def take_gift_back(hand_out: str, reason: str) -> None:
	"""For those who may write the hand-out."""
	require_permission(HAND_OUT, "write", hand_out)
	document = frappe.get_doc(HAND_OUT, hand_out)
	if document.dealership:
		require_store(document.dealership)
	gifts.take_back(hand_out, reason)


_GUEST = ["name", "title", "code", "masked_phone", "companions", "places", "status", "attended_on", "dealership"]


def _shown(row) -> dict:
	return {field: row.get(field) for field in _GUEST}


def require_campaign(campaign: str, locking: bool = True):
	require_permission(CAMPAIGN, "write", campaign)
	return frappe.get_doc(CAMPAIGN, campaign, for_update=locking)


def _may_check_in(registration: str, code: str | None) -> None:
	require_permission(REGISTRATION, "write")
	about = frappe.db.get_value(REGISTRATION, registration, ["campaign", "code"], as_dict=True)
	if about and code and secrets.compare_digest(about.code, code.strip().upper()):
		require_permission(CAMPAIGN, "read", about.campaign)
		return
	require_permission(REGISTRATION, "write", registration)
	_own(registration)


def _searched(campaign: str, wanted: str) -> list:
	filters = {"campaign": campaign, "status": ["!=", "Cancelled"]}
	either = {"title": ["like", f"%{wanted}%"], "code": wanted.upper(), "phone_end": wanted[-4:] if wanted.isdigit() else "-"}
	rows = frappe.get_list(REGISTRATION, filters=filters, or_filters=either, fields=_GUEST, order_by="title", limit=MOST_FOUND)
	return rows or frappe.get_all(REGISTRATION, {**filters, "code": wanted.upper()}, _GUEST)


def _who_comes_next(campaign: str) -> list:
	"""Who is expected, and the last who came, in case a tap has to be taken back."""
	of_event = {"campaign": campaign}
	came = frappe.get_list(REGISTRATION, {**of_event, "status": registrations.ATTENDED}, _GUEST, order_by="attended_on desc", limit=LAST_CAME)
	waited_for = {**of_event, "status": ["in", [registrations.REGISTERED, registrations.NO_SHOW]]}
	return [*frappe.get_list(REGISTRATION, waited_for, _GUEST, order_by="title", limit=MOST_FOUND), *came]


def _expected(campaign: str) -> dict:
	"""How many people are expected and how many have come, of all stores: numbers only."""
	row = frappe.qb.DocType(REGISTRATION)
	rows = dict(
		frappe.qb.from_(row)
		.select(row.status, Sum(row.places))
		.where((row.campaign == campaign) & row.status.isin(registrations.TAKES_PLACE))
		.groupby(row.status)
		.run()
	)
	return {"expected": cint(sum(rows.values())), "arrived": cint(rows.get("Attended"))}


def _results_for_reader(campaign, stores: list[str] | None) -> dict | None:
	"""With margins for who reads C4S Campaign Result, without any money for who reads responses only."""
	if not frappe.has_permission("C4S Campaign Response", "read"):
		return None
	found = results.of_campaign(campaign, stores)
	with_money = bool(frappe.has_permission("C4S Campaign Result", "read"))
	if found and not with_money:
		found = results.without_money(found)
	return found and {**found, "with_money": with_money}


def _own(registration: str) -> None:
	require_store(frappe.db.get_value(REGISTRATION, registration, "dealership"))


def _at_once_or_later(document, what: str, work) -> dict | None:
	if audience.size(document) <= AT_ONCE:
		return work(document.name)
	_enqueue(what, document.name)
	return None


def _enqueue(what: str, campaign: str) -> None:
	frappe.enqueue(
		"crm4s.campaigns.api.in_background",
		queue="long",
		timeout=LONG_SECONDS,
		enqueue_after_commit=True,
		job_name=f"crm4s_campaign_{what}_{campaign}",
		what=what,
		campaign=campaign,
		user=frappe.session.user,
	)
