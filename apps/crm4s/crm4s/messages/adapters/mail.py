"""E-mail by Frappe's own queue and the store's account: queued in our transaction, so each exactly once; the queue sends it."""

import frappe
from frappe.utils import escape_html

from crm4s.messages.adapters.outcome import Accepted, Later, Outcome, Parcel, Refused
from crm4s.messages.decision import Reason
from crm4s.messages.outbox import FAILED, MESSAGE, SENT

QUEUE = "Email Queue"


def send(parcel: Parcel) -> Outcome:
	sending = parcel.sending
	account = sending.channel["email_account"]
	sender = frappe.db.get_value("Email Account", account, "email_id") if account else None
	try:
		frappe.sendmail(
			recipients=[sending.address],
			sender=sender or "",
			subject=sending.subject or sending.text.strip().splitlines()[0][:100],
			message=as_html(sending.text),
			reference_doctype=MESSAGE,
			reference_name=parcel.name,
			add_unsubscribe_link=0,
			delayed=True,
		)
	except frappe.InvalidEmailAddressError:
		frappe.clear_last_message()
		return Refused(Reason("The e-mail address cannot be one."))
	except frappe.OutgoingEmailError:
		frappe.clear_last_message()
		return Later(Reason("No e-mail account for sending is set up."))
	queued = frappe.db.get_value(QUEUE, {"reference_doctype": MESSAGE, "reference_name": parcel.name}, order_by="creation desc")
	# None where the framework's own list of unsubscribed people holds the address.
	return Accepted(queued) if queued else Refused(Reason("The address has unsubscribed from all e-mail."))


def follow_queue() -> int:
	"""Messages whose e-mail the framework's queue gave up become failed; how many."""
	message, queue = frappe.qb.DocType(MESSAGE), frappe.qb.DocType(QUEUE)
	# Begins with the queue's rows in error, which are few.
	rows = (
		frappe.qb.from_(queue)
		.join(message)
		.on(message.name == queue.reference_name)
		.select(message.name)
		.where((queue.status == "Error") & (queue.reference_doctype == MESSAGE))
		.where((message.provider_id == queue.name) & (message.status == SENT))
		.limit(1000)
	).run(pluck=True)
	if rows:
		reason = frappe._("The mail server did not take it.")
		frappe.qb.update(message).set(message.status, FAILED).set(message.reason, reason).where(message.name.isin(rows)).run()
	return len(rows)


def as_html(text: str) -> str:
	"""The text as paragraphs, with its links to be clicked."""
	paragraphs = [block for block in text.replace("\r\n", "\n").split("\n\n") if block.strip()]
	return "".join(f"<p>{'<br>'.join(_linked(line) for line in block.splitlines())}</p>" for block in paragraphs)


def _linked(line: str) -> str:
	words = [escape_html(word) for word in line.split(" ")]
	return " ".join(f'<a href="{word}">{word}</a>' if word.startswith(("https://", "http://")) else word for word in words)
