"""The indexes from which customer values are summed, for sites that have visits, deals and costs already."""

from crm4s.crm4s.doctype.c4s_customer_cost import c4s_customer_cost
from crm4s.crm4s.doctype.c4s_deal import c4s_deal
from crm4s.crm4s.doctype.c4s_service_visit import c4s_service_visit


def execute() -> None:
	for doctype in (c4s_service_visit, c4s_deal, c4s_customer_cost):
		doctype.on_doctype_update()
