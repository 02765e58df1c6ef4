from datetime import date

import frappe
from frappe.tests.utils import FrappeTestCase

from crm4s.crm4s.doctype.c4s_dealership.test_c4s_dealership import make_dealership
from crm4s.crm4s.doctype.c4s_part.test_c4s_part import make_part
from crm4s.crm4s.doctype.c4s_service_package.test_c4s_service_package import make_package
from crm4s.crm4s.doctype.c4s_service_visit.test_c4s_service_visit import item, make_service_visit
from crm4s.crm4s.doctype.c4s_vehicle.test_c4s_vehicle import make_vehicle
from crm4s.crm4s.doctype.c4s_vehicle_model.test_c4s_vehicle_model import make_model
from crm4s.service import packages, parts

WINTER = date(2026, 12, 5)


class TestMissingParts(FrappeTestCase):
	def setUp(self):
		self.store = make_dealership("PKG-1").name
		self.part = make_part("T-PKG-OIL", availability=[{"dealership": self.store, "quantity": 3}]).name

	def tearDown(self):
		frappe.db.rollback()

	def test_only_what_the_store_lacks_is_named(self):
		self.assertEqual({}, parts.missing(self.store, [(self.part, 3)]))
		self.assertEqual({self.part: 0.5}, parts.missing(self.store, [(self.part, 3.5)]))

	def test_a_part_that_comes_twice_is_needed_twice(self):
		self.assertEqual({self.part: 1}, parts.missing(self.store, [(self.part, 2), (self.part, 2)]))

	def test_a_part_without_stock_at_this_store_is_lacking_altogether(self):
		other = make_dealership("PKG-2").name
		self.assertEqual({self.part: 2}, parts.missing(other, [(self.part, 2), (None, 1)]))


class TestProposals(FrappeTestCase):
	def setUp(self):
		self.model = make_model("T-PKG-CAR", energy_type="Petrol").name
		self.car = make_vehicle(model=self.model).name

	def tearDown(self):
		frappe.db.rollback()

	def proposed(self, odometer: int = 0, on: date = WINTER) -> list[str]:
		return [row["package"] for row in packages.propose(self.car, on, odometer) if row["package"]]

	def test_the_band_of_kilometres_includes_its_ends(self):
		make_package(from_km=9000, to_km=11000)
		for kilometres, fits in ((8999, False), (9000, True), (11000, True), (11001, False)):
			self.assertEqual(fits, "T-小保养" in self.proposed(kilometres), kilometres)

	def test_a_season_may_run_over_the_turn_of_the_year(self):
		make_package(season_from="11-01", season_to="03-31")
		days = ((date(2026, 12, 5), True), (date(2027, 2, 1), True), (date(2026, 6, 1), False))
		for day, fits in days:
			self.assertEqual(fits, "T-小保养" in self.proposed(5000, day), day)

	def test_a_package_is_for_the_cars_that_it_names(self):
		make_package("T-纯电", cars=[{"energy_type": "Battery Electric"}])
		make_package("T-车型", cars=[{"model": self.model}, {"energy_type": "Battery Electric"}])
		self.assertEqual(["T-车型"], [name for name in self.proposed(5000) if name.startswith("T-")])

	def test_a_package_that_is_not_enabled_is_not_proposed(self):
		make_package(enabled=0)
		self.assertNotIn("T-小保养", self.proposed(5000))

	def test_day_and_distance_of_the_plan_are_written_as_the_desk_writes_them(self):
		car = {"next_service_on": date(2027, 4, 18), "next_service_km": 76173}
		self.assertEqual(f"{frappe.utils.formatdate('2027-04-18')} / 76,173 km", packages.next_by_plan(car))
		self.assertEqual("76,173 km", packages.next_by_plan({**car, "next_service_on": None}))

	def test_the_reason_says_mileage_season_and_car(self):
		make_package(from_km=9000, to_km=11000, season_from="11-01", season_to="03-31", cars=[{"model": self.model}])
		proposal = next(row for row in packages.propose(self.car, WINTER, 10000) if row["package"] == "T-小保养")
		self.assertEqual(
			f"about 10,000 km, between 9,000 and 11,000 km · season 11-01 to 03-31 · for {frappe.db.get_value('C4S Vehicle Model', self.model, 'model_title')}",
			proposal["reason"],
		)
		self.assertEqual((30, 100.0), (proposal["minutes"], proposal["price"]))

	def test_the_lines_add_up_to_the_price_of_the_package_to_the_cent(self):
		lines = [{"item_kind": "Labour", "item_name": name, "quantity": 1, "unit_price": 33.33} for name in "一二三"]
		make_package(lines=lines, price=70)
		rows = packages.items_of("T-小保养")
		visit = make_service_visit(items=rows)
		self.assertEqual(70.0, visit.total_amount)
		self.assertEqual({"T-小保养"}, {row.package for row in visit.items})

	def test_a_package_done_in_its_band_is_not_proposed_again(self):
		make_package(from_km=9000, to_km=11000)
		make_service_visit(vehicle=self.car, status="Settled", odometer=9500, items=[item(package="T-小保养")])
		self.assertNotIn("T-小保养", self.proposed(10000))

	def test_without_an_odometer_the_last_reading_is_carried_on(self):
		car = frappe._dict(odometer=10000, odometer_read_on="2026-11-05 10:00:00", kilometres_per_day=40)
		self.assertEqual(11200, packages.expected_odometer(car, WINTER))
