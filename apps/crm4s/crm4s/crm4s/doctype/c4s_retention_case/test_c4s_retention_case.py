import frappe
from frappe.tests.utils import FrappeTestCase
from frappe.utils import add_days, getdate, nowdate

from crm4s.crm4s.doctype.c4s_customer.test_c4s_customer import make_customer
from crm4s.crm4s.doctype.c4s_dealership.test_c4s_dealership import make_dealership
from crm4s.crm4s.doctype.c4s_vehicle.test_c4s_vehicle import make_vehicle
from crm4s.exceptions import OpenCaseError
from crm4s.tests.people import as_user, make_user
from crm4s.tests.processes import bring_to, insert_in_status
from crm4s.tests.store_documents import DealingTests

test_ignore = ["User"]


def make_retention_case(**overrides):
	"""A saved open case of a customer who has not come for long."""
	dealership = overrides.get("dealership") or make_dealership("RETAIN-1").name
	values = {
		"doctype": "C4S Retention Case",
		"customer": None if "customer" in overrides else make_customer(store=dealership).name,
		"dealership": dealership,
		"reason": "No Visit for Long",
	}
	return insert_in_status({**values, **overrides})


class TestRetentionCase(FrappeTestCase):
	def tearDown(self):
		frappe.set_user("Administrator")
		frappe.db.rollback()

	def assertSaysWhy(self, sentence: str):
		return self.assertRaisesRegex(frappe.ValidationError, sentence)

	def test_it_begins_classified_and_is_called_by_customer_and_plate(self):
		case = make_retention_case(vehicle=make_vehicle(plate_number="沪A12345").name)
		self.assertEqual(("Classified", "Open"), (case.workflow_state, case.status))
		name = frappe.db.get_value("C4S Customer", case.customer, "customer_name")
		self.assertEqual(f"{name} · 沪A***45", case.title)

	def test_whoever_opens_it_handles_it(self):
		store = make_dealership("RETAIN-1").name
		customer = make_customer(store=store).name
		specialist = make_user("CRM Specialist", [store])
		with as_user(specialist):
			case = make_retention_case(customer=customer, dealership=None)
		self.assertEqual((specialist, store), (case.handler, case.dealership))

	def test_a_customer_has_one_open_case_in_a_store(self):
		case = make_retention_case()
		with self.assertSaysWhy("This customer has an open case in this store already"):
			make_retention_case(customer=case.customer)
		bring_to(case, "Ended", end_reason="Moved Away")
		self.assertTrue(make_retention_case(customer=case.customer).name)

	def test_the_next_contact_is_not_set_into_the_past_but_may_pass(self):
		with self.assertSaysWhy("Next Contact On must not be in the past"):
			make_retention_case(next_contact_on=add_days(nowdate(), -1))
		case = make_retention_case()
		case.db_set("next_contact_on", add_days(nowdate(), -1))
		case.reload()
		self.assertEqual("八折工时", case.update({"care_plan": "八折工时"}).save().care_plan)

	def test_a_case_ends_with_a_reason(self):
		with self.assertSaysWhy("Say why the case ends"):
			bring_to(make_retention_case(), "Ended", outcome="没有下文")
		case = bring_to(make_retention_case(next_contact_on=nowdate()), "Ended", end_reason="Sold the Car")
		self.assertEqual((getdate(), None, None), (case.ended_on.date(), case.won_back_on, case.next_contact_on))

	def test_a_case_opened_again_has_no_time_of_its_end(self):
		case = bring_to(make_retention_case(), "Ended", end_reason="Price")
		self.assertIsNone(bring_to(case, "Open").ended_on)

	def test_objections_stand_in_rows_with_their_answers(self):
		case = make_retention_case(objection_rows=[{"objection": "太远", "answer": "上门取送车"}, {"objection": "太贵"}])
		self.assertEqual("太远\n太贵", case.objections)


class TestOneOpenCase(FrappeTestCase):
	def tearDown(self):
		frappe.set_user("Administrator")
		frappe.db.rollback()

	def test_a_car_has_one_open_case_in_the_whole_group(self):
		car, customer = make_vehicle().name, make_customer(store=make_dealership("RETAIN-1").name).name
		first = make_retention_case(vehicle=car, customer=customer)
		with self.assertRaisesRegex(OpenCaseError, "This car has an open case already"):
			make_retention_case(vehicle=car, customer=customer, dealership=make_dealership("RETAIN-2").name)
		# Another car of the same customer is another case.
		self.assertTrue(make_retention_case(vehicle=make_vehicle().name, customer=customer).name)
		bring_to(first, "Ended", end_reason="Price")
		self.assertIsNone(first.open_key)
		self.assertTrue(make_retention_case(vehicle=car, customer=customer).name)

	def test_another_stores_case_is_not_named_to_who_does_not_see_it(self):
		own, other = make_dealership("RETAIN-1").name, make_dealership("RETAIN-2").name
		car, customer = make_vehicle(dealership=own).name, make_customer(store=own).name
		theirs = make_retention_case(vehicle=car, customer=customer, dealership=other)
		with as_user(make_user("CRM Specialist", [own])), self.assertRaises(OpenCaseError) as refusal:
			make_retention_case(vehicle=car, customer=customer, dealership=own)
		self.assertIn("Another store works on winning this car back", str(refusal.exception))
		self.assertNotIn(theirs.name, str(refusal.exception))

	def test_a_case_is_not_opened_again_while_a_newer_one_is(self):
		car, customer = make_vehicle().name, make_customer(store=make_dealership("RETAIN-1").name).name
		first = bring_to(make_retention_case(vehicle=car, customer=customer), "Ended", end_reason="Price")
		make_retention_case(vehicle=car, customer=customer)
		self.assertRaises(OpenCaseError, bring_to, first, "Open")

	def test_the_key_is_the_systems_and_unique_in_the_database(self):
		case = make_retention_case(vehicle=make_vehicle().name)
		twin = make_retention_case()
		with self.assertRaises(Exception) as refusal:
			frappe.db.set_value(case.doctype, twin.name, "open_key", case.open_key)
		self.assertTrue(frappe.db.is_unique_key_violation(refusal.exception))


class TestWhatOnlyActionsWrite(FrappeTestCase):
	def tearDown(self):
		frappe.db.rollback()

	def test_a_form_writes_neither_the_winning_visit_nor_an_approval(self):
		case = make_retention_case(offer_kind="Other", offer_cost=10_000)
		case.update({"offer_approval": "Approved by Manager", "churn_stage": "Lost to Us", "offer_given_on": "2026-01-01", "won_back_on": "2026-01-01"})
		case.save()
		case.reload()
		self.assertEqual(("To Be Approved", None, None, None), tuple(case.get(field) for field in ("offer_approval", "churn_stage", "offer_given_on", "won_back_on")))


class TestCasesOfStores(DealingTests, FrappeTestCase):
	doctype = "C4S Retention Case"
	role = "CRM Specialist"

	def make_document_of(self, store, **values):
		"""With rows in its tables; ended in the database, so that a copy of the open one may be made."""
		rows = {"contacts": [{"planned_on": add_days(nowdate(), 3), "channel": "Phone"}], "objection_rows": [{"objection": "太远"}]}
		case = make_retention_case(dealership=store, **{**rows, **values})
		frappe.db.set_value(case.doctype, case.name, {"status": "Ended", "open_key": None}, update_modified=False)
		return case
