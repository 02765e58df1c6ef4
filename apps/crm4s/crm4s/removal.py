"""At uninstall: what people and processes made of our documents in the framework's own tables, such as boards, to-dos, comments and files.

All names that we give in those tables begin alike, so this still finds them when our own document types are gone.
"""

import frappe

OURS = ["like", "C4S %"]
OUR_PAGES = ["like", "c4s-%"]
# They only name our documents for one of their settings, and serve without it.
SERVES_WITHOUT = {("Email Account", "append_to"), ("IMAP Folder", "append_to"), ("User Type", "apply_user_permission_on")}
# What names a page, card or chart of ours, or one of our documents by a field that is not a link to document types.
FURTHER_NAMES = (
	("Custom Role", "page", OUR_PAGES),
	("Custom DocPerm", "parent", OURS),
	("Property Setter", "doc_type", OURS),
	("List View Settings", "name", OURS),
	("DefaultValue", "defkey", OURS),
	# What the demo remembers of itself.
	("DefaultValue", "defkey", ["like", "crm4s%"]),
	("Workspace Link", "link_to", OURS),
	("Workspace Link", "link_to", OUR_PAGES),
	("Workspace Shortcut", "link_to", OURS),
	("Workspace Shortcut", "link_to", OUR_PAGES),
	("Workspace Number Card", "number_card_name", OURS),
	("Workspace Chart", "chart_name", OURS),
	("Dashboard Chart Link", "chart", OURS),
	("Number Card Link", "card", OURS),
)


def remove_from_reports() -> None:
	"""While they are still known: the reports over our documents, ours and those of people, go with our document types."""
	reports = frappe.get_all("Report", {"ref_doctype": OURS}, pluck="name")
	for doctype, field in (("Auto Email Report", "report"), ("Custom Role", "report"), ("Prepared Report", "report_name")):
		remove_rows(doctype, {field: ["in", reports]})


def remove_what_names_our_documents() -> None:
	remove_files()
	for doctype, field in fields_naming_document_types():
		if (doctype, field) in SERVES_WITHOUT:
			frappe.db.set_value(doctype, {field: OURS}, field, None, update_modified=False)
		else:
			remove_rows(doctype, {field: OURS})
	for doctype, field, names in FURTHER_NAMES:
		remove_rows(doctype, {field: names})
	for table in ("__UserSettings", "__Auth", "__global_search"):
		frappe.db.delete(table, {"doctype": OURS})
	remove_deleted_copies()


def fields_naming_document_types() -> list[tuple[str, str]]:
	"""(document type, field) of all links to document types in tables of the framework."""
	modules = frappe.get_all("Module Def", {"app_name": "frappe"}, pluck="name")
	tables = frappe.get_all("DocType", {"module": ["in", modules], "issingle": 0, "is_virtual": 0}, pluck="name")
	links = {"parenttype": "DocType", "parent": ["in", tables], "fieldtype": "Link", "options": "DocType"}
	return frappe.get_all("DocField", links, ["parent", "fieldname"], order_by="parent, idx", as_list=True)


def remove_rows(doctype: str, filters: dict) -> None:
	"""Rows with those of their tables, as a set: their controllers would ask for document types that are gone."""
	tables = [field.options for field in frappe.get_meta(doctype).get_table_fields()]
	names = frappe.get_all(doctype, filters, pluck="name") if tables else []
	for table in tables if names else []:
		frappe.db.delete(table, {"parenttype": doctype, "parent": ["in", names]})
	frappe.db.delete(doctype, filters)


def remove_files() -> None:
	"""One by one, for what lies on the disk goes too unless another file shares it."""
	attached = {"attached_to_doctype": OURS}
	names = frappe.get_all("File", attached, pluck="name")
	# Else each leaves a comment at the document it was attached to.
	frappe.db.set_value("File", attached, {"attached_to_doctype": None, "attached_to_name": None}, update_modified=False)
	for name in names:
		frappe.delete_doc("File", name, force=True, ignore_permissions=True, delete_permanently=True)


def remove_deleted_copies() -> None:
	"""The framework keeps a copy of what is deleted, people's data among it."""
	frappe.db.delete("Deleted Document", {"deleted_doctype": OURS})
	frappe.db.delete("Deleted Document", {"deleted_name": OURS})
	for said in ('%": "C4S %', '%": "CRM4S"%'):
		frappe.db.delete("Deleted Document", {"data": ["like", said]})
