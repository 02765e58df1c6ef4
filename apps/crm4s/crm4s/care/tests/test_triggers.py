"""What each trigger finds, at its edges."""

from datetime import date, timedelta
from unittest.mock import patch

import frappe
from frappe.utils import getdate

from crm4s.calendars.lunar import LunarDate, to_solar
from crm4s.care.tests.test_run import TODAY, CareTestCase
from crm4s.care.triggers import TRIGGERS
from crm4s.crm4s.doctype.c4s_care_rule.test_c4s_care_rule import make_rule
from crm4s.crm4s.doctype.c4s_coupon.test_c4s_coupon import make_coupon
from crm4s.crm4s.doctype.c4s_customer.classify import recompute_range
from crm4s.crm4s.doctype.c4s_deal.test_c4s_deal import make_deal
from crm4s.crm4s.doctype.c4s_festival.test_c4s_festival import make_festival
from crm4s.crm4s.doctype.c4s_membership.test_c4s_membership import make_member
from crm4s.crm4s.doctype.c4s_recall.test_c4s_recall import make_recall
from crm4s.crm4s.doctype.c4s_recall_vehicle.test_c4s_recall_vehicle import list_car
from crm4s.crm4s.doctype.c4s_settings.test_c4s_settings import change_settings
from crm4s.crm4s.doctype.c4s_service_visit.test_c4s_service_visit import make_service_visit
from crm4s.crm4s.doctype.c4s_survey.test_c4s_survey import make_survey
from crm4s.crm4s.doctype.c4s_survey_response.test_c4s_survey_response import make_response
from crm4s.crm4s.doctype.c4s_vehicle.test_c4s_vehicle import make_vehicle

DAY = timedelta(days=1)


class TriggerTestCase(CareTestCase):
	"""`found_on` says for whom a rule finds something on a day, whatever it made before."""

	def found_on(self, rule, day) -> list:
		return [due for dues in TRIGGERS[rule.trigger].read(rule, getdate(day)) for due in dues]

	def customers_on(self, rule, day) -> list[str]:
		return [due.customer for due in self.found_on(rule, day)]

	def car(self, customer: str | None = None, **values):
		"""A car in use, the fields written as they are, without what a form would work out of them."""
		car = make_vehicle(current_owner=customer or self.customer())
		if values:
			frappe.db.set_value("C4S Vehicle", car.name, values)
		car.reload()
		return car

	def visit(self, car, day: str, **values):
		visit = make_service_visit(vehicle=car.name, customer=car.current_owner, dealership=self.store)
		frappe.db.set_value("C4S Service Visit", visit.name, {"status": "Settled", "settled_on": f"{day} 17:00:00", **values})
		return visit.name

	def lunar(self, month: int, day: int, leap: bool = False, year: int = 0) -> str:
		return self.customer(
			birthday_calendar="Lunar", lunar_birth_year=year, lunar_birth_month=month, lunar_birth_day=day, lunar_birth_leap=int(leap)
		)


