import frappe
from frappe.tests.utils import FrappeTestCase

SECRET = "a secret for tests 0123"


def make_exchange(name: str = "Test Exchange", **overrides):
	values = {"doctype": "C4S Telephone Exchange", "exchange_name": name, "enabled": 1, "secret": SECRET}
	return frappe.get_doc({**values, **overrides}).insert()


class TestTelephoneExchange(FrappeTestCase):
	def tearDown(self):
		frappe.db.rollback()

	def test_it_has_an_address_and_a_secret_nobody_guesses(self):
		with self.assertRaisesRegex(frappe.ValidationError, "at least 16 characters"):
			make_exchange(secret="short")
		exchange = make_exchange()
		self.assertTrue(exchange.events_address.endswith("crm4s.interactions.exchange.receive?exchange=Test%20Exchange"))
		self.assertEqual(SECRET, exchange.get_password("secret"))
		# Saved again, the form holds asterisks.
		frappe.get_doc("C4S Telephone Exchange", exchange.name).save()
		self.assertEqual(SECRET, frappe.get_doc("C4S Telephone Exchange", exchange.name).get_password("secret"))

	def test_an_extension_rings_at_one_agent(self):
		rows = [{"extension": "801", "user": "Administrator"}, {"extension": "801 ", "user": "Guest"}]
		with self.assertRaisesRegex(frappe.ValidationError, "stands twice"):
			make_exchange(extensions=rows)

	def test_it_dials_over_https_or_on_this_machine(self):
		with self.assertRaisesRegex(frappe.ValidationError, "begins with https"):
			make_exchange(call_url="http://exchange.example.com/dial")
		with self.assertRaisesRegex(frappe.ValidationError, "not JSON"):
			make_exchange(call_url="https://exchange.example.com/dial", call_body="{")
