"""The run: each due thing once, whatever happens."""

from datetime import date, datetime, timedelta
from unittest.mock import patch

import frappe
from frappe.tests.utils import FrappeTestCase
from frappe.utils import getdate

from crm4s.care import api, run
from crm4s.care.dry_run import try_out
from crm4s.care.slices import days_of
from crm4s.crm4s.doctype.c4s_care_rule.test_c4s_care_rule import make_rule
from crm4s.crm4s.doctype.c4s_customer.test_c4s_customer import make_customer
from crm4s.crm4s.doctype.c4s_dealership.test_c4s_dealership import make_dealership
from crm4s.crm4s.doctype.c4s_lead.test_c4s_lead import make_lead
from crm4s.crm4s.doctype.c4s_message_template.test_c4s_message_template import make_template
from crm4s.crm4s.doctype.c4s_service_visit.test_c4s_service_visit import make_service_visit
from crm4s.crm4s.doctype.c4s_vehicle.test_c4s_vehicle import make_vehicle
from crm4s.tests.at_once import at_once, done
from crm4s.tests.clock import stopped_at
from crm4s.tests.people import as_user, make_user

TASK = "C4S Care Task"
TODAY = date(2026, 11, 22)


class CareTestCase(FrappeTestCase):
	"""All rules that others left are off; a savepoint takes back what a test does."""

	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		cls.store = make_dealership("CARE-1").name
		frappe.db.set_value("C4S Care Rule", {"enabled": 1}, "enabled", 0)
		cls.addClassCleanup(frappe.db.rollback)

	def setUp(self):
		frappe.db.savepoint("care_run")

	def tearDown(self):
		frappe.set_user("Administrator")
		frappe.db.rollback(save_point="care_run")

	def customer(self, **values) -> str:
		return make_customer(store=self.store, **values).name

	def born(self, day: str, **values) -> str:
		return self.customer(birthday=day, **values)

	def tasks(self, rule, **filters) -> list:
		fields = ["name", "customer", "vehicle", "dealership", "due_on", "why", "status", "assigned_to", "reference_doctype", "reference_name", "title"]
		return frappe.get_all(TASK, {"rule": rule.name, **filters}, fields, order_by="due_on, customer")

	def run_on(self, rule, day: date = TODAY) -> dict:
		return run.run_rule(rule.name, day)

	def customers(self, rule) -> list[str]:
		return [task.customer for task in self.tasks(rule)]


class TestOnce(CareTestCase):
	def test_a_due_thing_becomes_one_task_however_often_it_is_run(self):
		customer, rule = self.born("1990-11-22"), make_rule()
		first, second = self.run_on(rule), self.run_on(rule)
		self.assertEqual((1, 0, 1), (first["created"], second["created"], second["known"]))
		task = self.tasks(rule)[0]
		self.assertEqual((customer, self.store, TODAY, "Open"), (task.customer, task.dealership, task.due_on, task.status))
		self.assertRegex(task.why, "^Birthday on ")
		self.assertRegex(task.name, r"^CT-\d{8}$")
		self.assertEqual("张伟", task.title)

	def test_the_next_year_is_another_one(self):
		rule = make_rule()
		self.born("1990-11-22")
		for year in (2026, 2027):
			self.run_on(rule, date(year, 11, 22))
		self.assertEqual([date(2026, 11, 22), date(2027, 11, 22)], [task.due_on for task in self.tasks(rule)])

	def test_missed_days_are_made_up_for_on_their_own_days(self):
		rule = make_rule(catch_up_days=7)
		self.run_on(rule, date(2026, 11, 15))
		for day in (13, 15, 16, 20, 22, 23):
			self.born(f"1990-11-{day}")
		self.run_on(rule)
		self.assertEqual([16, 20, 22], [task.due_on.day for task in self.tasks(rule)])
		self.assertEqual(TODAY, getdate(frappe.db.get_value("C4S Care Rule", rule.name, "last_run_for")))

	def test_no_more_days_are_made_up_for_than_the_rule_says(self):
		rule = make_rule(catch_up_days=2)
		rule.last_run_for = date(2026, 9, 1)
		self.assertEqual((date(2026, 11, 20), TODAY), days_of(rule, TODAY))
		rule.catch_up_days = 0
		self.assertEqual((TODAY, TODAY), days_of(rule, TODAY))

	def test_a_clock_that_is_set_back_makes_nothing_twice_and_skips_nothing(self):
		rule, _customer = make_rule(), self.born("1990-11-22")
		self.run_on(rule)
		# Set forward by a year by mistake, and back again.
		frappe.db.set_value("C4S Care Rule", rule.name, "last_run_for", date(2027, 11, 1))
		self.assertEqual(0, self.run_on(rule)["created"])
		self.born("1991-11-23")
		self.assertEqual(1, self.run_on(rule, TODAY + timedelta(days=1))["created"])

	def test_killed_half_way_it_is_finished_by_the_next_run(self):
		rule = make_rule()
		for _number in range(5):
			self.born("1990-11-22")
		insert, calls = run.insert_unless_known, []

		def dying(*arguments):
			calls.append(arguments)
			if len(calls) == 2:
				raise KeyboardInterrupt
			return insert(*arguments)

		with patch("crm4s.care.slices.SLICE", 2):
			with patch.object(run, "insert_unless_known", dying), self.assertRaises(KeyboardInterrupt):
				self.run_on(rule)
			self.assertEqual(2, len(self.tasks(rule)))
			self.assertIsNone(frappe.db.get_value("C4S Care Rule", rule.name, "last_run_for"))
			self.assertEqual((3, 2), (self.run_on(rule)["created"], self.run_on(rule)["known"] - 3))
		self.assertEqual(5, len(set(self.customers(rule))))

	def test_a_task_that_was_done_is_not_made_again(self):
		rule, _customer = make_rule(), self.born("1990-11-22")
		self.run_on(rule)
		frappe.db.set_value(TASK, self.tasks(rule)[0].name, "status", "Done")
		self.assertEqual(0, self.run_on(rule)["created"])


