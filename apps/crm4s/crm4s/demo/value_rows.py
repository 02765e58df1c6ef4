"""What the customers of the demo are worth now and were worth at the ends of the last months, as the nightly job would have found it."""

from datetime import date

from frappe.utils import add_months

from crm4s.customer_value import jobs
from crm4s.demo.generate import Demo

MONTHS = 5


def write_values(demo: Demo) -> None:
	today = demo.now.date()
	for day in month_beginnings(today, MONTHS):
		jobs.run(day)
	jobs.run(today)


def month_beginnings(today: date, months: int) -> list[date]:
	"""The first days of this month and of those before it, the earliest first; none that is today, which is computed anyway."""
	first = today.replace(day=1)
	return [day for back in reversed(range(months)) if (day := add_months(first, -back)) < today]
