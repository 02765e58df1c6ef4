from datetime import timedelta

import frappe
from frappe.tests.utils import FrappeTestCase
from frappe.utils import add_days, get_datetime, now_datetime

from crm4s.crm4s.doctype.c4s_customer.test_c4s_customer import make_customer
from crm4s.crm4s.doctype.c4s_dealership.test_c4s_dealership import make_dealership
from crm4s.crm4s.doctype.c4s_vehicle.test_c4s_vehicle import make_vehicle
from crm4s.interactions import actions
from crm4s.tests.people import as_user, make_user
from crm4s.tests.store_documents import DealingTests

STORE = "CIC-1"


def make_interaction(**overrides):
	"""A saved open contact by phone, of a customer of the store."""
	store = overrides.get("dealership") or make_dealership(STORE).name
	values = {"doctype": "C4S Interaction", "dealership": store, "category": "Other Contact", "said": "想问一下", **overrides}
	if "customer" not in values:
		values["customer"] = make_customer(store=store).name
	written = {field: values.pop(field) for field in ("agent", "started_on", "ended_on", "missed", "status") if field in values}
	interaction = frappe.get_doc(values)
	if written:
		interaction.update(written)
		interaction.flags.by_centre = True
	return interaction.insert(ignore_permissions=True)


class InteractionTestCase(FrappeTestCase):
	"""Users are made once a class; a savepoint takes back what a test does."""

	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		cls.store, cls.other = make_dealership(STORE).name, make_dealership("CIC-2").name
		cls.agent = make_user("Customer Service Representative", [cls.store])
		cls.addClassCleanup(frappe.db.rollback)

	def setUp(self):
		frappe.db.savepoint("interaction")

	def tearDown(self):
		frappe.set_user("Administrator")
		frappe.db.rollback(save_point="interaction")

	def fresh(self, name: str):
		return frappe.get_doc("C4S Interaction", name)


class TestInteraction(InteractionTestCase):
	def test_the_subject_is_the_beginning_of_what_was_said(self):
		self.assertEqual("空调不冷", make_interaction(said="空调不冷\n想预约").subject)
		self.assertEqual("Other Contact", make_interaction(said=None).subject)

	def test_it_is_filed_under_a_category_not_under_a_group(self):
		with self.assertRaisesRegex(frappe.ValidationError, "is a group of categories"):
			make_interaction(category="Buying a Car")

	def test_the_model_is_that_of_the_car(self):
		car = make_vehicle(dealership=self.store)
		self.assertEqual(car.model, make_interaction(vehicle=car.name).model)

	def test_what_the_centre_writes_is_not_written_by_a_form(self):
		interaction = make_interaction()
		interaction.update({"status": "Closed", "first_contact_resolved": 1, "due_on": now_datetime(), "answer": "x"})
		interaction.save()
		self.assertEqual(("Open", 0, None), (interaction.status, interaction.first_contact_resolved, interaction.answer))


