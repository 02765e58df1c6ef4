"""What people do with messages: send again what was given up, try a channel."""

import frappe
from frappe import _
from frappe.utils import now_datetime

from crm4s.access.required import require_permission
from crm4s.access.stores import stores_of
from crm4s.messages.adapters import http
from crm4s.messages.adapters.outcome import Accepted, Parcel
from crm4s.messages.decision import Send
from crm4s.messages.facts import CHANNEL
from crm4s.messages.kinds import OVER_HTTP
from crm4s.messages.outbox import DEAD, FAILED, MESSAGE, SUPPRESSED, WAITING
from crm4s.messages.rows import sentence
from crm4s.messages.suppression import masked, normalised

MOST_AT_ONCE = 500


@frappe.whitelist(methods=["POST"])
def send_again(names: list | str) -> int:
	"""Let messages that were given up wait once more, from their first channel on; how many. For those who may write messages, of their stores.

	What may forbid them is asked again. One of which nobody knows whether it arrived keeps its key, so that a provider that knows keys does not
	send it twice.
	"""
	require_permission(MESSAGE, "write")
	wanted = [str(name) for name in frappe.parse_json(names)]
	if len(wanted) > MOST_AT_ONCE:
		frappe.throw(_("{0} messages at once are the most.").format(MOST_AT_ONCE))
	stores, now = stores_of(), now_datetime()
	message = frappe.qb.DocType(MESSAGE)
	condition = message.name.isin(wanted or [""]) & message.status.isin([FAILED, SUPPRESSED, DEAD])
	if stores is not None:
		condition &= message.dealership.isin(stores or [""])
	rows = frappe.qb.from_(message).select(message.name, message.is_unsure).where(condition).for_update().run(as_dict=True)
	unsure = [row.name for row in rows if row.is_unsure]
	for own, keeps_key in ((unsure, True), ([row.name for row in rows if row.name not in set(unsure)], False)):
		query = (
			frappe.qb.update(message)
			.set(message.status, WAITING)
			.set(message.reason, None)
			.set(message.reason_kind, None)
			.set(message.tried_channels, None)
			.set(message.attempts, 0)
			.set(message.claim, None)
			.set(message.not_before, now)
			.set(message.next_attempt_on, now)
			.set(message.replays, message.replays + 1)
			.set(message.modified, now)
			.set(message.modified_by, frappe.session.user)
		)
		if not keeps_key:
			query = query.set(message.send_key, None)
		if own:
			query.where(message.name.isin(own)).run()
	return len(rows)


@frappe.whitelist(methods=["POST"])
def try_channel(channel: str, address: str, text: str) -> dict:
	"""Send one text through a provider's channel at once: `taken`, and what was `said`. For those who may set channels up; noted as their doing.

	It asks for no consent: it is for one's own address.
	"""
	require_permission(CHANNEL, "write", channel)
	row = frappe.db.get_value(CHANNEL, channel, ["*"], as_dict=True)
	if row.channel_kind not in OVER_HTTP:
		frappe.throw(_("Only a channel over a provider's server can be tried."))
	address = normalised(address, row.channel_kind)
	frappe.get_doc(CHANNEL, channel).add_comment("Info", _("Tried with {0}.").format(masked(address)))
	sending = Send(row, address, "zh", _("Trial"), text, text, "")
	outcome = http.send(Parcel("trial", frappe.generate_hash(length=32), sending, {}))
	if isinstance(outcome, Accepted):
		return {"taken": True, "said": _("The provider has taken it.")}
	return {"taken": False, "said": sentence(outcome.reason)}
