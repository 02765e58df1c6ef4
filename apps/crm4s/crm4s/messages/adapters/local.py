"""What stays in this house: a notice that the portal shows out of the log, and a task for a colleague to call."""

import frappe

from crm4s.messages.adapters.outcome import Accepted, Later, Outcome, Parcel
from crm4s.messages.decision import Reason

# Names the function that opens a task, so that messages need not know care.
HOOK = "c4s_open_call"


def notice(parcel: Parcel) -> Outcome:
	"""The row of C4S Message with its text is the notice."""
	return Accepted(is_delivered=True)


def task(parcel: Parcel) -> Outcome:
	"""A call for the care queue, once for each message: the hooked function gets the message's name as `source_key`."""
	paths = frappe.get_hooks(HOOK)
	if not paths:
		return Later(Reason("Nothing is installed that takes calls to make."))
	message, sending = parcel.message, parcel.sending
	name = frappe.get_attr(paths[-1])(
		source_key=f"message:{parcel.name}",
		customer=message["customer"],
		vehicle=message["vehicle"],
		dealership=message["dealership"],
		why=sending.text,
		reference_doctype=message["reference_doctype"],
		reference_name=message["reference_name"],
	)
	return Accepted(name, is_delivered=True)