class TestTwoAtOnce(FrappeTestCase):
	def test_two_runs_at_the_same_moment_make_each_task_once(self):
		store = make_dealership("CARE-AT-ONCE").name
		customers = [make_customer(store=store, birthday="1990-11-22").name for _number in range(8)]
		rule = make_rule()
		self.addCleanup(self.take_away, customers, rule.name, store)

		def go():
			return run.run_rule(rule.name, TODAY)["created"]

		with patch("crm4s.care.slices.SLICE", 3):
			counts = done(at_once(go, go))
		self.assertEqual(2, len(counts))
		found = frappe.get_all(TASK, {"rule": rule.name, "customer": ["in", customers]}, pluck="customer")
		self.assertEqual(sorted(customers), sorted(found))
		self.assertEqual(frappe.db.count(TASK, {"rule": rule.name}), sum(counts))

	def take_away(self, customers: list[str], rule: str, store: str) -> None:
		frappe.db.rollback()
		frappe.db.delete(TASK, {"rule": rule})
		frappe.delete_doc("C4S Care Rule", rule, force=True)
		for customer in customers:
			frappe.delete_doc("C4S Customer", customer, force=True)
		frappe.delete_doc("C4S Dealership", store, force=True)
		frappe.db.commit()


class TestTheWholeRun(CareTestCase):
	def test_a_rule_that_fails_is_noted_and_the_others_go_on(self):
		bad, good = make_rule(priority=1), make_rule(priority=2)
		frappe.db.set_value("C4S Care Rule", bad.name, "trigger", "No Such Trigger")
		self.born("1990-11-22")
		with stopped_at(datetime(2026, 11, 22, 3)):
			log = frappe.get_doc("C4S Care Run", run.run_all())
		self.assertEqual("With Errors", log.status)
		self.assertEqual([bad.name, good.name], [row.rule for row in log.rules])
		self.assertIn("No Such Trigger", log.rules[0].error)
		self.assertEqual((1, 1, None), (log.rules[1].found, log.rules[1].created, log.rules[1].error))
		self.assertEqual((1, TODAY), (log.created, log.day))

	def test_only_enabled_rules_are_run(self):
		off = make_rule(enabled=0)
		self.born("1990-11-22")
		with stopped_at(datetime(2026, 11, 22, 3)):
			run.run_all()
		self.assertEqual([], self.tasks(off))

	def test_the_first_day_is_the_stores_own_and_not_that_of_greenwich(self):
		rule, _customer = make_rule(), self.born("1990-11-23")
		# Seven in the morning in China is still the day before in Greenwich.
		with stopped_at(datetime(2026, 11, 23, 7)):
			run.run_all()
		self.assertEqual([date(2026, 11, 23)], [task.due_on for task in self.tasks(rule)])


