from datetime import timedelta

import frappe
from frappe.tests.utils import FrappeTestCase
from frappe.utils import add_days, now_datetime

from crm4s.crm4s.doctype.c4s_customer.test_c4s_customer import make_customer
from crm4s.crm4s.doctype.c4s_dealership.test_c4s_dealership import make_dealership
from crm4s.crm4s.doctype.c4s_lead.test_c4s_lead import lose, make_lead
from crm4s.exceptions import InvalidIdentifierError
from crm4s.tests.people import as_user, make_user
from crm4s.tests.store_documents import DealingTests

test_ignore = ["User"]

PHONE = "13900139100"


def make_visit(**overrides):
	"""A saved visit that began ten minutes ago; nobody has been asked to take the visitor."""
	values = {
		"doctype": "C4S Showroom Visit",
		"visitor_name": "周敏",
		"phone": PHONE,
		"dealership": overrides.get("dealership") or make_dealership("ROOM-1").name,
		"arrived_on": minutes_ago(10),
		"purpose": "Look at Cars",
	}
	values.update(overrides)
	return frappe.get_doc(values).insert()


def minutes_ago(minutes: float):
	return (now_datetime() - timedelta(minutes=minutes)).replace(microsecond=0)


class VisitTestCase(FrappeTestCase):
	def tearDown(self):
		frappe.set_user("Administrator")
		frappe.db.rollback()


class TestShowroomVisit(VisitTestCase):
	def test_a_phone_is_kept_as_e164_with_its_mask(self):
		visit = make_visit(phone="139 0013 9100")
		self.assertEqual(("+8613900139100", "139****9100"), (visit.phone, visit.masked_phone))

	def test_a_phone_that_is_none_is_refused(self):
		self.assertRaises(InvalidIdentifierError, make_visit, phone="139001391")

	def test_a_visitor_may_stay_unknown(self):
		visit = make_visit(phone=None, visitor_name=None)
		self.assertEqual(("Waiting for Consultant", None), (visit.status, visit.visit_order))

	def test_the_phone_is_hidden_from_those_who_need_not_call(self):
		visit = make_visit()
		with as_user(make_user("Data Analyst", [visit.dealership])):
			row = frappe.get_list("C4S Showroom Visit", filters={"name": visit.name}, fields=["phone", "masked_phone"])[0]
		self.assertEqual((None, "139****9100"), (row.get("phone"), row.masked_phone))

	def test_at_least_one_person_comes(self):
		with self.assertRaisesRegex(frappe.ValidationError, "Party Size counts everybody who came"):
			make_visit(party_size=0)

	def test_nobody_has_arrived_tomorrow(self):
		with self.assertRaisesRegex(frappe.ValidationError, "Arrived On must not lie in the future"):
			make_visit(arrived_on=add_days(now_datetime(), 1))

	def test_who_received_the_visitor_is_noted(self):
		receptionist = make_user("Receptionist", [make_dealership("ROOM-1").name])
		with as_user(receptionist):
			visit = make_visit(received_by="Administrator")
			self.assertEqual(receptionist, visit.received_by)
			visit.update({"received_by": "Administrator", "note": "带孩子"}).save()
		self.assertEqual(receptionist, visit.received_by)

	def test_a_form_or_a_caller_does_not_move_a_visit_on(self):
		visit = make_visit(status="Gone", sales_consultant="Administrator", left_on=minutes_ago(1))
		self.assertEqual(("Waiting for Consultant", None, None), (visit.status, visit.sales_consultant, visit.left_on))
		visit.update({"status": "With Consultant", "taken_on": minutes_ago(1)}).save()
		self.assertEqual(("Waiting for Consultant", None), (visit.status, visit.taken_on))


class TestFirstOrAgain(VisitTestCase):
	def test_the_first_visit_of_a_phone_and_the_next_one(self):
		self.assertEqual("First Visit", make_visit(arrived_on=minutes_ago(600)).visit_order)
		self.assertEqual("Came Again", make_visit().visit_order)

	def test_a_visit_to_another_store_does_not_count(self):
		make_visit(dealership=make_dealership("ROOM-2").name, arrived_on=minutes_ago(600))
		self.assertEqual("First Visit", make_visit().visit_order)

	def test_the_same_customer_comes_again_with_another_phone(self):
		customer = make_customer(PHONE, make_dealership("ROOM-1").name).name
		make_visit(customer=customer, arrived_on=minutes_ago(600))
		self.assertEqual("Came Again", make_visit(phone="13900139101", customer=customer).visit_order)

	def test_a_later_visit_does_not_make_an_earlier_one_a_return(self):
		make_visit()
		self.assertEqual("First Visit", make_visit(arrived_on=minutes_ago(600)).visit_order)


class TestWhatIsKnown(VisitTestCase):
	def test_the_open_lead_of_the_same_phone_and_store_is_joined(self):
		lead = make_lead(phone=PHONE, dealership=make_dealership("ROOM-1").name)
		visit = make_visit(visitor_name=None)
		self.assertEqual((lead.name, "李娜"), (visit.lead, visit.visitor_name))

	def test_a_closed_lead_and_one_of_another_store_are_not_joined(self):
		lose(make_lead(phone=PHONE, dealership=make_dealership("ROOM-1").name))
		make_lead(phone=PHONE, dealership=make_dealership("ROOM-2").name)
		self.assertIsNone(make_visit().lead)

	def test_a_lead_of_another_store_cannot_be_linked(self):
		lead = make_lead(phone="13900139109", dealership=make_dealership("ROOM-2").name)
		with self.assertRaisesRegex(frappe.ValidationError, "belongs to another store than the visit"):
			make_visit(lead=lead.name)

	def test_a_customers_file_gives_name_and_phone(self):
		customer = make_customer(PHONE, make_dealership("ROOM-1").name, customer_name="王建国", sex="Male").name
		visit = make_visit(phone=None, visitor_name=None, customer=customer)
		self.assertEqual(("王建国", "+8613900139100", "Male"), (visit.visitor_name, visit.phone, visit.sex))

	def test_a_customer_of_another_store_cannot_be_linked(self):
		own, other = make_dealership("ROOM-1").name, make_dealership("ROOM-2").name
		stranger = make_customer(PHONE, store=other).name
		with as_user(make_user("Receptionist", [own])), self.assertRaises(frappe.PermissionError):
			make_visit(customer=stranger, dealership=own)


class TestVisitsOfStores(DealingTests, FrappeTestCase):
	doctype = "C4S Showroom Visit"
	role = "Sales Consultant"

	def make_document_of(self, store, **values):
		return make_visit(dealership=store, **values)
