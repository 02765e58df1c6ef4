"""Which mode of payment of ERPNext is a way in which customers pay for deals here."""

from frappe.model.document import Document


class C4SERPNextPaymentWay(Document):
	pass
