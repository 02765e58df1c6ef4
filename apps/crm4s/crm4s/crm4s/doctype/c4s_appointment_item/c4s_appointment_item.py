"""One job or part that a car is expected for; the appointment works out amounts and what is missing."""

from crm4s.access.rows import RowOfGuardedDocument, seen_rows_condition


class C4SAppointmentItem(RowOfGuardedDocument):
	pass


def get_permission_query_conditions(user: str | None = None) -> str:
	return seen_rows_condition("C4S Appointment Item", "C4S Service Appointment", user)