class TestBirthdays(TriggerTestCase):
	def test_before_the_day_over_the_end_of_the_year(self):
		rule, customer = make_rule(offset_days=-7), self.born("1990-01-03")
		self.run_on(rule, date(2026, 12, 27))
		task = self.tasks(rule)[0]
		self.assertEqual((customer, date(2026, 12, 27)), (task.customer, task.due_on))
		self.assertIn("03", task.why)
		self.assertEqual("2027", self.found_on(rule, "2027-01-03")[0].occurrence)

	def test_of_29_february_as_the_group_chose(self):
		rule, customer = make_rule(), self.born("1992-02-29")
		for policy, day in (("28 February", "2027-02-28"), ("1 March", "2027-03-01")):
			change_settings(leap_day_birthday=policy)
			self.assertEqual([customer], self.customers_on(rule, day))
		change_settings(leap_day_birthday="28 February")
		self.assertEqual(([], [customer]), (self.customers_on(rule, "2027-03-01"), self.customers_on(rule, "2028-02-29")))
		self.assertEqual([], self.customers_on(rule, "2028-02-28"))

	def test_by_the_lunar_calendar_also_without_the_year_of_birth(self):
		rule = make_rule()
		known, unknown = self.lunar(8, 15, year=1985), self.lunar(8, 15)
		self.assertEqual(sorted((known, unknown)), sorted(self.customers_on(rule, to_solar(LunarDate(2026, 8, 15)))))
		# The registered day of birth, 29 September 1985, is nobody's birthday.
		self.assertEqual([], self.customers_on(rule, "2026-09-29"))

	def test_in_a_leap_month(self):
		rule, customer = make_rule(), self.lunar(6, 5, leap=True)
		plain, leap = to_solar(LunarDate(2025, 6, 5)), to_solar(LunarDate(2025, 6, 5, True))
		self.assertEqual(([], [customer]), (self.customers_on(rule, plain), self.customers_on(rule, leap)))
		change_settings(leap_month_birthday="Plain Month")
		self.assertEqual(([customer], []), (self.customers_on(rule, plain), self.customers_on(rule, leap)))
		self.assertEqual([customer], self.customers_on(rule, to_solar(LunarDate(2026, 6, 5))))

	def test_on_the_30th_of_a_short_month(self):
		rule, customer = make_rule(), self.lunar(12, 30)
		self.assertEqual([customer], self.customers_on(rule, to_solar(LunarDate(2025, 12, 29))))
		self.assertEqual([], self.customers_on(rule, to_solar(LunarDate(2023, 12, 29))))
		self.assertEqual([customer], self.customers_on(rule, to_solar(LunarDate(2023, 12, 30))))

	def test_two_lunar_birthdays_in_one_year_of_ours_are_two(self):
		# The twelfth month of 2025 ends in February 2026, that of 2026 in February 2027.
		rule, customer = make_rule(), self.lunar(11, 20)
		days = [to_solar(LunarDate(year, 11, 20)) for year in (2024, 2025, 2026)]
		keys = {self.found_on(rule, day)[0].occurrence for day in days}
		self.assertEqual(({customer}, 3), ({self.customers_on(rule, day)[0] for day in days}, len(keys)))

	def test_the_day_of_birth_itself_is_none(self):
		rule = make_rule()
		self.born("2026-11-22")
		self.assertEqual([], self.customers_on(rule, TODAY))


class TestFestivals(TriggerTestCase):
	def test_everybody_is_greeted_on_the_day_only(self):
		rule, customer = make_rule("Festival", festival="Spring Festival", filters=[{"about": "Customer", "fieldname": "city", "operator": "=", "value": "春节市"}]), self.customer(city="春节市")
		self.assertEqual([customer], self.customers_on(rule, "2027-02-06"))
		self.assertEqual(([], []), (self.customers_on(rule, "2027-02-05"), self.customers_on(rule, "2027-02-07")))

	def test_days_before_it_over_the_end_of_a_month(self):
		city = [{"about": "Customer", "fieldname": "city", "operator": "=", "value": "元旦市"}]
		self.customer(city="元旦市")
		rule = make_rule("Festival", festival="New Year's Day", offset_days=-2, filters=city)
		for day, created in ((29, 0), (30, 1), (31, 0)):
			self.assertEqual(created, self.run_on(rule, date(2026, 12, day))["created"])

	def test_one_that_is_switched_off_is_not_kept(self):
		rule = make_rule("Festival", festival=make_festival("Test Fest", month=11, day=22).name)
		self.customer()
		self.assertTrue(self.customers_on(rule, TODAY))
		frappe.db.set_value("C4S Festival", "Test Fest", "enabled", 0)
		self.assertEqual([], self.customers_on(rule, TODAY))

	def test_it_goes_through_the_customers_slice_by_slice(self):
		rule = make_rule("Festival", festival=make_festival("Test Fest", month=11, day=22).name, filters=[{"about": "Customer", "fieldname": "city", "operator": "=", "value": "切片市"}])
		customers = [self.customer(city="切片市") for _number in range(5)]
		with patch("crm4s.rows.ranges.SLICE", 2):
			self.assertEqual(sorted(customers), self.customers_on(rule, TODAY))


