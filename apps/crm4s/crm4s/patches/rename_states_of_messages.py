"""The states of messages are called by words of their own: "Waiting" and "Delivered" are said of cars."""

import frappe

MESSAGE = "C4S Message"


def execute():
	message = frappe.qb.DocType(MESSAGE)
	for before, after in (("Waiting", "To Be Sent"), ("Delivered", "Received by Customer")):
		frappe.qb.update(message).set(message.status, after).where(message.status == before).run()