class TestCall(InteractionTestCase):
	def begin(self, **values) -> str:
		with as_user(self.agent):
			return actions.begin({"dealership": self.store, "category": "Other Contact", **values})

	def test_a_call_in_hand_is_kept_with_what_was_typed(self):
		name = self.begin(contact_phone="13900139555")
		with as_user(self.agent):
			actions.note(name, {"said": "想约周三"})
			self.assertEqual([name], actions.in_hand(self.agent))
		call = self.fresh(name)
		self.assertEqual(("想约周三", "+8613900139555", self.agent, None), (call.said, call.contact_phone, call.agent, call.due_on))

	def test_a_call_that_the_agent_settles_is_resolved_at_first_contact(self):
		name = self.begin()
		with as_user(self.agent):
			actions.finish(name, {"said": "问营业时间"}, resolved=True)
		call = self.fresh(name)
		self.assertEqual(("Closed", 1, self.agent), (call.status, call.first_contact_resolved, call.closed_by))
		self.assertTrue(call.ended_on)

	def test_a_call_that_is_not_settled_is_routed_with_a_due_time(self):
		name = self.begin()
		with as_user(self.agent):
			self.assertEqual("Open", actions.finish(name, {}))
		call = self.fresh(name)
		self.assertEqual((0, "C4S Customer Service Representative"), (call.first_contact_resolved, call.department))
		self.assertEqual(timedelta(minutes=240), get_datetime(call.due_on) - get_datetime(call.ended_on))

	def test_the_next_call_ends_the_one_before(self):
		first = self.begin()
		second = self.begin()
		self.assertTrue(self.fresh(first).ended_on)
		self.assertEqual([second], actions.in_hand(self.agent))

	def test_who_comes_back_with_it_was_not_helped_at_first_contact(self):
		name = self.begin()
		with as_user(self.agent):
			actions.finish(name, {}, resolved=True)
			actions.reopen(name, "还是不行")
		call = self.fresh(name)
		self.assertEqual(("Open", 0, 1, None), (call.status, call.first_contact_resolved, call.times_reopened, call.closed_on))
		self.assertTrue(call.due_on)

	def test_who_calls_again_about_the_same_was_not_helped_at_first_contact(self):
		customer = make_customer(store=self.store).name
		about = {"customer": customer, "category": "Other Contact"}
		with as_user(self.agent):
			first, other = actions.begin(about), actions.begin({"customer": customer, "category": "Customer's Suggestion"})
			for name in (first, other):
				frappe.db.set_value("C4S Interaction", name, {"first_contact_resolved": 1, "received_on": add_days(now_datetime(), -6)})
			actions.begin(about)
		self.assertEqual([0, 1], [self.fresh(name).first_contact_resolved for name in (first, other)])

	def test_who_calls_again_after_a_long_time_comes_with_something_new(self):
		about = {"customer": make_customer(store=self.store).name, "category": "Other Contact"}
		with as_user(self.agent):
			first = actions.begin(about)
			frappe.db.set_value("C4S Interaction", first, {"first_contact_resolved": 1, "received_on": add_days(now_datetime(), -8)})
			actions.begin(about)
		self.assertEqual(1, self.fresh(first).first_contact_resolved)

	def test_what_is_handed_to_a_department_is_not_settled_by_what_came_of_it(self):
		with as_user(self.agent):
			customer = make_customer(store=self.store).name
			name = actions.begin({"said": "异响", "customer": customer})
			# Whatever it is that came of it.
			frappe.db.set_value("C4S Interaction", name, {"reference_doctype": "C4S Customer", "reference_name": customer})
			self.assertEqual("Open", actions.finish(name, {}, resolved=False))
		call = self.fresh(name)
		self.assertEqual((0, True, True), (call.first_contact_resolved, bool(call.department), bool(call.due_on)))

	def test_a_call_that_was_settled_has_a_department_once_it_is_open_again(self):
		with as_user(self.agent):
			name = actions.begin({"said": "问营业时间", "customer": make_customer(store=self.store).name})
			actions.finish(name, {}, resolved=True)
			self.assertIsNone(self.fresh(name).department)
			actions.reopen(name)
		call = self.fresh(name)
		self.assertTrue(call.department and call.due_on and call.routing_rule)

	def test_what_comes_of_it_is_noted_and_settles_it(self):
		name = self.begin(customer=make_customer(store=self.store).name)
		complaint = frappe.get_doc(
			{"doctype": "C4S Complaint", "customer": self.fresh(name).customer, "dealership": self.store, "severity": frappe.get_all("C4S Complaint Severity", pluck="name")[0], "description": "x"}
		).insert()
		with as_user(self.agent):
			actions.set_outcome(name, "C4S Complaint", complaint.name)
			self.assertEqual("Closed", actions.finish(name, {}))
		self.assertEqual(complaint.name, self.fresh(name).reference_name)

	def test_another_kind_of_document_does_not_come_of_it(self):
		with self.assertRaisesRegex(frappe.ValidationError, "Nothing of this kind"):
			actions.set_outcome(self.begin(), "User", "Administrator")


class TestAnswer(InteractionTestCase):
	def test_an_answer_is_kept_and_the_contact_is_answered(self):
		name = make_interaction().name
		with as_user(self.agent):
			actions.answer(name, "周三九点可以")
			actions.answer(name, "已确认", close=True)
		interaction = self.fresh(name)
		self.assertEqual(("Closed", "周三九点可以\n\n已确认", self.agent), (interaction.status, interaction.answer, interaction.handler))

	def test_nothing_is_closed_without_a_word(self):
		name = make_interaction().name
		with self.assertRaisesRegex(frappe.ValidationError, "why none is needed"):
			actions.close(name)
		actions.close(name, "打错了")
		with self.assertRaisesRegex(frappe.ValidationError, "open it again first"):
			actions.close(name, "x")

	def test_it_is_handed_to_a_colleague_of_the_store_only(self):
		name, stranger = make_interaction().name, make_user("CRM Specialist", [self.other])
		with as_user(self.agent):
			with self.assertRaisesRegex(frappe.ValidationError, "does not work on contacts of this store"):
				actions.hand_on(name, user=stranger)
			with self.assertRaisesRegex(frappe.ValidationError, "does not work on contacts of this store"):
				frappe.get_doc("C4S Interaction", name).update({"handler": stranger}).save()
			actions.hand_on(name, department="C4S CRM Specialist", why="归客诉")
		interaction = self.fresh(name)
		self.assertEqual(("C4S CRM Specialist", None), (interaction.department, interaction.handler))

	def test_one_takes_it_and_a_colleague_finds_it_taken(self):
		name = make_interaction().name
		with as_user(self.agent):
			actions.take(name)
		with self.assertRaisesRegex(frappe.ValidationError, "has it already"):
			actions.take(name)

	def test_another_stores_contact_is_refused(self):
		name = make_interaction(dealership=self.other).name
		with as_user(self.agent):
			for step in (lambda: actions.answer(name, "x"), lambda: actions.take(name), lambda: actions.close(name, "x"), lambda: actions.finish(name, {}), lambda: actions.reopen(name)):
				self.assertRaises(frappe.PermissionError, step)


class TestIsolation(DealingTests, FrappeTestCase):
	doctype = "C4S Interaction"
	role = "Customer Service Representative"

	def make_document_of(self, store: str, **values):
		customer = values.pop("customer", None) or make_customer(store=store).name
		return make_interaction(dealership=store, customer=customer)
