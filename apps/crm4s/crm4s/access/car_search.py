"""Fields that link to a car or to what is done with it are searched by the plate as well, by those who may read it: titles hold it masked."""

import frappe

from crm4s.access.required import require_permission
from crm4s.masked_twins import may_read, twins_of

PLATE = "plate_number"
# As Frappe searches links.
TEXTS = ("Data", "Text", "Small Text", "Long Text", "Link", "Select", "Read Only", "Text Editor")


@frappe.whitelist()
@frappe.validate_and_sanitize_search_inputs
def search(doctype: str, txt: str, searchfield: str, start: int, page_len: int, filters: dict | list | None = None) -> list:
	"""Name, title and what tells documents apart, of those that the caller may read; for document types with a masked plate."""
	require_permission(doctype, "read")
	if PLATE not in twins_of(doctype):
		return []
	meta = frappe.get_meta(doctype)
	shown = [field for field in dict.fromkeys(("name", meta.title_field, *meta.get_search_fields())) if field]
	return frappe.get_list(
		doctype,
		fields=shown,
		filters=filters,
		or_filters={field: ["like", f"%{txt}%"] for field in (*shown, *([PLATE] if may_read(doctype, PLATE) else [])) if _is_text(meta, field)} if txt else None,
		order_by="modified desc",
		limit_start=start,
		limit_page_length=page_len,
		as_list=True,
	)


def _is_text(meta, fieldname: str) -> bool:
	field = meta.get_field(fieldname)
	return fieldname == "name" or bool(field and field.fieldtype in TEXTS)
