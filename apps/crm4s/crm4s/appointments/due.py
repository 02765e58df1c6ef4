"""Cars that an advisor expects today. The calls of the day before are tasks of their own."""

from crm4s.appointments.bookings_of import APPOINTMENT
from crm4s.my_day.work import Filters, Person, Work, until


def expected(person: Person) -> Filters:
	return [["service_advisor", "=", person.user], ["status", "=", "Booked"], until("planned_from", person.today)]


WORK = (
	Work(
		key="appointment",
		doctype=APPOINTMENT,
		why="Car expected",
		filters=expected,
		due="planned_from",
		title="title",
		phone="masked_phone",
		customer="customer",
		facts=("concern",),
	),
)
