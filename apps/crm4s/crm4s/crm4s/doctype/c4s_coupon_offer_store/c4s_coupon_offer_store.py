from frappe.model.document import Document


class C4SCouponOfferStore(Document):
	pass
