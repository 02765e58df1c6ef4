"""A campaign from Draft to Ended: who may take which step, and the contact itself, slice by slice. The one writer of its status.

Contact asks the outbox once for each customer, by a key; a slice is a transaction that begins by locking the campaign, so that a campaign which is
paused or cancelled stops after the slice that goes on, and a killed run is taken up by the next.
"""

from collections.abc import Callable

import frappe
from frappe import _
from frappe.utils import flt, formatdate, get_datetime, getdate, now_datetime, strip_html

from crm4s.campaigns import audience, costs, registrations
from crm4s.care.tasks import withdraw_calls
from crm4s.exceptions import CampaignError, CouponError
from crm4s.membership import coupons
from crm4s.messages import outbox
from crm4s.messages.outbox import Wish
from crm4s.runs import commit
from crm4s.value.experiment import CONTACT

CAMPAIGN, MEMBER = audience.CAMPAIGN, audience.MEMBER
DRAFT, READY, RUNNING, PAUSED, ENDED, CANCELLED = "Draft", "Ready to Start", "Running", "Paused", "Ended", "Cancelled"
STEPS = {
	DRAFT: (READY, CANCELLED),
	READY: (DRAFT, RUNNING, CANCELLED),
	RUNNING: (PAUSED, ENDED, CANCELLED),
	PAUSED: (RUNNING, ENDED, CANCELLED),
	ENDED: (),
	CANCELLED: (),
}
# What everybody who may write the campaign does; the others ask for the right to its budget.
PREPARATION = (DRAFT, READY)
SLICE = 1_000
# While the whole audience fits into the budget, so many slices go by before it is looked at again.
SLICES_WITHIN_BUDGET = 20
FAR_AWAY = "2199-01-01 00:00:00"


def may_launch(user: str | None = None) -> bool:
	"""Who may write the fields of level 1, the budget, also launches, stops and ends campaigns; administrators decide who that is."""
	return 1 in frappe.get_meta(CAMPAIGN).get_permlevel_access("write", user=user or frappe.session.user)


def move(name: str, status: str, reason: str | None = None, by_clock: bool = False):
	"""Take a step; the campaign, locked. Permission to write it is the caller's question."""
	campaign = frappe.get_doc(CAMPAIGN, name, for_update=True)
	if status not in STEPS[campaign.status]:
		frappe.throw(_("A campaign that is {0} does not become {1}.").format(_(campaign.status), _(status)), CampaignError)
	if status not in PREPARATION and not (by_clock or may_launch()):
		frappe.throw(_("Only who may write the budget of campaigns may do this."), frappe.PermissionError)
	_BEFORE.get(status, _nothing)(campaign, reason)
	campaign.status = status
	campaign.stopped_because = (reason or "").strip() or None if status in (PAUSED, CANCELLED) else None
	return campaign.save_facts()


def deliver(name: str, tell: Callable[[int, int], None] | None = None) -> int:
	"""Contact those whose turn has not come, until none is left or the campaign runs no more; how many customers were reached."""
	done, total = 0, frappe.db.count(MEMBER, {"campaign": name, "counted_from": ["is", "not set"]})
	unasked = 0
	while True:
		commit()
		campaign = frappe.get_doc(CAMPAIGN, name, for_update=True)
		if campaign.status != RUNNING:
			break
		rows = _whose_turn(name)
		# All messages' costs are summed up for the answer, which is too much to ask before every slice.
		unasked = unasked - 1 if unasked else SLICES_WITHIN_BUDGET * (not costs.may_be_refused(campaign, total - done))
		if not rows or not _may_go_on(campaign, rows, mind_budget=not unasked):
			break
		done += len(rows)
		commit()
		if tell:
			tell(done, total)
	_note(name)
	commit()
	return done


def values_of(campaign) -> dict:
	"""What the template of a campaign may say besides what every template may."""
	begins = campaign.event_from and get_datetime(campaign.event_from)
	return {
		"campaign": campaign.title,
		"from_day": getdate(campaign.starts_on),
		"until_day": getdate(campaign.ends_on),
		"event_day": getdate(begins) if begins else "",
		"event_time": begins.strftime("%H:%M") if begins else "",
		"place": campaign.location or "",
	}


def _contact(campaign, rows) -> None:
	chosen = [row for row in rows if row.arm == CONTACT]
	if campaign.channels:
		outbox.queue([_wish(campaign, row) for row in chosen])
	if campaign.coupon_offer:
		_give_coupons(campaign, chosen)
	member = frappe.qb.DocType(MEMBER)
	# Those held out in the same moment, so that both groups are counted over the same days.
	frappe.qb.update(member).set(member.counted_from, now_datetime()).where(member.name.isin([row.name for row in rows])).run()