class TestCars(TriggerTestCase):
	def test_days_in_the_file_of_the_car(self):
		for trigger, field in (("Insurance End", "insurance_until"), ("Inspection Due", "inspection_due_on"), ("Warranty End", "warranty_until"), ("After Delivery", "delivered_on")):
			with self.subTest(trigger):
				car, rule = self.car(**{field: "2026-11-22"}), make_rule(trigger)
				self.assertEqual([car.name], [due.vehicle for due in self.found_on(rule, TODAY) if due.vehicle == car.name])
				self.assertFalse([due for day in (TODAY - DAY, TODAY + DAY) for due in self.found_on(rule, day) if due.vehicle == car.name])

	def test_a_renewed_insurance_is_due_again(self):
		car, rule = self.car(insurance_until="2026-11-22"), make_rule("Insurance End")
		self.run_on(rule)
		car.db_set("insurance_until", "2027-11-22")
		self.run_on(rule, date(2027, 11, 22))
		self.assertEqual(2, len(self.tasks(rule)))

	def test_a_car_that_is_not_with_a_customer_is_left_out(self):
		car, rule = self.car(insurance_until="2026-11-22"), make_rule("Insurance End")
		car.db_set("status", "Scrapped")
		self.assertEqual([], self.found_on(rule, TODAY))

	def test_the_new_owner_is_told_of_what_the_old_one_knew(self):
		car, rule = self.car(insurance_until="2026-11-22"), make_rule("Insurance End")
		self.run_on(rule)
		new = self.customer()
		car.db_set("current_owner", new)
		self.run_on(rule)
		self.assertEqual(2, len(set(self.customers(rule))))

	def test_inspection_by_the_age_of_the_car_where_nobody_entered_the_day(self):
		rule = make_rule("Inspection Due", car_ages="6, 10，11")
		six, seven, entered = (self.car(first_registered_on=day) for day in ("2020-11-22", "2019-11-22", "2020-11-22"))
		entered.db_set("inspection_due_on", "2027-01-01")
		self.assertEqual([six.name], [due.vehicle for due in self.found_on(rule, TODAY)])
		leap = self.car(first_registered_on="2016-02-29")
		self.assertEqual([leap.name], [due.vehicle for due in self.found_on(rule, "2026-02-28")])
		self.assertNotIn(seven.name, [due.vehicle for due in self.found_on(rule, TODAY)])

	def test_of_two_warranties_the_one_that_ends_last(self):
		rule = make_rule("Warranty End")
		car = self.car(warranty_until="2026-11-22", extended_warranty_until="2028-11-22")
		self.assertEqual(([], [car.name]), tuple([due.vehicle for due in self.found_on(rule, day)] for day in ("2026-11-22", "2028-11-22")))
		self.assertEqual([car.name], [due.vehicle for due in self.found_on(make_rule("Warranty End", warranty_kind="Warranty"), TODAY)])
		car.db_set("extended_warranty_until", "2026-11-22")
		self.assertEqual(1, len(self.found_on(rule, TODAY)))

	def test_anniversaries_of_the_purchase(self):
		rule, car = make_rule("Purchase Anniversary"), self.car(delivered_on="2024-02-29")
		self.assertEqual([1], [due.facts["years"] for due in self.found_on(rule, "2025-02-28") if due.vehicle == car.name])
		self.assertEqual([4], [due.facts["years"] for due in self.found_on(rule, "2028-02-29") if due.vehicle == car.name])
		self.assertEqual([], self.found_on(rule, "2028-02-28"))

	def test_the_replacement_window_at_the_end_of_a_month(self):
		rule, car = make_rule("Replacement Window", months=18), self.car(delivered_on="2025-08-31")
		self.assertEqual([car.name], [due.vehicle for due in self.found_on(rule, "2027-02-28")])
		self.assertEqual([], self.found_on(rule, "2027-03-01"))


