"""Places at an event: given out in order, never more than there are, moved up from the waiting list, checked in.

Whoever gives or frees a place locks the campaign first, so that people at many desks take turns.
"""

import secrets
from datetime import datetime, timedelta

import frappe
from frappe import _
from frappe.query_builder.functions import Sum
from frappe.utils import add_days, cint, get_datetime, getdate, now_datetime

from crm4s.campaigns.audience import store_of_customers
from crm4s.campaigns.scope import stores_of_campaign
from crm4s.exceptions import CampaignError
from crm4s.messages.kinds import MAIL, SMS, TASK, WECHAT
from crm4s.messages.outbox import Wish, queue, withdraw
from crm4s.runs import commit

CAMPAIGN, REGISTRATION, KIND, TEMPLATE = "C4S Campaign", "C4S Event Registration", "C4S Campaign Kind", "C4S Message Template"
REGISTERED, WAITING, ATTENDED, NO_SHOW, CANCELLED = "Registered", "Waiting for a Place", "Attended", "No-Show", "Cancelled"
TAKES_PLACE = (REGISTERED, ATTENDED, NO_SHOW)
OPEN_CAMPAIGN = ("Ready to Start", "Running", "Paused")
# Without those that look alike: people read codes to each other.
SIGNS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
CODE_LENGTH = 6
DEFAULT_CHANNELS = (WECHAT, SMS, MAIL)
REMIND_AT_HOUR = 10
MOST_MOVED_UP = 500
FIELDS = (
	*("name", "title", "kind", "dealership", "status", "has_registrations", "event_from", "event_until", "location", "capacity"),
	*("most_companions", "registration_closes_on"),
)


def register(campaign: str, customer: str, companions: int = 0, dealership: str | None = None, remark: str | None = None):
	"""The registration of a customer, also one on the waiting list. Permission is the caller's question.

	Args:
		dealership: the store that registers; None for the customer's own, or one of the event's that knows the customer.
	Raises:
		CampaignError: it is not open, too many companions, or the customer is registered already.
	"""
	if not dealership:
		stores = stores_of_campaign(frappe.db.get_value(CAMPAIGN, campaign, "dealership"))
		dealership = store_of_customers([customer], stores).get(customer)
	values = {"campaign": campaign, "customer": customer, "companions": cint(companions), "dealership": dealership, "remark": remark}
	return frappe.get_doc({"doctype": REGISTRATION, **values}).insert(ignore_permissions=True)


def admit(registration) -> None:
	"""What a new registration gets: a place or one on the waiting list, its code. Holds the campaign until the end of the transaction."""
	campaign = lock(registration.campaign)
	_validate_open(campaign, registration)
	if frappe.db.get_value(REGISTRATION, {"once_key": _once(registration)}, for_update=True):
		frappe.throw(_("This customer is registered for {0} already.").format(frappe.bold(frappe.utils.escape_html(campaign.title))), CampaignError)
	customer = frappe.db.get_value("C4S Customer", registration.customer, ["customer_name", "masked_phone", "primary_phone"], as_dict=True)
	places = 1 + cint(registration.companions)
	registration.update(
		{
			"status": REGISTERED if _fits(campaign, places) else WAITING,
			"places": places,
			"code": new_code(),
			"once_key": _once(registration),
			"registered_on": now_datetime(),
			"registered_by": frappe.session.user,
			"title": customer.customer_name,
			"masked_phone": customer.masked_phone,
			"phone_end": (customer.primary_phone or "")[-4:],
			**dict.fromkeys(("moved_up_on", "attended_on", "checked_in_by", "cancelled_on", "cancel_reason")),
		}
	)


def cancel(name: str, reason: str | None = None) -> None:
	"""Give the place back; who waits longest and fits moves up."""
	campaign = lock(frappe.db.get_value(REGISTRATION, name, "campaign"))
	registration = frappe.get_doc(REGISTRATION, name, for_update=True)
	if registration.status not in (REGISTERED, WAITING, NO_SHOW):
		frappe.throw(_("This registration is {0}; it cannot be cancelled.").format(_(registration.status)), CampaignError)
	registration.update(
		{"status": CANCELLED, "once_key": None, "cancelled_on": now_datetime(), "cancel_reason": (reason or "").strip()[:140] or None}
	)
	registration.save_facts()
	withdraw(REGISTRATION, [name], _("The registration was cancelled."))
	move_up(campaign.name)