class TestWhom(CareTestCase):
	def test_the_conditions_of_a_rule_choose_the_customers(self):
		model_owner, other = self.born("1990-11-22", sex="Female", city="杭州市"), self.born("1990-11-22", sex="Male", city="上海市")
		car = make_vehicle(current_owner=model_owner)
		for conditions, expected in (
			({"filters": [{"about": "Customer", "fieldname": "sex", "operator": "=", "value": "Female"}]}, [model_owner]),
			({"filters": [{"about": "Customer", "fieldname": "city", "operator": "not in", "value": "杭州市，苏州市"}]}, [other]),
			({"filters": [{"about": "Vehicle", "fieldname": "vin", "operator": "=", "value": car.vin}]}, [model_owner]),
			({"model": car.model, "filters": [{"about": "Vehicle", "fieldname": "vin", "operator": "=", "value": car.vin}]}, [model_owner]),
			({"customer_kind": "Company"}, []),
		):
			with self.subTest(conditions):
				rule = make_rule(**conditions)
				self.run_on(rule)
				self.assertEqual(expected, self.customers(rule))

	def test_a_disabled_customer_is_left_alone(self):
		rule = make_rule()
		frappe.db.set_value("C4S Customer", self.born("1990-11-22"), "disabled", 1)
		self.assertEqual(0, self.run_on(rule)["found"])

	def test_a_rule_for_some_stores_leaves_the_others_out(self):
		elsewhere = make_dealership("CARE-2").name
		make_customer(store=elsewhere, birthday="1990-11-22")
		own, rule = self.born("1990-11-22"), make_rule(below_store=self.store)
		self.run_on(rule)
		self.assertEqual([own], self.customers(rule))

	def test_a_customer_of_no_store_is_counted_and_gets_nothing(self):
		make_customer(birthday="1990-11-22")
		line = self.run_on(make_rule())
		self.assertEqual((1, 0, 1), (line["found"], line["created"], line["without_store"]))

	def test_of_several_stores_the_one_that_was_visited_last_calls(self):
		elsewhere = make_dealership("CARE-2").name
		customer = self.born("1990-11-22")
		frappe.get_doc({"doctype": "C4S Store Relationship", "customer": customer, "dealership": elsewhere, "since": "2026-11-01"}).insert()
		frappe.db.set_value("C4S Store Relationship", {"customer": customer, "dealership": self.store}, "since", "2026-01-01")
		late = make_rule()
		self.run_on(late)
		self.assertEqual(elsewhere, self.tasks(late)[0].dealership)
		visit = make_service_visit(customer=customer, dealership=self.store)
		frappe.db.set_value("C4S Service Visit", visit.name, {"status": "Settled", "settled_on": "2026-10-01 10:00:00"})
		rule = make_rule()
		self.run_on(rule)
		self.assertEqual(self.store, self.tasks(rule)[0].dealership)

	def test_the_customers_own_advisor_gets_the_task_while_he_or_she_works_here(self):
		advisor, customer = make_user("Service Advisor", [self.store]), self.born("1990-11-22")
		frappe.db.set_value("C4S Store Relationship", {"customer": customer}, "service_advisor", advisor)
		for enabled, expected in ((1, advisor), (0, None)):
			frappe.db.set_value("User", advisor, "enabled", enabled)
			rule = make_rule(owner_role="C4S Service Advisor")
			self.run_on(rule)
			self.assertEqual(expected, self.tasks(rule)[0].assigned_to)

	def test_a_rule_is_valid_from_one_day_to_another(self):
		self.born("1990-11-22")
		for values, count in (({"valid_from": "2026-11-23"}, 0), ({"valid_until": "2026-11-21"}, 0), ({"valid_from": TODAY, "valid_until": TODAY}, 1)):
			self.assertEqual(count, self.run_on(make_rule(**values))["created"])


class TestNotTooMuch(CareTestCase):
	def test_whom_another_rule_reached_of_late_is_left_alone(self):
		customer = self.born("1990-11-22")
		frappe.get_doc({"doctype": TASK, "customer": customer, "dealership": self.store, "why": "保养", "due_on": "2026-11-18"}).insert()
		frappe.db.set_value(TASK, {"customer": customer}, "rule", make_rule(enabled=0).name)
		for quiet_days, created, quiet in ((3, 1, 0), (4, 0, 1)):
			line = self.run_on(make_rule(quiet_days=quiet_days, filters=[{"about": "Customer", "fieldname": "birthday", "operator": "=", "value": "1990-11-22"}]))
			# The first of the two rules makes a task of the same day, which is the same contact.
			self.assertEqual((created, quiet), (line["created"], line["quiet"]))

	def test_the_same_rule_waits_as_long_as_it_says(self):
		customer, car = self.customer(), None
		car = make_vehicle(current_owner=customer)
		rule = make_rule("Insurance End", not_again_days=30)
		for end, created in (("2026-11-22", 1), ("2026-12-01", 0), ("2026-12-23", 1)):
			car.db_set("insurance_until", end)
			self.assertEqual(created, self.run_on(rule, getdate(end))["created"], end)


