"""What a store's people, its customers and its dealer management system ask of the CRM on a day: the mix of benchmarks/stores.py. Pure, without Frappe.

A store is one of those of benchmarks/value.py (ten million visits of a hundred stores in ten years) with the people of the demo group.
"""

from dataclasses import dataclass
from math import ceil

VISITS = 28
# Of the demo group: leads and visitors of the showroom for each visit of the workshop, colleagues for each store.
LEADS, VISITORS, COLLEAGUES = 5, 6, 17
OPEN_HOURS = 10
# What the busiest hour has of the day: half as much again as an even one.
OF_THE_DAY = 0.15
# One of locust's users does something every so many seconds.
PACE = 5


@dataclass(frozen=True)
class Action:
	"""What somebody does as one thing; it may take several requests.

	Attributes:
		name: of the method in stores_locust.py.
		a_day: how often in a store.
		why: where the number comes from.
	"""

	name: str
	who: str
	a_day: float
	why: str


ACTIONS = (
	Action("open_desk", "staff", COLLEAGUES, "each colleague in the morning"),
	Action("visit_list", "staff", 6 * COLLEAGUES, "each colleague six times, with its count"),
	Action("lead_list", "staff", 10 * LEADS, "ten times for each new lead, with its count"),
	Action("visit_form", "staff", 6 * VISITS, "advisor, workshop, till and follow-up of each visit"),
	Action("lead_form", "staff", 8 * LEADS, "eight contacts with each lead"),
	Action("customer_form", "staff", 2 * VISITS + LEADS, "twice for each visit, once for each lead"),
	Action("save_lead", "staff", 5 * LEADS, "five notes and steps for each lead"),
	Action("new_lead", "staff", LEADS, "1,560 leads beside 9,000 visits in the demo group"),
	Action("search_plate", "staff", VISITS + VISITORS, "each car at reception, each visitor"),
	Action("queue", "staff", 5 * VISITORS, "the showroom's line, five looks for each visitor"),
	Action("job_board", "staff", 6 * VISITS, "six looks for each visit"),
	Action("my_day", "staff", 3 * COLLEAGUES, "each colleague three times"),
	Action("portal_home", "customer", VISITS, "as many customers as visits look in"),
	Action("portal_visits", "customer", VISITS, "and at the progress of their visit"),
	Action("portal_book", "customer", 0.4 * VISITS, "two of five book online; called off afterwards"),
	Action("push_order", "system", 2 * VISITS, "each order when it is opened and when it is settled"),
	Action("changes", "system", 60 * OPEN_HOURS, "each store's system asks once a minute"),
)


def a_second(action: Action, stores: float) -> float:
	"""How often in a second of the busiest hour of so many stores."""
	return action.a_day * OF_THE_DAY * stores / 3600


def of(who: str) -> dict[str, float]:
	"""Actions of one kind of people with their weights."""
	return {action.name: action.a_day for action in ACTIONS if action.who == who}


def all_a_second(who: str, stores: float) -> float:
	return sum(a_second(action, stores) for action in ACTIONS if action.who == who)


def players(who: str, stores: float) -> int:
	"""How many of locust's users play them."""
	return max(1, ceil(all_a_second(who, stores) * PACE))