def check_in(name: str) -> dict:
	"""The customer is here; who was not expected any more, too. Twice does no harm."""
	registration = frappe.get_doc(REGISTRATION, name, for_update=True)
	if registration.status == ATTENDED:
		return registration.as_dict()
	if registration.status not in (REGISTERED, NO_SHOW):
		frappe.throw(_("{0} is {1} and has no place.").format(frappe.bold(frappe.utils.escape_html(registration.title)), _(registration.status)), CampaignError)
	registration.update({"status": ATTENDED, "attended_on": now_datetime(), "checked_in_by": frappe.session.user})
	registration.save_facts()
	return registration.as_dict()


def undo_check_in(name: str) -> dict:
	"""It was somebody else."""
	registration = frappe.get_doc(REGISTRATION, name, for_update=True)
	if registration.status != ATTENDED:
		frappe.throw(_("{0} has not been checked in.").format(frappe.bold(frappe.utils.escape_html(registration.title))), CampaignError)
	registration.update({"status": REGISTERED, "attended_on": None, "checked_in_by": None})
	registration.save_facts()
	return registration.as_dict()


def move_up(campaign: str) -> list[str]:
	"""Give free places to who waits, in order; a party that is too large for what is left lets a smaller one pass. The names of those."""
	row, moved = lock(campaign), []
	waiting = frappe.qb.DocType(REGISTRATION)
	queue_of = (
		frappe.qb.from_(waiting)
		.select(waiting.name, waiting.places)
		.where((waiting.campaign == campaign) & (waiting.status == WAITING))
		.orderby(waiting.registered_on)
		.orderby(waiting.name)
		.limit(MOST_MOVED_UP)
		.for_update()
	).run(as_dict=True)
	free = None if not cint(row.capacity) else cint(row.capacity) - places_taken(campaign)
	takes_place = row.status in OPEN_CAMPAIGN and get_datetime(row.event_until) > now_datetime()
	for party in queue_of if takes_place else []:
		if free is not None and party.places > free:
			continue
		registration = frappe.get_doc(REGISTRATION, party.name)
		registration.update({"status": REGISTERED, "moved_up_on": now_datetime()})
		registration.save_facts()
		tell(registration)
		moved.append(party.name)
		free = None if free is None else free - party.places
	count(campaign)
	return moved


def places_taken(campaign: str) -> int:
	"""As it is now, not as this transaction saw it when it began."""
	row = frappe.qb.DocType(REGISTRATION)
	taken = frappe.qb.from_(row).select(Sum(row.places)).where((row.campaign == campaign) & row.status.isin(TAKES_PLACE)).for_update().run()
	return cint(taken[0][0])


def count(campaign: str) -> None:
	"""Write how many places are taken and waited for. For who holds the campaign."""
	row = frappe.qb.DocType(REGISTRATION)
	waiting = frappe.qb.from_(row).select(Sum(row.places)).where((row.campaign == campaign) & (row.status == WAITING)).for_update().run()
	values = {"places_taken": places_taken(campaign), "places_waiting": cint(waiting[0][0])}
	frappe.db.set_value(CAMPAIGN, campaign, values, update_modified=False)


def tell(registration) -> None:
	"""Let the customer know, and be reminded the day before."""
	queue(_Event(registration.campaign).wishes(registration))


def tell_anew(campaign: str) -> None:
	"""The event takes place at another time: what still waits is not sent, everybody hears of the new time. For who holds the campaign."""
	hear_no_more(campaign, _("The event was moved."))
	if frappe.db.get_value(CAMPAIGN, campaign, "status") not in OPEN_CAMPAIGN:
		return
	event, rows = _Event(campaign), _open_registrations(campaign)
	queue([wish for row in rows for wish in event.wishes(row)])


def hear_no_more(campaign: str, reason: str) -> None:
	"""What the event still wanted to say is not sent."""
	withdraw(REGISTRATION, [row.name for row in _open_registrations(campaign)], reason)


def _open_registrations(campaign: str) -> list:
	filters = {"campaign": campaign, "status": ["in", (REGISTERED, WAITING)]}
	fields = ["name", "customer", "dealership", "status", "code", "campaign"]
	return frappe.get_all(REGISTRATION, filters, fields, order_by="name", limit_page_length=0)