class TestForecast(TriggerTestCase):
	def test_a_car_is_due_by_the_forecast_once_for_each_visit(self):
		car, rule = self.car(next_service_on="2026-12-06", next_service_km=20000, next_service_basis="Distance"), make_rule("Service Due", offset_days=-14)
		self.visit(car, "2026-05-01")
		self.run_on(rule)
		task = self.tasks(rule)[0]
		self.assertEqual((car.name, TODAY), (task.vehicle, task.due_on))
		self.assertIn("20000 km", task.why)
		# The forecast moves by some days; it is the same service.
		car.db_set("next_service_on", "2026-12-09")
		self.assertEqual(0, self.run_on(rule, date(2026, 11, 25))["created"])
		self.visit(car, "2026-12-01")
		car.db_set("next_service_on", "2027-06-01")
		self.assertEqual(1, self.run_on(rule, date(2027, 5, 18))["created"])

	def test_a_forecast_that_jumps_over_the_day_is_caught_by_the_window(self):
		car, rule = self.car(next_service_on="2026-11-26"), make_rule("Service Due", offset_days=-14, window_days=14)
		self.visit(car, "2026-05-01")
		self.assertEqual(1, self.run_on(rule)["created"])
		self.assertEqual(TODAY, self.tasks(rule)[0].due_on)
		self.assertEqual(0, self.run_on(make_rule("Service Due", offset_days=-14, window_days=5))["created"])

	def test_the_first_service_is_that_of_cars_that_never_came(self):
		new, old = self.car(next_service_on="2026-11-22"), self.car(next_service_on="2026-11-22")
		self.visit(old, "2026-05-01")
		self.visit(new, "2026-06-01", visit_kind="Rescue")
		self.assertEqual([new.name], [due.vehicle for due in self.found_on(make_rule("First Service"), TODAY)])
		self.assertEqual([old.name], [due.vehicle for due in self.found_on(make_rule("Service Due"), TODAY)])


class TestVisits(TriggerTestCase):
	def test_after_a_visit_of_a_kind(self):
		car = self.car()
		name = self.visit(car, "2026-11-19")
		rule = make_rule("After Visit", offset_days=3, visit_kind="Workshop")
		self.run_on(rule)
		self.assertEqual([(car.name, self.store)], [(task.vehicle, task.dealership) for task in self.tasks(rule)])
		frappe.db.set_value("C4S Service Visit", name, "visit_kind", "Rescue")
		self.assertEqual([], self.found_on(rule, "2026-11-19"))

	def test_the_last_second_of_the_day_belongs_to_it(self):
		car, rule = self.car(), make_rule("After Visit")
		name = self.visit(car, "2026-11-19")
		for moment, day in (("2026-11-19 23:59:59.5", "2026-11-19"), ("2026-11-20 00:00:00", "2026-11-20")):
			frappe.db.set_value("C4S Service Visit", name, "settled_on", moment)
			self.assertEqual([day], [day for day in ("2026-11-18", "2026-11-19", "2026-11-20") if self.found_on(rule, day)])

	def test_a_car_that_was_not_here_for_months(self):
		gone, back, rule = self.car(), self.car(), make_rule("No Visit for Months", months=6)
		self.visit(gone, "2026-05-22")
		self.visit(back, "2026-05-22")
		self.visit(back, "2026-08-01")
		self.assertEqual([gone.name], [due.vehicle for due in self.found_on(rule, TODAY)])

	def test_months_end_on_the_last_day_of_a_short_month(self):
		rule = make_rule("No Visit for Months", months=6)
		cars = [self.car() for _number in range(3)]
		for car, day in zip(cars, ("2026-08-28", "2026-08-31", "2026-09-01"), strict=True):
			self.visit(car, day)
		self.assertEqual({cars[0].name, cars[1].name}, {due.vehicle for due in self.found_on(rule, "2027-02-28")})
		self.assertEqual({cars[2].name}, {due.vehicle for due in self.found_on(rule, "2027-03-01")})

	def test_who_stays_away_longer_than_usual(self):
		usual, other, rule = self.customer(), self.customer(), make_rule("No Visit in Own Rhythm", rhythm_factor=1.5)
		frappe.db.set_value("C4S Customer", usual, {"last_visit_on": TODAY - 150 * DAY, "average_visit_interval_days": 100})
		frappe.db.set_value("C4S Customer", other, {"last_visit_on": TODAY - 149 * DAY, "average_visit_interval_days": 100})
		self.assertEqual([usual], self.customers_on(rule, TODAY))
		self.assertEqual([other], self.customers_on(rule, TODAY + DAY))


