"""Revenue of customer values is what customers pay: the indexes hold these amounts instead of those that others bear."""

import frappe

from crm4s.crm4s.doctype.c4s_deal import c4s_deal
from crm4s.crm4s.doctype.c4s_service_visit import c4s_service_visit

OLD = "value_summary"


def execute() -> None:
	for doctype, module in (("C4S Service Visit", c4s_service_visit), ("C4S Deal", c4s_deal)):
		module.on_doctype_update()
		if frappe.db.has_index(f"tab{doctype}", OLD):
			frappe.db.sql_ddl(f"alter table `tab{doctype}` drop index `{OLD}`")
