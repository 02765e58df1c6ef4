import frappe
from frappe.tests.utils import FrappeTestCase

from crm4s import complaints
from crm4s.crm4s.doctype.c4s_customer.test_c4s_customer import make_customer
from crm4s.crm4s.doctype.c4s_dealership.test_c4s_dealership import make_dealership
from crm4s.tests.at_once import at_once, done


def tell(key: str = "survey|SR-1", **overrides) -> str:
	store = overrides.pop("dealership", None) or make_dealership("OPENING-1").name
	customer = overrides.pop("customer", None) or make_customer(store=store).name
	return complaints.open_for(customer, dealership=store, description="等了三个小时", source_key=key, **overrides)


class TestOpening(FrappeTestCase):
	def tearDown(self):
		frappe.db.rollback()

	def test_one_source_opens_one_complaint(self):
		first = tell()
		self.assertEqual(first, tell())
		self.assertNotEqual(first, tell("survey|SR-2"))

	def test_it_leads_back_to_what_it_came_from(self):
		store = make_dealership("OPENING-1").name
		complaint = frappe.get_doc("C4S Complaint", tell(reference_doctype="C4S Dealership", reference_name=store, channel="Web"))
		self.assertEqual(("C4S Dealership", store, "Web", "Open", "等了三个小时"), tuple(complaint.get(field) for field in ("reference_doctype", "reference_name", "channel", "status", "subject")))

	def test_the_category_proposes_how_grave_it_is(self):
		severities = [frappe.db.get_value("C4S Complaint", tell(str(category), category=category), "severity") for category in ("Brakes and Steering", None)]
		self.assertEqual(["Critical", "Normal"], severities)

	def test_a_source_needs_a_key(self):
		for key in ("", "x" * 141):
			self.assertRaises(ValueError, tell, key)


class TestOpeningAtOnce(FrappeTestCase):
	def test_two_who_hear_of_it_at_once_open_one(self):
		store = make_dealership("OPENING-2").name
		customer = make_customer(store=store).name
		self.addCleanup(self.take_away, store, customer)
		outcomes = at_once(*[lambda: tell("survey|SR-3", dealership=store, customer=customer)] * 2)
		self.assertEqual(2, len(done(outcomes)), outcomes)
		self.assertEqual(1, len(set(outcomes)))
		self.assertEqual(1, frappe.db.count("C4S Complaint", {"customer": customer}))

	def take_away(self, store: str, customer: str):
		for name in frappe.get_all("C4S Complaint", {"customer": customer}, pluck="name"):
			frappe.delete_doc("C4S Complaint", name, force=True)
		for name in frappe.get_all("C4S Store Relationship", {"customer": customer}, pluck="name"):
			frappe.delete_doc("C4S Store Relationship", name, force=True)
		frappe.delete_doc("C4S Customer", customer, force=True)
		frappe.delete_doc("C4S Dealership", store, force=True)
		frappe.db.commit()
