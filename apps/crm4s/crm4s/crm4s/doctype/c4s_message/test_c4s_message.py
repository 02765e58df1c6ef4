from datetime import date, datetime

import frappe
from frappe.tests.utils import FrappeTestCase

from crm4s.crm4s.doctype.c4s_customer.test_c4s_customer import make_customer
from crm4s.crm4s.doctype.c4s_dealership.test_c4s_dealership import make_dealership
from crm4s.messages.outbox import Wish, queue
from crm4s.tests.at_once import at_once
from crm4s.tests.people import as_user, make_user

test_ignore = ["User", "Email Account"]


def a_wish(customer: str, **overrides) -> Wish:
	values = {"source_key": frappe.generate_hash(), "purpose": "Test Purpose", "channels": ("SMS",), "template": "测试 保养"}
	return Wish(**{**values, "customer": customer, **overrides})


class TestQueue(FrappeTestCase):
	def setUp(self):
		self.customer = make_customer().name

	def tearDown(self):
		frappe.set_user("Administrator")
		frappe.db.rollback()

	def test_a_wish_is_noted_once_for_each_key(self):
		wishes = [a_wish(self.customer, source_key=key) for key in ("a", "b", "a")]
		self.assertEqual([2, 0], [queue(wishes), queue(wishes)])
		self.assertEqual(0, queue([]))

	def test_it_keeps_what_was_wished(self):
		moment = datetime(2030, 1, 2, 9)
		values = {"due_on": date(2030, 1, 5), "km": 20000, "at": moment, "shop": "北京店"}
		queue([a_wish(self.customer, source_key="k", values=values, channels=("WeChat", "SMS"), not_before=moment)])
		row = frappe.get_doc("C4S Message", {"source_key": "k"})
		self.assertEqual(("To Be Sent", "WeChat\nSMS", moment, moment), (row.status, row.channels, row.not_before, row.next_attempt_on))
		kept = {"due_on": "2030-01-05", "km": 20000, "at": "2030-01-02 09:00:00", "shop": "北京店"}
		self.assertEqual(kept, frappe.parse_json(row.values_json))

	def test_what_is_no_wish_is_refused(self):
		for wrong in ({"source_key": ""}, {"source_key": "x" * 141}, {"channels": ()}, {"channels": ("Pigeon",)}, {"customer": ""}):
			with self.subTest(wrong), self.assertRaises(ValueError):
				a_wish(**{"customer": self.customer, **wrong})
		with self.assertRaises(ValueError):
			queue([a_wish(self.customer, values={"car": object()})])

	def test_two_at_once_note_a_wish_once(self):
		wish = a_wish(self.customer)
		self.addCleanup(frappe.db.commit)
		self.addCleanup(frappe.db.delete, "C4S Message", {"source_key": wish.source_key})
		self.addCleanup(frappe.db.delete, "C4S Customer", {"name": self.customer})
		self.assertEqual([0, 1], sorted(at_once(*[lambda: queue([wish])] * 2)))


class TestWhoSeesMessages(FrappeTestCase):
	def tearDown(self):
		frappe.set_user("Administrator")
		frappe.db.rollback()

	def test_a_store_sees_its_own_and_nobody_writes_one_by_hand(self):
		own, other = make_dealership("MESSAGE-1").name, make_dealership("MESSAGE-2").name
		customer = make_customer().name
		queue([a_wish(customer, source_key=store, dealership=store) for store in (own, other)])
		names = dict(frappe.get_all("C4S Message", {"customer": customer}, ["dealership", "name"], as_list=True))
		with as_user(make_user("CRM Specialist", [own])):
			self.assertEqual([names[own]], frappe.get_list("C4S Message", {"customer": customer}, pluck="name"))
			self.assertFalse(frappe.has_permission("C4S Message", "read", doc=names[other]))
			self.assertFalse(frappe.has_permission("C4S Message", "create"))
			self.assertFalse(frappe.has_permission("C4S Message", "write", doc=names[own]))