class TestDeals(TriggerTestCase):
	def deal(self, **values):
		deal = make_deal(dealership=self.store, customer=self.customer())
		frappe.db.set_value("C4S Deal", deal.name, values)
		return deal.name

	def test_who_waits_hears_from_us_every_so_many_days(self):
		deal, rule = self.deal(status="Ordered", ordered_on="2026-11-01 16:00:00"), make_rule("Waiting for Delivery", every_days=7)
		days = [day for day in range(1, 29) if any(due.subject == deal for due in self.found_on(rule, f"2026-11-{day:02d}"))]
		self.assertEqual([8, 15, 22], days)
		frappe.db.set_value("C4S Deal", deal, "status", "Delivered")
		self.assertEqual([], self.found_on(rule, TODAY))

	def test_the_last_instalment(self):
		deal, rule = self.deal(status="Delivered", delivered_on="2023-11-22 10:00:00", finance_months=36), make_rule("Finance End")
		found = self.found_on(rule, TODAY)
		self.assertEqual([(deal, 36, self.store)], [(due.subject, due.facts["months"], due.dealership) for due in found])
		self.assertEqual([], self.found_on(rule, TODAY + DAY))


class TestVoiceAndValue(TriggerTestCase):
	def test_a_low_score_is_followed_up(self):
		response = make_response(make_survey(), dealership=self.store, customer=self.customer())
		frappe.db.set_value("C4S Survey Response", response.name, {"responded_on": "2026-11-22 09:00:00", "score": 599.5, "rated_answers": 3})
		for below, found in ((599.5, 0), (600, 1)):
			rule = make_rule("Low Score", score_below=below)
			self.assertEqual(found, len([due for due in self.found_on(rule, TODAY) if due.subject == response.name]))

	def test_a_value_that_the_nightly_job_moved(self):
		customer = self.customer()
		frappe.db.set_value("C4S Customer", customer, {"value_level": "Middle", "value_level_before": None})
		# Without visits the value is low.
		car = self.car(customer)
		self.visit(car, "2026-11-01", margin=1)
		recompute_range(customer, customer, TODAY)
		row = frappe.db.get_value("C4S Customer", customer, ["value_level", "value_level_before", "value_level_changed_on"])
		self.assertEqual(("Low", "Middle", TODAY), row)
		self.assertEqual([customer], self.customers_on(make_rule("Value Change", value_change="Fallen"), TODAY))
		self.assertEqual([], self.customers_on(make_rule("Value Change", value_change="Risen"), TODAY))
		# The next night changes nothing.
		recompute_range(customer, customer, TODAY + DAY)
		self.assertEqual(TODAY, frappe.db.get_value("C4S Customer", customer, "value_level_changed_on"))

	def test_a_value_class_that_fell_by_all_dealings(self):
		customer = self.customer()
		common = {"doctype": "C4S Value Change", "customer": customer, "dealership": self.store, "changed_on": TODAY, "class_before": "High Value Stable"}
		frappe.get_doc({**common, "is_whole": 1, "class_after": "High Value at Risk"}).insert()
		frappe.get_doc({**common, "is_whole": 0, "class_after": "No Value"}).insert()
		# Who is new or gone has not moved from class to class.
		for before, after in (("", "High Value Stable"), ("High Value Stable", "")):
			new = {**common, "customer": self.customer(), "name": frappe.generate_hash(length=12), "is_whole": 1, "class_before": before, "class_after": after}
			frappe.get_doc(new).db_insert()
		self.assertEqual([customer], self.customers_on(make_rule("Value Class Change", value_change="Fallen"), TODAY))
		self.assertEqual([], self.customers_on(make_rule("Value Class Change", value_change="Risen"), TODAY))


