import frappe
from frappe.tests.utils import FrappeTestCase
from frappe.utils import add_days, getdate, nowdate

from crm4s.crm4s.doctype.c4s_customer.test_c4s_customer import make_customer
from crm4s.crm4s.doctype.c4s_dealership.test_c4s_dealership import make_dealership
from crm4s.crm4s.doctype.c4s_vehicle.test_c4s_vehicle import make_vehicle
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
		self.assertEqual(f"{name} · 沪A12345", case.title)

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
		bring_to(case, "Ended", outcome="客户迁往外地")
		self.assertTrue(make_retention_case(customer=case.customer).name)

	def test_the_next_contact_is_not_set_into_the_past_but_may_pass(self):
		with self.assertSaysWhy("Next Contact On must not be in the past"):
			make_retention_case(next_contact_on=add_days(nowdate(), -1))
		case = make_retention_case()
		case.db_set("next_contact_on", add_days(nowdate(), -1))
		case.reload()
		self.assertEqual("八折工时", case.update({"care_plan": "八折工时"}).save().care_plan)

	def test_an_outcome_is_told_and_dated(self):
		with self.assertSaysWhy("needs its outcome"):
			bring_to(make_retention_case(), "Won Back")
		case = bring_to(make_retention_case(next_contact_on=nowdate()), "Won Back", outcome="上门取送车打动了客户")
		self.assertEqual((getdate(), None, None), (case.won_back_on.date(), case.ended_on, case.next_contact_on))

	def test_a_case_opened_again_has_no_outcome_time(self):
		case = bring_to(make_retention_case(), "Ended", outcome="客户拒绝联系")
		self.assertTrue(case.ended_on)
		self.assertIsNone(bring_to(case, "Open").ended_on)


class TestCasesOfStores(DealingTests, FrappeTestCase):
	doctype = "C4S Retention Case"
	role = "CRM Specialist"

	def make_document_of(self, store, **values):
		"""Ended in the database, so that a copy of the open one may be made."""
		case = make_retention_case(dealership=store, **values)
		frappe.db.set_value(case.doctype, case.name, "status", "Ended", update_modified=False)
		return case
