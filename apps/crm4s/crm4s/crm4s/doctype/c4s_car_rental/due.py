"""Cars to hand out, and cars that should be back."""

from crm4s.my_day.work import Filters, Person, Work, until

SHOWN = {"doctype": "C4S Car Rental", "title": "title", "phone": "masked_phone", "customer": "customer"}


def to_hand_out(person: Person) -> Filters:
	return [["advisor", "=", person.user], ["status", "=", "Planned"], until("planned_from", person.today)]


def to_take_back(person: Person) -> Filters:
	return [["advisor", "=", person.user], ["status", "=", "Handed Out"], until("planned_to", person.today)]


WORK = (
	Work(**SHOWN, key="car_rental", why="Hand out a car", filters=to_hand_out, due="planned_from"),
	Work(**SHOWN, key="car_rental_out", why="A car comes back", filters=to_take_back, due="planned_to"),
)
