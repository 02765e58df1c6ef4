"""Which documents make work. A new one is a line here and a `due` module with its `WORK` beside the document."""

from importlib import import_module

from crm4s.my_day.work import Work

SOURCES = (
	"crm4s.reception.due",
	"crm4s.leads.due",
	"crm4s.lead_intake.due",
	"crm4s.crm4s.doctype.c4s_test_drive.due",
	"crm4s.bookings.due",
	"crm4s.crm4s.doctype.c4s_deal.due",
	"crm4s.crm4s.doctype.c4s_deal_service.due",
	"crm4s.crm4s.doctype.c4s_used_car_appraisal.due",
	"crm4s.appointments.due",
	"crm4s.dispatch.due",
	"crm4s.crm4s.doctype.c4s_service_visit.due",
	"crm4s.crm4s.doctype.c4s_insurance_claim.due",
	"crm4s.crm4s.doctype.c4s_car_rental.due",
	"crm4s.crm4s.doctype.c4s_complaint.due",
	"crm4s.crm4s.doctype.c4s_improvement_action.due",
	"crm4s.audits.due",
	"crm4s.crm4s.doctype.c4s_retention_case.due",
	"crm4s.interactions.due",
	"crm4s.care.work",
	"crm4s.todos.due",
)


def all_work() -> list[Work]:
	return [work for path in SOURCES for work in import_module(path).WORK]
