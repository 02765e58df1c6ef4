"""The index from which visits and amounts of a time are summed, for sites that have visits already."""

from crm4s.crm4s.doctype.c4s_service_visit.c4s_service_visit import on_doctype_update


def execute() -> None:
	on_doctype_update()
