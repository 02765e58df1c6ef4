"""Without ERPNext: crm4s/erpnext_link/tests/test_presence.py."""

import frappe

from crm4s.erpnext_link.tests.site import LinkTestCase
from crm4s.tests.people import make_user


class TestC4SERPNextSettings(LinkTestCase):
	def assert_refused(self, sentence: str, **overrides):
		with self.assertRaisesRegex(frappe.ValidationError, sentence):
			self.set_up(**overrides)

	def test_what_is_not_there_in_erpnext_is_refused_by_its_field(self):
		self.assert_refused("Price List <strong>Gone</strong> is not there in ERPNext", price_list="Gone")
		self.assert_refused("Company <strong>Gone</strong> is not there in ERPNext", stores=[self.store_row(company="Gone")])

	def test_a_dealership_a_payer_and_a_field_are_named_once(self):
		self.assert_refused("named twice in Stores and Companies", stores=[self.store_row(), self.store_row()])
		self.assert_refused("named twice in Whose Word Counts", owners=[{"our_field": "Phone", "owned_by": "CRM"}] * 2)

	def test_a_warehouse_of_another_company_is_refused(self):
		other = frappe.get_doc({"doctype": "Company", "company_name": "Other", "abbr": "OTH", "default_currency": "CNY", "country": "China"}).insert()
		warehouse = frappe.get_all("Warehouse", {"company": other.name, "is_group": 0}, pluck="name")[0]
		self.assert_refused("Warehouse of Parts in row 1 belongs to another company", stores=[self.store_row(warehouse=warehouse)])

	def test_the_user_has_the_role_and_is_nobodys_own(self):
		self.assert_refused("must have the role", user="Administrator")
		self.assert_refused("must have the role", user=make_user("Administrator"))
		self.assert_refused("User of the Link is needed", user=None)

	def test_the_link_rests_while_its_user_is_disabled(self):
		from crm4s.erpnext_link import plan

		self.assertIsNotNone(plan.current())
		frappe.db.set_value("User", self.plan.user, "enabled", 0)
		self.assertIsNone(plan.current())
