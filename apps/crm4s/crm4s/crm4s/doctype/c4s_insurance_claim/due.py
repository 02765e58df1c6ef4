"""Claims whose next step is due."""

from crm4s.insurance.stages import OPEN
from crm4s.my_day.work import Filters, Person, Work, until


def due(person: Person) -> Filters:
	return [["handler", "=", person.user], ["status", "in", OPEN], until("due_on", person.today)]


WORK = (
	Work(
		key="insurance_claim",
		doctype="C4S Insurance Claim",
		why="Insurance claim: next step",
		filters=due,
		due="due_on",
		title="title",
		phone="masked_phone",
		customer="customer",
		facts=("status", "insurer"),
		translated=frozenset({"status", "insurer"}),
	),
)
