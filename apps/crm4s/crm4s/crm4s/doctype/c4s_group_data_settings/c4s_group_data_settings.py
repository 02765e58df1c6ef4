"""Whether this site gives its figures to the group, where its files lie, and what is in them."""

from frappe.model.document import Document

from crm4s.group_data import places


class C4SGroupDataSettings(Document):
	def validate(self):
		places.require_title(self.site_title or places.site_title())
		if self.place == places.ELSEWHERE:
			places.check_address(self.address, self.endpoint)
