import frappe
from frappe.tests.utils import FrappeTestCase
from frappe.utils import add_days, nowdate

from crm4s.crm4s.doctype.c4s_finance_offer.c4s_finance_offer import fitting_offers
from crm4s.crm4s.doctype.c4s_vehicle_model.test_c4s_vehicle_model import make_model
from crm4s.tests.people import as_user, make_user


def make_offer(name: str = "测试方案", **overrides):
	"""A loan of three years with 30 % down that every model can have."""
	values = {
		"doctype": "C4S Finance Offer",
		"offer_name": name,
		"provider": "测试银行",
		"months": 36,
		"annual_rate": 3.85,
		"minimum_down_payment_percent": 30,
	}
	return frappe.get_doc({**values, **overrides}).insert(ignore_permissions=True)


class TestC4SFinanceOffer(FrappeTestCase):
	def tearDown(self):
		frappe.set_user("Administrator")
		frappe.db.rollback()

	def fitting(self, **overrides) -> bool:
		offer = make_offer(**overrides)
		found = offer.name in [row.name for row in fitting_offers(make_model().name, "Instalments")]
		offer.delete()
		return found

	def test_an_offer_is_for_its_models_its_days_and_its_way_of_paying(self):
		tomorrow, yesterday = add_days(nowdate(), 1), add_days(nowdate(), -1)
		self.assertTrue(self.fitting())
		self.assertTrue(self.fitting(models=[{"model": make_model().name}], valid_from=nowdate(), valid_until=nowdate()))
		self.assertFalse(self.fitting(models=[{"model": make_model("T-OTHER-DEAL").name}]))
		self.assertFalse(self.fitting(valid_from=tomorrow))
		self.assertFalse(self.fitting(valid_until=yesterday))
		self.assertFalse(self.fitting(offer_kind="Lease"))
		self.assertFalse(self.fitting(enabled=0))

	def test_impossible_terms_are_refused(self):
		for overrides, sentence in (
			({"months": 0}, "Months must be between 1 and 120"),
			({"annual_rate": 101}, "Annual Rate must be between 0 and 100"),
			({"minimum_down_payment_percent": 60, "final_payment_percent": 50}, "together must not be more than the price"),
			({"valid_from": nowdate(), "valid_until": add_days(nowdate(), -1)}, "Valid Until must not be before Valid From"),
		):
			with self.subTest(sentence), self.assertRaisesRegex(frappe.ValidationError, sentence):
				make_offer(**overrides)

	def test_managers_of_sales_keep_the_offers_and_consultants_read_them(self):
		offer = make_offer().name
		for role, may_write in (("Sales Consultant", False), ("Sales Manager", True)):
			with as_user(make_user(role)):
				self.assertTrue(frappe.has_permission("C4S Finance Offer", "read", offer))
				self.assertEqual(may_write, frappe.has_permission("C4S Finance Offer", "write", offer))