def _give_coupons(campaign, rows) -> None:
	by_store: dict[str, list[str]] = {}
	for row in rows:
		by_store.setdefault(row.dealership, []).append(row.customer)
	for store, customers in sorted(by_store.items()):
		coupons.give_to(campaign.coupon_offer, customers, costs.coupon_key(campaign.name), store, to_all=True)


def _wish(campaign, row) -> Wish:
	return Wish(
		source_key=f"campaign|{campaign.name}|{row.customer}",
		customer=row.customer,
		purpose=campaign.purpose,
		channels=tuple(channel.channel for channel in campaign.channels),
		template=campaign.template,
		values=values_of(campaign),
		dealership=row.dealership,
		reference_doctype=CAMPAIGN,
		reference_name=campaign.name,
	)


def _whose_turn(name: str) -> list:
	"""As it is now: somebody else may have contacted them since this transaction began."""
	member = frappe.qb.DocType(MEMBER)
	return (
		frappe.qb.from_(member)
		.select(member.name, member.customer, member.dealership, member.arm)
		.where((member.campaign == name) & member.counted_from.isnull())
		.orderby(member.customer)
		.limit(SLICE)
		.for_update()
	).run(as_dict=True)


def _may_go_on(campaign, rows, mind_budget: bool) -> bool:
	"""Contact the next; where the budget is spent or the coupons are, pause instead, so that a person decides."""
	frappe.db.savepoint("contact")
	try:
		if mind_budget:
			costs.mind_budget(campaign, costs.of_messages_to_come(campaign, sum(row.arm == CONTACT for row in rows)))
		_contact(campaign, rows)
	except (CampaignError, CouponError) as refusal:
		frappe.clear_last_message()
		frappe.db.rollback(save_point="contact")
		_hold(campaign, None)
		campaign.update({"status": PAUSED, "stopped_because": strip_html(str(refusal))})
		campaign.save_facts()
		return False
	return True


def _note(name: str) -> None:
	contacted = frappe.db.count(MEMBER, {"campaign": name, "counted_from": ["is", "set"], "arm": CONTACT})
	frappe.db.set_value(CAMPAIGN, name, "contacted_count", contacted, update_modified=False)
	costs.write(name)


def _get_ready(campaign, _reason: str | None) -> None:
	if not campaign.prepared_on:
		frappe.throw(_("Prepare the audience first."), CampaignError)
	if campaign.channels and not (campaign.purpose and campaign.template):
		frappe.throw(_("Messages need a purpose and a template."), CampaignError)


def _launch(campaign, _reason: str | None) -> None:
	if campaign.status == PAUSED:
		outbox.release(CAMPAIGN, [campaign.name])
		return
	_get_ready(campaign, None)
	today = getdate()
	if today < getdate(campaign.starts_on):
		frappe.throw(_("The campaign begins on {0}.").format(formatdate(campaign.starts_on)), CampaignError)
	if today > getdate(campaign.ends_on):
		frappe.throw(_("The campaign was to end on {0}; change its days first.").format(formatdate(campaign.ends_on)), CampaignError)
	if campaign.channels and flt(campaign.budget) and not campaign.preview_json:
		frappe.throw(_("Count the audience first, so that what its messages cost can be held against the budget."), CampaignError)
	# As it was counted last, not as it was saved last.
	costs.estimate(campaign)
	warning = costs.mind_budget(campaign, max(flt(campaign.planned_cost) - costs.spent(campaign.name)["total"], 0))
	if warning:
		frappe.msgprint(warning, indicator="orange", alert=True)
	campaign.launched_on = campaign.launched_on or now_datetime()


def _hold(campaign, _reason: str | None) -> None:
	outbox.hold(CAMPAIGN, [campaign.name], get_datetime(FAR_AWAY))


def _stop(campaign, reason: str | None) -> None:
	if not (reason or "").strip():
		frappe.throw(_("Say why the campaign is cancelled."), frappe.MandatoryError)
	_take_back(campaign, _("The campaign was cancelled."))
	registrations.hear_no_more(campaign.name, _("The campaign was cancelled."))


def _end(campaign, _reason: str | None) -> None:
	_take_back(campaign, _("The campaign has ended."))


def _take_back(campaign, sentence: str) -> None:
	"""Neither are the messages sent that still wait, nor the calls made that nobody has made."""
	outbox.withdraw(CAMPAIGN, [campaign.name], sentence)
	withdraw_calls(CAMPAIGN, [campaign.name], sentence)


def _nothing(_campaign, _reason: str | None) -> None:
	pass


_BEFORE = {READY: _get_ready, RUNNING: _launch, PAUSED: _hold, CANCELLED: _stop, ENDED: _end}
