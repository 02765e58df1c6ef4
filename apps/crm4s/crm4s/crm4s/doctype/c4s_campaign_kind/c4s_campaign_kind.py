"""A kind of campaign, and what belongs to it: registrations, gifts, interviews."""

from frappe.model.document import Document


class C4SCampaignKind(Document):
	pass
