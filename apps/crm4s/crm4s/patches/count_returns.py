"""Who came back is counted for churn and service nodes, from an index that holds all that it takes."""

from crm4s.crm4s.doctype.c4s_service_visit.c4s_service_visit import on_doctype_update
from crm4s.returning.months import recompute


def execute() -> None:
	# The type itself may be unchanged, and is not made anew then.
	on_doctype_update()
	recompute()
