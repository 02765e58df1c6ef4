from datetime import timedelta

import frappe
from frappe.tests.utils import FrappeTestCase
from frappe.utils import add_days, get_datetime, getdate, now_datetime

from crm4s.care import api, tasks
from crm4s.crm4s.doctype.c4s_care_rule.test_c4s_care_rule import make_rule
from crm4s.crm4s.doctype.c4s_customer.test_c4s_customer import make_customer
from crm4s.crm4s.doctype.c4s_dealership.test_c4s_dealership import make_dealership
from crm4s.crm4s.doctype.c4s_service_appointment.test_c4s_service_appointment import at, make_appointment, make_bay
from crm4s.crm4s.doctype.c4s_vehicle.test_c4s_vehicle import make_vehicle
from crm4s.tests.people import as_user, make_user
from crm4s.tests.store_documents import DealingTests

STORE = "CARE-1"


def make_task(**overrides):
	"""A saved open task for a customer of the store, due today."""
	store = overrides.get("dealership") or make_dealership(STORE).name
	values = {"doctype": "C4S Care Task", "dealership": store, "why": "保养提醒", **overrides}
	if "customer" not in values:
		values["customer"] = make_customer(store=store).name
	rule = values.pop("rule", None)
	task = frappe.get_doc(values).insert(ignore_permissions=True)
	if rule:
		task.db_set("rule", rule)
	return task


class CareTaskTestCase(FrappeTestCase):
	"""Users are made once a class; a savepoint takes back what a test does."""

	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		cls.store, cls.other = make_dealership(STORE).name, make_dealership("CARE-2").name
		cls.user = make_user("CRM Specialist", [cls.store])
		cls.addClassCleanup(frappe.db.rollback)

	def setUp(self):
		frappe.db.savepoint("care_task")

	def tearDown(self):
		frappe.set_user("Administrator")
		frappe.db.rollback(save_point="care_task")

	def fresh(self, task):
		return frappe.get_doc("C4S Care Task", task.name)


class TestOutcomes(CareTaskTestCase):
	def test_reached_closes_and_notes_the_attempt(self):
		task = make_task()
		with as_user(self.user):
			api.record([task.name], "Reached", "下周来")
		task = self.fresh(task)
		self.assertEqual(("Done", "Reached", 1, self.user), (task.status, task.outcome, task.attempts, task.closed_by))
		self.assertEqual([("Reached", self.user, "下周来")], [(row.outcome, row.attempted_by, row.note) for row in task.attempts_made])

	def test_several_tasks_of_a_customer_are_one_contact(self):
		first = make_task()
		second = make_task(customer=first.customer, why="生日")
		api.record([first.name, second.name], "Refused")
		self.assertEqual(["Done", "Done"], [self.fresh(task).status for task in (first, second)])

	def test_tasks_of_several_customers_are_no_contact(self):
		first, second = make_task(), make_task()
		with self.assertRaisesRegex(frappe.ValidationError, "about several"):
			api.record([first.name, second.name], "Reached")

	def test_later_asks_when_and_keeps_it_open(self):
		task, when = make_task(), now_datetime().replace(microsecond=0) + timedelta(hours=3)
		with self.assertRaisesRegex(frappe.ValidationError, "when the customer wants"):
			api.record([task.name], "Call Later")
		with self.assertRaisesRegex(frappe.ValidationError, "in the future"):
			api.record([task.name], "Call Later", next_call_on=str(when - timedelta(days=1)))
		api.record([task.name], "Call Later", next_call_on=str(when))
		self.assertEqual(("Open", when), (self.fresh(task).status, get_datetime(self.fresh(task).next_call_on)))

	def test_no_answer_is_tried_again_the_next_day(self):
		task = make_task()
		api.record([task.name], "No Answer")
		task = self.fresh(task)
		self.assertEqual(("Open", 1, add_days(getdate(), 1)), (task.status, task.attempts, getdate(task.next_call_on)))

	def test_a_wrong_number_is_noted_on_the_customer(self):
		task = make_task(customer=make_customer("13900139077", store=self.store).name)
		api.record([task.name], "Wrong Number")
		comments = frappe.get_all("Comment", {"reference_doctype": "C4S Customer", "reference_name": task.customer, "comment_type": "Comment"}, pluck="content")
		self.assertEqual(["The number 139****9077 is wrong."], comments)
		self.assertEqual("Done", self.fresh(task).status)

	def test_a_closed_task_is_not_closed_again(self):
		task = make_task()
		api.record([task.name], "Reached")
		with self.assertRaisesRegex(frappe.ValidationError, "closed already: Reached"):
			api.record([task.name], "Refused")

	def test_one_that_nobody_need_call_says_why(self):
		task = make_task()
		with self.assertRaisesRegex(frappe.ValidationError, "Say why nobody need call"):
			api.cancel([task.name], " ")
		api.cancel([task.name], "车已卖")
		self.assertEqual(("Cancelled", "车已卖"), (self.fresh(task).status, self.fresh(task).attempts_made[0].note))

	def test_what_the_call_writes_is_not_written_by_a_form(self):
		task = make_task()
		task.update({"status": "Done", "outcome": "Reached", "escalated_on": now_datetime()})
		task.append("attempts_made", {"outcome": "Reached"})
		task.save()
		task = self.fresh(task)
		self.assertEqual(("Open", None, None, []), (task.status, task.outcome, task.escalated_on, task.attempts_made))


