import frappe
from frappe.tests.utils import FrappeTestCase
from frappe.utils import add_days, getdate, nowdate

from crm4s.crm4s.doctype.c4s_deal import actions
from crm4s.crm4s.doctype.c4s_deal.test_c4s_deal import DealTestCase, add_service, deliver, fresh, make_deal, make_deliverable_deal
from crm4s.tests.people import as_user, make_user
from crm4s.tests.store_documents import StoreDocumentTests

test_ignore = ["User"]


class TestC4SDealService(DealTestCase):
	def test_it_is_of_the_deals_store_customer_and_consultant(self):
		consultant = make_user("Sales Consultant", ["DEAL-1"])
		deal = self.deal(sales_consultant=consultant)
		service = add_service(deal)
		self.assertEqual((deal.dealership, deal.customer, consultant), (service.dealership, service.customer, service.responsible))

	def test_it_is_due_after_the_usual_days_of_its_kind(self):
		frappe.db.set_value("C4S Deal Service Kind", "Plate", "days", 9)
		frappe.clear_document_cache("C4S Deal Service Kind", "Plate")
		self.assertEqual(getdate(add_days(nowdate(), 9)), getdate(add_service(self.deal(), "Plate").due_on))
		with self.assertSaysWhy("Due On must not lie in the past"):
			add_service(self.deal(), due_on=add_days(nowdate(), -1))

	def test_what_is_charged_follows_into_the_deal_until_it_is_cancelled(self):
		deal = self.deal()
		service = add_service(deal, charged_amount=5000)
		self.assertEqual(203_800, fresh(deal).total_amount)
		service.update({"charged_amount": 5500}).save()
		self.assertEqual(204_300, fresh(deal).total_amount)
		service.update({"status": "Cancelled"}).save()
		self.assertEqual(198_800, fresh(deal).total_amount)

	def test_a_deleted_service_is_not_charged(self):
		deal = self.deal()
		add_service(deal, charged_amount=5000).delete()
		self.assertEqual(198_800, fresh(deal).total_amount)

	def test_done_has_its_time(self):
		service = add_service(self.deal())
		service.update({"status": "Done"}).save()
		self.assertEqual(getdate(), getdate(service.done_on))
		self.assertIsNone(service.update({"status": "In Progress"}).save().done_on)

	def test_after_delivery_it_is_finished_but_not_charged(self):
		deal = make_deliverable_deal(customer=self.customer)
		service = add_service(deal, "Accessory")
		deliver(deal)
		service.update({"status": "Done"}).save()
		service.charged_amount = 100
		with self.assertSaysWhy("What the customer is charged cannot change any more: the deal is Delivered"):
			service.save()

	def test_delivery_waits_for_mandatory_kinds_only(self):
		deal = make_deliverable_deal(customer=self.customer)
		plate = add_service(deal, "Plate")
		add_service(deal, "Accessory")
		with self.assertSaysWhy("Services not finished: Plate"):
			actions.deliver(deal.name)
		plate.update({"status": "Done"}).save()
		self.assertEqual("Delivered", deliver(deal).status)

	def test_a_deal_of_another_store_gets_no_service(self):
		deal = make_deal(dealership="DEAL-1")
		with as_user(make_user("Sales Consultant", [self.other_store()])):
			for values in ({}, {"dealership": "DEAL-2"}):
				with self.assertRaises(frappe.PermissionError):
					add_service(deal, **values)

	def other_store(self) -> str:
		from crm4s.crm4s.doctype.c4s_dealership.test_c4s_dealership import make_dealership

		return make_dealership("DEAL-2").name


class TestServicesOfStores(StoreDocumentTests, FrappeTestCase):
	doctype = "C4S Deal Service"
	role = "Sales Consultant"

	def make_document_of(self, store):
		return add_service(make_deal(dealership=store))

	def test_a_document_cannot_be_made_for_another_store(self):
		other = self.make_document_of(self.other)
		with as_user(self.user), self.assertRaises(frappe.PermissionError):
			frappe.copy_doc(other).insert()

	def test_a_document_of_another_store_cannot_be_drawn_into_the_own(self):
		other = self.make_document_of(self.other)
		with as_user(self.user):
			document = frappe.get_doc(self.doctype, other.name)
			document.dealership = self.own
			self.assertRaises(frappe.PermissionError, document.save)
