"""A store that sells cars: the people, models and cars that the journey of a sale meets. What the journey itself makes is not here."""

from dataclasses import dataclass

import frappe

from crm4s.bookings.tests.factories import make_resource
from crm4s.crm4s.doctype.c4s_dealership.test_c4s_dealership import make_dealership
from crm4s.crm4s.doctype.c4s_test_drive_route.test_c4s_test_drive_route import make_route
from crm4s.crm4s.doctype.c4s_vehicle.test_c4s_vehicle import make_vehicle
from crm4s.crm4s.doctype.c4s_vehicle_model.test_c4s_vehicle_model import make_model
from crm4s.tests.people import make_user

PRICE = 198_800
JOBS = {"receptionist": "Receptionist", "consultant": "Sales Consultant", "manager": "Sales Manager", "technician": "Technician"}
NAMES = {"receptionist": "何前台", "consultant": "顾晓", "manager": "沈经理", "technician": "丁技师"}


@dataclass(frozen=True)
class SalesStore:
	"""Names of documents; `vins` of the cars in stock."""

	name: str
	model: str
	model_title: str
	vins: tuple[str, ...]
	receptionist: str
	consultant: str
	manager: str
	technician: str


def make_sales_store(code: str, cars: int = 1) -> SalesStore:
	"""The store with one person a job, a model with a test-drive car and a route, and so many cars of it in stock; not committed."""
	store = make_dealership(code).name
	model = make_model(f"{code}-MODEL", series=f"远山 {code}", guide_price=PRICE)
	make_resource(store, vehicle=make_vehicle(dealership=store, model=model.name).name, resource_name=f"{code} 试驾车", model=model.name)
	make_route(store)
	stock = [
		make_vehicle(entered_as="In Stock", dealership=store, model=model.name, purchase_price=180_000, exterior_colour="珠光白")
		for _car in range(cars)
	]
	people = {}
	for key, job in JOBS.items():
		people[key] = make_user(job, [store])
		frappe.db.set_value("User", people[key], {"first_name": NAMES[key], "full_name": NAMES[key]})
	return SalesStore(store, model.name, model.model_title, tuple(car.vin for car in stock), **people)
