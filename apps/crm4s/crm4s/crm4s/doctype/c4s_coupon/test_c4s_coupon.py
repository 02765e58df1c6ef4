import frappe
from frappe.tests.utils import FrappeTestCase
from frappe.utils import add_days, getdate, nowdate

from crm4s.crm4s.doctype.c4s_coupon_offer.test_c4s_coupon_offer import make_coupon_offer
from crm4s.crm4s.doctype.c4s_customer.test_c4s_customer import make_customer
from crm4s.crm4s.doctype.c4s_dealership.test_c4s_dealership import make_dealership
from crm4s.exceptions import CouponError
from crm4s.membership import coupons
from crm4s.tests.people import as_user, make_user
from crm4s.tests.store_documents import DealingTests

test_ignore = ["User"]


def make_coupon(**overrides):
	"""A saved coupon of fifty for a customer."""
	values = {"doctype": "C4S Coupon", "offer": overrides.get("offer") or make_coupon_offer().name}
	values["dealership"] = overrides.get("dealership") or make_dealership("COUPON-1").name
	if "customer" not in overrides:
		values["customer"] = make_customer(store=values["dealership"]).name
	return frappe.get_doc({**values, **overrides}).insert()


class TestIsolation(DealingTests, FrappeTestCase):
	doctype = "C4S Coupon"
	role = "CRM Manager"

	def make_document_of(self, store: str, **values):
		return make_coupon(dealership=store, **values)


class TestCoupon(FrappeTestCase):
	def tearDown(self):
		frappe.set_user("Administrator")
		frappe.db.rollback()

	def test_it_gets_a_code_that_nobody_chooses(self):
		first, second = make_coupon(code="FREE", status="Redeemed", amount=5), make_coupon()
		self.assertRegex(first.code, f"^[{coupons.SIGNS}]{{12}}$")
		self.assertNotEqual(first.code, second.code)
		self.assertEqual(("Usable", 0), (first.status, first.amount or 0))

	def test_what_happened_to_it_is_not_written_by_hand(self):
		coupon = make_coupon()
		code = coupon.code
		coupon.update({"code": "FREE", "status": "Redeemed", "amount": 5, "reason": "生日"}).save()
		self.assertEqual((code, "Usable", "生日"), tuple(frappe.db.get_value("C4S Coupon", coupon.name, ["code", "status", "reason"])))

	def test_it_counts_as_long_as_the_offer_says(self):
		offer = make_coupon_offer("T-Days", valid_days=30, valid_until=add_days(nowdate(), 60)).name
		self.assertEqual(getdate(add_days(nowdate(), 30)), make_coupon(offer=offer).valid_until)
		make_coupon_offer("T-Days", valid_days=90)
		self.assertEqual(getdate(add_days(nowdate(), 60)), make_coupon(offer=offer).valid_until)
		make_coupon_offer("T-Days", valid_until=add_days(nowdate(), -1), valid_from=None)
		with self.assertRaisesRegex(CouponError, "is over"):
			make_coupon(offer=offer)

	def test_no_more_are_given_than_the_offer_has(self):
		offer = make_coupon_offer("T-Few", most_coupons=3, most_per_customer=2).name
		first = make_coupon(offer=offer)
		make_coupon(offer=offer, customer=first.customer)
		with self.assertRaisesRegex(CouponError, "has had 2 coupons"):
			make_coupon(offer=offer, customer=first.customer)
		coupons.cancel(first.name)
		make_coupon(offer=offer)
		make_coupon(offer=offer)
		with self.assertRaisesRegex(CouponError, "All 3 coupons"):
			make_coupon(offer=offer)

	def test_what_only_one_customer_may_use_names_the_customer(self):
		with self.assertRaisesRegex(frappe.MandatoryError, "Say who gets the coupon"):
			make_coupon(offer=make_coupon_offer("T-Own", transferable=0).name, customer=None)

	def test_the_same_reason_brings_one_coupon(self):
		offer, customer, store = make_coupon_offer().name, make_customer().name, make_dealership("COUPON-1").name
		names = {coupons.give(offer, customer, store, source_key="birthday|2026").name for _time in range(2)}
		self.assertEqual(1, len(names))

	def test_a_cancelled_one_stays_cancelled_and_a_redeemed_one_is_not_cancelled(self):
		coupon = make_coupon()
		frappe.db.set_value("C4S Coupon", coupon.name, "status", "Redeemed")
		with self.assertRaisesRegex(CouponError, "redeemed already"):
			coupons.cancel(coupon.name)

	def test_who_redeems_coupons_does_not_give_any(self):
		store = make_dealership("COUPON-1").name
		offer, customer = make_coupon_offer().name, make_customer(store=store).name
		with as_user(make_user("Service Advisor", [store])), self.assertRaises(frappe.PermissionError):
			make_coupon(offer=offer, customer=customer, dealership=store)