class TestWhoseTask(CareTaskTestCase):
	def test_somebody_takes_it_and_hands_it_to_a_colleague_of_the_store(self):
		task = make_task()
		with as_user(self.user):
			api.take([task.name])
			self.assertEqual(self.user, self.fresh(task).assigned_to)
			with self.assertRaisesRegex(frappe.ValidationError, "does not work on care tasks of this store"):
				api.take([task.name], make_user("CRM Specialist", [self.other]))

	def test_another_stores_tasks_are_refused(self):
		task = make_task(dealership=self.other)
		with as_user(self.user):
			for call in (
				lambda: api.record([task.name], "Reached"),
				lambda: api.cancel([task.name], "x"),
				lambda: api.take([task.name]),
				lambda: api.get_queue(self.other),
			):
				self.assertRaises(frappe.PermissionError, call)


class TestQueue(CareTaskTestCase):
	def contacts(self, scope: str = "team") -> dict:
		with as_user(self.user):
			return {contact["customer"]: contact for contact in api.get_queue(self.store, scope)["contacts"]}

	def test_the_tasks_of_a_customer_are_shown_together(self):
		first = make_task(due_on=add_days(getdate(), -2))
		second = make_task(customer=first.customer, why="生日")
		contact = self.contacts()[first.customer]
		self.assertEqual([first.name, second.name], [task["name"] for task in contact["tasks"]])
		self.assertTrue(contact["is_late"])

	def test_what_is_not_due_yet_or_closed_is_not_shown(self):
		later = make_task(due_on=add_days(getdate(), 1))
		closed = make_task()
		api.record([closed.name], "Reached")
		self.assertFalse({later.customer, closed.customer} & set(self.contacts()))

	def test_mine_are_those_assigned_to_me_and_those_of_my_role_that_nobody_has(self):
		mine, nobodys = make_task(assigned_to=self.user), make_task(owner_role="C4S CRM Specialist")
		others, of_role = make_task(assigned_to="Administrator"), make_task(owner_role="C4S Service Advisor")
		shown = self.contacts("mine")
		self.assertTrue({mine.customer, nobodys.customer} <= set(shown))
		self.assertFalse({others.customer, of_role.customer} & set(shown))
		self.assertTrue({task.customer for task in (mine, nobodys, others, of_role)} <= set(self.contacts("team")))

	def test_who_is_to_be_called_later_waits_at_the_end(self):
		waits, now = make_task(due_on=add_days(getdate(), -5)), make_task()
		api.record([waits.name], "Call Later", next_call_on=str(now_datetime() + timedelta(hours=3)))
		order = list(self.contacts())
		self.assertLess(order.index(now.customer), order.index(waits.customer))

	def test_the_number_is_shown_to_those_who_may_see_it(self):
		task = make_task(customer=make_customer("13900139078", store=self.store).name)
		self.assertEqual("+8613900139078", self.contacts()[task.customer]["phone"])


