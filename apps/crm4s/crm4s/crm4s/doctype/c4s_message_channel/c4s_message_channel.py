"""By which way and through whom customers are written or called."""

from frappe.model.document import Document


class C4SMessageChannel(Document):
	pass


def get_permission_query_conditions(user: str | None = None) -> str:
	"""That a channel exists is no secret; how its provider is reached is read by administrators only, who work for the whole group."""
	return ""


def has_permission(doc, ptype: str | None = None, user: str | None = None) -> bool:
	return True