class TestMembership(TriggerTestCase):
	def test_points_that_are_about_to_expire(self):
		customer, rule = self.customer(), make_rule("Points Expiry", offset_days=-30)
		member = make_member(customer)
		frappe.db.set_value("C4S Membership", member.name, {"next_expiry_on": "2026-12-22", "next_expiry_points": 120})
		self.run_on(rule)
		task = self.tasks(rule)[0]
		self.assertEqual((customer, TODAY), (task.customer, task.due_on))
		self.assertRegex(task.why, "^120 points expire on ")
		self.assertEqual(0, self.run_on(rule, TODAY + DAY)["created"])

	def test_a_coupon_that_was_not_used(self):
		customer, rule = self.customer(), make_rule("Coupon Expiry", offset_days=-7)
		coupon = make_coupon(customer=customer)
		frappe.db.set_value("C4S Coupon", coupon.name, "valid_until", TODAY + 7 * DAY)
		self.run_on(rule)
		self.assertEqual([customer], self.customers(rule))
		frappe.db.set_value("C4S Coupon", coupon.name, "status", "Redeemed")
		self.assertEqual([], self.found_on(rule, TODAY + 7 * DAY))


class TestRecalls(TriggerTestCase):
	def test_cars_of_active_recalls_also_those_that_came_later(self):
		recall, rule = make_recall(released_on="2026-11-20"), make_rule("Recall")
		first, second = self.car(), self.car()
		for car in (first, second):
			list_car(recall.name, car.vin)
		self.assertEqual(2, self.run_on(rule)["created"])
		later = self.car()
		list_car(recall.name, later.vin)
		self.assertEqual(1, self.run_on(rule, TODAY + DAY)["created"])
		self.assertIn(recall.name, self.tasks(rule, vehicle=later.name)[0].why)

	def test_repaired_cars_and_closed_or_coming_recalls_are_left_out(self):
		recall, rule = make_recall(released_on="2026-11-20"), make_rule("Recall")
		listed = list_car(recall.name, self.car().vin)
		self.assertEqual(1, len(self.found_on(rule, TODAY)))
		self.assertEqual([], self.found_on(rule, "2026-11-19"))
		listed.update({"status": "Repaired"}).save()
		self.assertEqual([], self.found_on(rule, TODAY))
		listed.update({"status": "Open"}).save()
		recall.reload()
		recall.update({"status": "Closed"}).save()
		self.assertEqual([], self.found_on(rule, TODAY))


class TestIndexes(TriggerTestCase):
	def test_every_day_that_a_trigger_looks_for_has_its_index(self):
		"""The columns that a trigger names begin an index of their table."""
		for trigger, asked in TRIGGERS.items():
			if trigger == "Festival":
				continue
			doctype = ""
			for part in asked.index.split(";"):
				named, _colon, columns = part.rpartition(":")
				doctype = named.strip() or doctype
				wanted = [column.strip() for column in columns.split(",")]
				with self.subTest(trigger=trigger, columns=wanted):
					rows = frappe.db.sql(f"show index from `tab{doctype}`", as_dict=True)
					indexes: dict[str, list[str]] = {}
					for row in sorted(rows, key=lambda row: row.Seq_in_index):
						indexes.setdefault(row.Key_name, []).append(row.Column_name)
					self.assertTrue(any(index[: len(wanted)] == wanted for index in indexes.values()), indexes)