class TestMessages(CareTestCase):
	def test_a_rule_with_a_message_channel_queues_one_message_for_each_task(self):
		customer, template = self.born("1990-11-22"), make_template()
		rule = make_rule(channels=["SMS", "Desk Task"], template=template.name)
		for _time in range(2):
			self.run_on(rule)
		task = self.tasks(rule)[0]
		self.assertEqual("Message", task.status)
		fields = ["customer", "template", "purpose", "dealership", "reference_doctype", "reference_name", "channels"]
		messages = frappe.get_all("C4S Message", {"reference_name": task.name}, fields, as_list=True)
		self.assertEqual(((customer, template.name, rule.purpose, self.store, TASK, task.name, "SMS\nDesk Task"),), messages)


class TestLeads(CareTestCase):
	def test_a_replacement_window_opens_one_lead_with_the_origin_kept(self):
		customer = make_customer("13900139071", store=self.store).name
		make_vehicle(current_owner=customer, delivered_on="2021-11-22", entered_as="In Use")
		source = frappe.get_all("C4S Source", pluck="name", limit=1)[0]
		rule = make_rule("Replacement Window", months=60, opens_lead=1, lead_source=source)
		for _time in range(2):
			self.run_on(rule)
		task = self.tasks(rule)[0]
		self.assertEqual(("Done", "C4S Lead"), (task.status, task.reference_doctype))
		lead = frappe.get_doc("C4S Lead", task.reference_name)
		self.assertEqual((customer, self.store, "Replacement", source), (lead.customer, lead.dealership, lead.purchase_kind, lead.source))
		self.assertEqual(1, frappe.db.count("C4S Lead", {"customer": customer}))

	def test_who_has_an_open_lead_gets_no_second_one(self):
		customer = make_customer("13900139072", store=self.store).name
		make_vehicle(current_owner=customer, delivered_on="2021-11-22", entered_as="In Use")
		lead = make_lead(dealership=self.store, phone="13900139072", customer=customer)
		rule = make_rule("Replacement Window", months=60, opens_lead=1, lead_source=lead.source)
		self.run_on(rule)
		self.assertEqual(lead.name, self.tasks(rule)[0].reference_name)


class TestDryRun(CareTestCase):
	def test_it_says_who_and_why_and_writes_nothing(self):
		customer, rule = self.born("1990-11-22"), make_rule(enabled=0)
		make_customer(birthday="1990-11-22")
		answer = try_out(rule, TODAY)
		self.assertEqual((2, 1, 1, 0), (answer.found, answer.new, answer.without_store, answer.known))
		self.assertEqual({self.store: 1}, answer.by_store)
		row = answer.sample[0]
		self.assertEqual((customer, "张伟", self.store, "2026-11-22"), (row["customer"], row["customer_name"], row["dealership"], row["due_on"]))
		self.assertEqual([], self.tasks(rule))

	def test_what_was_made_already_is_known(self):
		rule, _customer = make_rule(), self.born("1990-11-22")
		self.run_on(rule)
		answer = try_out(rule, TODAY)
		self.assertEqual((1, 0, 1), (answer.found, answer.new, answer.known))

	def test_customers_of_other_stores_are_not_named(self):
		rule, _customer = make_rule(), self.born("1990-11-22")
		other = make_dealership("CARE-2").name
		with as_user(make_user(["Administrator", "CRM Manager"], [other])):
			row = try_out(rule, TODAY).sample[0]
		self.assertEqual((None, "张*"), (row["customer"], row["customer_name"]))


class TestWhoMayRunRules(CareTestCase):
	def test_the_dry_run_and_the_run_are_for_those_who_write_rules(self):
		rule, _customer = make_rule(), self.born("1990-11-22")
		with as_user(make_user(["CRM Manager", "CRM Specialist"], [self.store])):
			for call in (lambda: api.try_rule(rule.name), api.run_now):
				self.assertRaises(frappe.PermissionError, call)
		with as_user(make_user("Administrator")):
			self.assertEqual(1, api.try_rule(rule.name, str(TODAY))["new"])
			with patch("frappe.enqueue") as enqueue:
				api.run_now()
		self.assertEqual("crm4s.care.api.run_in_background", enqueue.call_args.args[0])

	def test_what_it_runs_in_the_background_makes_the_tasks(self):
		rule, _customer = make_rule(), self.born("1990-11-22")
		with stopped_at(datetime(2026, 11, 22, 3)):
			api.run_in_background("Administrator")
		self.assertEqual(1, len(self.tasks(rule)))

	def test_the_nightly_run_speaks_the_language_of_the_site(self):
		rule, _customer = make_rule(), self.born("1990-11-22")
		self.addCleanup(setattr, frappe.local, "lang", frappe.local.lang)
		self.addCleanup(frappe.db.set_default, "lang", frappe.db.get_default("lang"))
		frappe.db.set_default("lang", "zh")
		with stopped_at(datetime(2026, 11, 22, 3)):
			run.run_daily()
		self.assertRegex(self.tasks(rule)[0].why, "生日$")
