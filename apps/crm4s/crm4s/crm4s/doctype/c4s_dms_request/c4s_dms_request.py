"""One request of a connected system: a row of the log; the engine is crm4s.dms.answers."""

import frappe

from crm4s.append_only import AppendOnlyDocument

REQUEST = "C4S DMS Request"


class C4SDMSRequest(AppendOnlyDocument):
	pass


def on_doctype_update() -> None:
	# Rows without a key are as many as one likes: to the database one nothing is not another.
	frappe.db.add_unique(REQUEST, ["link", "idempotency_key"], "link_idempotency_key")
	frappe.db.add_index(REQUEST, ["link", "creation"])
	# How a link stands: the newest of each method, entity and status is the last entry of its part of this index.
	frappe.db.add_index(REQUEST, ["link", "method", "entity", "http_status", "creation"], "how_it_stands")
