"""What somebody sent by the web form "Ask for an Offer"; becomes a lead, joins an open one, or is kept in quarantine."""

from frappe.model.document import Document

from crm4s.access.stores import has_store_permission, store_condition
from crm4s.lead_intake import web


class C4SLeadRequest(Document):
	def validate(self):
		web.check_request(self)

	def after_insert(self):
		web.receive_request(self)


def get_permission_query_conditions(user: str | None = None) -> str:
	return store_condition("C4S Lead Request", user)


def has_permission(doc, ptype=None, user=None) -> bool:
	return has_store_permission(doc, user)