class TestOpenedByOthers(CareTaskTestCase):
	def test_a_message_that_reached_nobody_opens_its_task_and_no_second_one(self):
		task = make_task()
		task.db_set("status", "Message")
		name = tasks.open_call(customer=task.customer, dealership=self.store, why="x", reference_doctype="C4S Care Task", reference_name=task.name)
		self.assertEqual((task.name, "Open"), (name, self.fresh(task).status))

	def test_a_call_is_opened_once_for_each_key(self):
		customer = make_customer(store=self.store).name
		names = {tasks.open_call(customer=customer, dealership=self.store, why="积分到期", source_key="points:1") for _time in range(2)}
		self.assertEqual(1, len(names))
		self.assertEqual("Open", frappe.db.get_value("C4S Care Task", names.pop(), "status"))


class TestBooked(CareTaskTestCase):
	def book(self, task, hour: int = 10) -> str:
		return make_appointment(self.store, customer=task.customer, vehicle=task.vehicle, planned_from=at(hour)).name

	def car_task(self, trigger: str, **values):
		customer = make_customer(store=self.store).name
		car = make_vehicle(current_owner=customer, dealership=self.store).name
		return make_task(customer=customer, vehicle=car, rule=make_rule(trigger, **values).name)

	def test_an_appointment_settles_the_cars_tasks_about_service_and_no_others(self):
		service, insurance = self.car_task("Service Due"), self.car_task("Insurance End")
		self.book(service)
		self.book(insurance, hour=14)
		self.assertEqual(("Done", "Booked", "C4S Service Appointment"), (self.fresh(service).status, self.fresh(service).outcome, self.fresh(service).reference_doctype))
		self.assertEqual("Open", self.fresh(insurance).status)

	def test_a_call_that_ends_with_an_appointment_is_noted_on_all_tasks_of_the_contact(self):
		service = self.car_task("Service Due")
		birthday = make_task(customer=service.customer, why="生日")
		make_bay(self.store)
		with as_user(self.user):
			name = self.book(service)
			api.record([service.name, birthday.name], "Booked", "周三来", booked=name)
		for task in (service, birthday):
			task = self.fresh(task)
			self.assertEqual(("Done", "Booked", name, 1), (task.status, task.outcome, task.reference_name, len(task.attempts_made)))


class TestOverdue(CareTaskTestCase):
	def test_what_nobody_does_is_told_to_the_manager_once(self):
		rule = make_rule(escalation_days=3)
		frappe.db.set_value("C4S Dealership", self.store, "manager", self.user)
		late, fresh = make_task(rule=rule.name, due_on=add_days(getdate(), -4)), make_task(rule=rule.name, due_on=add_days(getdate(), -3))
		later = make_task(rule=rule.name, due_on=add_days(getdate(), -9))
		api.record([later.name], "Call Later", next_call_on=str(now_datetime() + timedelta(days=1)))
		tasks.escalate_overdue()
		self.assertTrue(self.fresh(late).escalated_on)
		self.assertFalse(self.fresh(fresh).escalated_on or self.fresh(later).escalated_on)
		told = {"for_user": self.user, "document_name": rule.name}
		self.assertEqual(1, frappe.db.count("Notification Log", told))
		tasks.escalate_overdue()
		self.assertEqual(1, frappe.db.count("Notification Log", told))


class TestIsolation(DealingTests, FrappeTestCase):
	doctype = "C4S Care Task"
	role = "CRM Specialist"

	def make_document_of(self, store: str, **values):
		customer = values.pop("customer", None) or make_customer(store=store).name
		vehicle = make_vehicle(dealership=store).name
		task = make_task(dealership=store, customer=customer, vehicle=vehicle)
		# With a row in its table.
		task.append("attempts_made", {"outcome": "No Answer", "attempted_on": now_datetime()})
		task.flags.by_care = True
		return task.save()
