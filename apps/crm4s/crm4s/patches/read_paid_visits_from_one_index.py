"""The index from which a customer's paid visits are read has the kind of the visit as well, and another name."""

import frappe

from crm4s.crm4s.doctype.c4s_service_visit.c4s_service_visit import on_doctype_update

DOCTYPE, FORMER = "C4S Service Visit", "value_of_paid"


def execute() -> None:
	# The type itself may be made anew already, without this.
	on_doctype_update()
	if frappe.db.has_index(f"tab{DOCTYPE}", FORMER):
		frappe.db.sql_ddl(f"alter table `tab{DOCTYPE}` drop index `{FORMER}`")