class _Event:
	"""What is said of an event, read once for all who hear of it."""

	def __init__(self, campaign: str):
		self.campaign = frappe.db.get_value(CAMPAIGN, campaign, FIELDS, as_dict=True)
		self.kind, self.begins = frappe.get_cached_doc(KIND, self.campaign.kind), get_datetime(self.campaign.event_from)
		names = [self.kind.registration_template, self.kind.waiting_template, self.kind.reminder_template]
		self.purposes = dict(frappe.get_all(TEMPLATE, {"name": ["in", [name for name in names if name] or [""]]}, ["name", "purpose"], as_list=True))
		channels = frappe.get_all("C4S Campaign Channel", {"parent": campaign, "parenttype": CAMPAIGN}, pluck="channel", order_by="idx")
		self.channels = tuple(kind for kind in channels if kind != TASK) or DEFAULT_CHANNELS

	def wishes(self, registration) -> list[Wish]:
		"""By keys that hold the time, so that an event that was moved is told again."""
		time = self.begins.strftime("%Y%m%d%H%M")
		if registration.status == WAITING:
			return self._wish(registration, f"waiting|{time}", self.kind.waiting_template)
		said = self._wish(registration, f"registered|{time}", self.kind.registration_template)
		day_before = get_datetime(add_days(getdate(self.begins), -1)) + timedelta(hours=REMIND_AT_HOUR)
		if day_before > now_datetime():
			said += self._wish(registration, f"reminder|{time}", self.kind.reminder_template, day_before)
		return said

	def _wish(self, registration, what: str, template: str | None, not_before: datetime | None = None) -> list[Wish]:
		if template not in self.purposes:
			return []
		values = {
			"event": self.campaign.title, "event_day": getdate(self.begins), "event_time": self.begins.strftime("%H:%M"),
			"place": self.campaign.location or "", "code": registration.code,
		}
		return [
			Wish(
				source_key=f"event|{registration.name}|{what}",
				customer=registration.customer,
				purpose=self.purposes[template],
				channels=self.channels,
				template=template,
				values=values,
				dealership=registration.dealership,
				reference_doctype=REGISTRATION,
				reference_name=registration.name,
				not_before=not_before,
				not_after=self.begins,
			)
		]


def mark_no_shows() -> int:
	"""By the clock: who was expected and did not come, once the event is over; how many."""
	over = frappe.get_all(
		CAMPAIGN,
		{"has_registrations": 1, "event_until": ["between", [add_days(now_datetime(), -7), now_datetime()]], "status": ["not in", ["Draft", "Cancelled"]]},
		pluck="name",
		order_by="event_until",
	)
	row, marked = frappe.qb.DocType(REGISTRATION), 0
	for campaign in over:
		names = frappe.qb.from_(row).select(row.name).where((row.campaign == campaign) & (row.status == REGISTERED)).for_update().run(pluck=True)
		if names:
			(frappe.qb.update(row).set(row.status, NO_SHOW).set(row.modified, now_datetime()).where(row.name.isin(names))).run()
			marked += len(names)
		commit()
	return marked


def new_code() -> str:
	"""One that nobody has; the unique column has the last word."""
	while True:
		code = "".join(secrets.choice(SIGNS) for _sign in range(CODE_LENGTH))
		if not frappe.db.exists(REGISTRATION, {"code": code}):
			return code


def lock(campaign: str):
	"""The campaign as it is now, held until the end of the transaction."""
	row = frappe.qb.DocType(CAMPAIGN)
	found = frappe.qb.from_(row).select(*[row[field] for field in FIELDS]).where(row.name == campaign).for_update().run(as_dict=True)
	return found[0] if found else frappe.throw(_("There is no campaign {0}.").format(frappe.utils.escape_html(campaign or "")), frappe.DoesNotExistError)


def _validate_open(campaign, registration) -> None:
	if not campaign.has_registrations or campaign.status not in OPEN_CAMPAIGN:
		frappe.throw(_("{0} takes no registrations now.").format(frappe.bold(frappe.utils.escape_html(campaign.title))), CampaignError)
	if now_datetime() > get_datetime(campaign.registration_closes_on or campaign.event_from):
		frappe.throw(_("Registration for {0} is closed.").format(frappe.bold(frappe.utils.escape_html(campaign.title))), CampaignError)
	if not 0 <= cint(registration.companions) <= cint(campaign.most_companions):
		frappe.throw(_("At most {0} companions may come along.").format(cint(campaign.most_companions)), CampaignError)
	if cint(campaign.capacity) and 1 + cint(registration.companions) > cint(campaign.capacity):
		frappe.throw(_("There are only {0} places in all.").format(campaign.capacity), CampaignError)
	stores = stores_of_campaign(campaign.dealership)
	if stores is not None and registration.dealership not in stores:
		frappe.throw(_("{0} is not for customers of this store.").format(frappe.bold(frappe.utils.escape_html(campaign.title))), CampaignError)


def _fits(campaign, places: int) -> bool:
	return not cint(campaign.capacity) or places_taken(campaign.name) + places <= cint(campaign.capacity)


def _once(registration) -> str:
	return f"{registration.campaign}|{registration.customer}"
