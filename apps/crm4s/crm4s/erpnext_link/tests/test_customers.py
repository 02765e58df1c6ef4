"""Customers of both sides: found, made, listed for a person, and kept equal."""

import frappe

from crm4s.crm4s.doctype.c4s_customer.test_c4s_customer import CREDIT_CODE, IDENTITY_CARD, make_customer
from crm4s.crm4s.doctype.c4s_erpnext_match.c4s_erpnext_match import decide
from crm4s.crm4s.doctype.c4s_erpnext_settings.c4s_erpnext_settings import begin_first_sync
from crm4s.erpnext_link import customers, first_sync, pairs, running
from crm4s.erpnext_link.candidates import Candidates
from crm4s.erpnext_link.presence import MATCH, RECORD
from crm4s.erpnext_link.tests.site import STORE, LinkTestCase, make_their_customer

PHONE = "+8613800138077"
ADDRESS = {"province": "广东省", "city": "广州市", "district": "天河区", "address_line": "体育西路 1 号", "postal_code": "510620"}


class CustomersTestCase(LinkTestCase):
	def sync(self, *names: str, makes: bool = True):
		with running.acting_as(self.plan.user):
			return customers.find_or_make(names, self.plan, Candidates(), makes)

	def theirs(self, name: str):
		"""The customer of ERPNext that is ours."""
		return frappe.get_doc("Customer", pairs.of_ours("C4S Customer", [name], "Customer")[name].their_document)

	def linked(self, phone: str = PHONE, **overrides):
		"""A customer of ours with its pair."""
		ours = make_customer(phone, STORE, **overrides)
		self.sync(ours.name)
		return ours, self.theirs(ours.name)

	def keep_equal(self, ours):
		with running.acting_as(self.plan.user):
			differed = customers.keep_equal([ours.name], self.plan)
		ours.reload()
		return differed


class TestFindingAndMaking(CustomersTestCase):
	def test_who_is_not_there_is_made_with_contact_and_address_and_says_where_it_came_from(self):
		ours, theirs = self.linked(email="zhang@example.com", **ADDRESS)
		self.assertEqual(("张伟", "Individual", "Individual", self.plan.user), (theirs.customer_name, theirs.customer_type, theirs.customer_group, theirs.owner))
		contact = frappe.get_doc("Contact", theirs.customer_primary_contact)
		self.assertEqual((PHONE, "zhang@example.com"), (contact.mobile_no, contact.email_id))
		place = frappe.get_doc("Address", theirs.customer_primary_address)
		self.assertEqual(("广东省", "广州市", "体育西路 1 号", "510620"), (place.state, place.city, place.address_line1, place.pincode))
		comment = frappe.get_all("Comment", {"reference_doctype": "Customer", "reference_name": theirs.name, "comment_type": "Info"}, pluck="content")
		self.assertIn(ours.name, comment[0])

	def test_a_second_time_nothing_is_made(self):
		ours, _theirs = self.linked()
		self.assertEqual({}, dict(self.sync(ours.name)))
		self.assertEqual(1, frappe.db.count(RECORD, {"document": ours.name}))

	def test_an_existing_one_with_phone_and_name_is_found_however_the_number_is_written(self):
		theirs = make_their_customer("张 伟", "138-0013-8077")
		ours = make_customer(PHONE, STORE)
		self.assertEqual({customers.LINKED: 1}, dict(self.sync(ours.name)))
		self.assertEqual(theirs.name, self.theirs(ours.name).name)

	def test_a_company_is_found_by_its_tax_number(self):
		theirs = make_their_customer("Changjiang", customer_type="Company", tax_id=CREDIT_CODE.lower())
		ours = make_customer(None, STORE, customer_name="长江物流有限公司", customer_kind="Company", identity_document_type="Unified Social Credit Code", identity_number=CREDIT_CODE)
		self.assertEqual({customers.LINKED: 1}, dict(self.sync(ours.name)))
		self.assertEqual(theirs.name, self.theirs(ours.name).name)

	def test_a_persons_identity_number_stays_with_us(self):
		_ours, theirs = self.linked(identity_document_type="Resident Identity Card", identity_number=IDENTITY_CARD)
		self.assertFalse(theirs.tax_id)

	def test_where_customers_go_with_their_first_invoice_only_who_is_there_is_linked(self):
		ours = make_customer(PHONE, STORE)
		self.assertEqual({}, dict(self.sync(ours.name, makes=False)))
		make_their_customer("张伟", PHONE)
		self.assertEqual({customers.LINKED: 1}, dict(self.sync(ours.name, makes=False)))

	def test_what_erpnext_refuses_is_said_at_the_pair_and_tried_again(self):
		frappe.get_doc({"doctype": "Customer Group", "customer_group_name": "客户组甲", "parent_customer_group": "All Customer Groups"}).insert()
		ours = make_customer(PHONE, STORE, customer_name="客户组甲")
		self.assertEqual({customers.REFUSED: 1}, dict(self.sync(ours.name)))
		pair = pairs.of_ours("C4S Customer", [ours.name], "Customer")[ours.name]
		self.assertIn("Customer Group", pair.problem)
		frappe.db.set_value("C4S Customer", ours.name, "customer_name", "李娜")
		self.assertEqual({customers.MADE: 1}, dict(self.sync(ours.name)))
		self.assertFalse(pairs.of_ours("C4S Customer", [ours.name], "Customer")[ours.name].problem)

	def test_one_of_theirs_is_one_of_ours(self):
		_ours, theirs = self.linked()
		other = make_customer(None, STORE)
		with self.assertRaises(frappe.UniqueValidationError):
			pairs.join("C4S Customer", other.name, "Customer", theirs.name)


class TestDoubtful(CustomersTestCase):
	def setUp(self):
		super().setUp()
		self.their = make_their_customer("张敏", PHONE)
		self.ours = make_customer(PHONE, STORE)
		self.outcome = self.sync(self.ours.name)
		self.match = frappe.get_doc(MATCH, {"customer": self.ours.name})

	def test_another_name_at_the_phone_is_for_a_person(self):
		self.assertEqual({customers.DOUBTFUL: 1}, dict(self.outcome))
		self.assertEqual((self.their.name, "张敏", "Phone", "Open"), (self.match.their_customer, self.match.their_name, self.match.reason, self.match.state))

	def test_listed_once(self):
		self.sync(self.ours.name)
		self.assertEqual(1, frappe.db.count(MATCH, {"customer": self.ours.name}))

	def test_the_same_joins_them_and_the_field_follows_its_owner(self):
		decide(self.match.name, 1)
		self.assertEqual(self.their.name, self.theirs(self.ours.name).name)
		self.assertEqual("张伟", self.theirs(self.ours.name).customer_name)
		self.match.reload()
		self.assertEqual(("The Same", "Administrator"), (self.match.state, self.match.decided_by))

	def test_not_the_same_makes_a_new_one_next_time(self):
		decide(self.match.name, 0)
		self.assertEqual({customers.MADE: 1}, dict(self.sync(self.ours.name)))
		self.assertNotEqual(self.their.name, self.theirs(self.ours.name).name)

	def test_what_is_decided_stays(self):
		decide(self.match.name, 0)
		with self.assertRaisesRegex(frappe.ValidationError, "decided this already"):
			decide(self.match.name, 1)

	def test_decided_by_the_buttons_only(self):
		self.match.state = "The Same"
		with self.assertRaisesRegex(frappe.ValidationError, "Decide by the buttons"):
			self.match.save()


class TestKeepingEqual(CustomersTestCase):
	def test_what_is_ours_goes_there(self):
		ours, theirs = self.linked(email="old@example.com")
		ours.update({"customer_name": "张大伟", "email": "new@example.com", "disabled": 1, **ADDRESS})
		ours.append("phones", {"phone": "13900139077", "kind": "Mobile"})
		ours.phones[0].is_primary, ours.phones[1].is_primary = 0, 1
		ours.save()
		self.keep_equal(ours)
		theirs.reload()
		contact = frappe.get_doc("Contact", theirs.customer_primary_contact)
		self.assertEqual(("张大伟", 1), (theirs.customer_name, theirs.disabled))
		self.assertEqual(("+8613900139077", "new@example.com"), (contact.mobile_no, contact.email_id))
		self.assertEqual("广州市", frappe.db.get_value("Address", theirs.customer_primary_address, "city"))

	def test_what_is_ours_and_was_changed_there_is_set_right(self):
		ours, theirs = self.linked()
		theirs.customer_name = "张小伟"
		theirs.save()
		self.keep_equal(ours)
		self.assertEqual(("张伟", "张伟"), (ours.customer_name, frappe.db.get_value("Customer", theirs.name, "customer_name")))

	def test_what_is_theirs_comes_here_as_the_user_of_the_link(self):
		self.set_up(owners=[{"our_field": "Phone", "owned_by": "Other System"}, {"our_field": "E-Mail", "owned_by": "Other System"}])
		ours, theirs = self.linked()
		contact = frappe.get_doc("Contact", theirs.customer_primary_contact)
		contact.phone_nos[0].phone = "13900139088"
		contact.add_email("zhang@example.com", is_primary=True)
		contact.save()
		self.keep_equal(ours)
		self.assertEqual(("+8613900139088", "zhang@example.com", self.plan.user), (ours.primary_phone, ours.email, ours.modified_by))
		self.assertEqual([PHONE, "+8613900139088"], [row.phone for row in ours.phones])
		self.assertFalse(ours.unique_phone)

	def test_after_an_agreement_nothing_differs_and_nothing_is_written(self):
		ours, theirs = self.linked(email="zhang@example.com", **ADDRESS)
		self.assertEqual(0, self.keep_equal(ours))
		before = frappe.db.get_value("Customer", theirs.name, "modified"), ours.modified
		self.assertEqual(0, self.keep_equal(ours))
		self.assertEqual(before, (frappe.db.get_value("Customer", theirs.name, "modified"), ours.modified))

	def test_no_value_is_kept_a_second_time(self):
		ours, _theirs = self.linked(email="zhang@example.com")
		kept = pairs.of_ours("C4S Customer", [ours.name], "Customer")[ours.name].agreed
		for value in ("张伟", PHONE, "zhang"):
			self.assertNotIn(value, kept)

	def test_a_change_there_is_found_once(self):
		ours, theirs = self.linked()
		since = frappe.utils.add_to_date(None, days=-1)
		self.assertNotIn(ours.name, running._changed_since(since))
		contact = frappe.get_doc("Contact", theirs.customer_primary_contact)
		contact.add_email("zhang@example.com", is_primary=True)
		contact.save()
		self.assertIn(ours.name, running._changed_since(since))
		self.keep_equal(ours)
		self.assertNotIn(ours.name, running._changed_since(since))


class TestFirstSync(CustomersTestCase):
	def test_it_goes_on_where_it_was(self):
		names = sorted(make_customer(None, STORE, customer_name=f"客户{letter}").name for letter in "甲乙丙丁")
		begin_first_sync()
		with running.acting_as(self.plan.user):
			first_sync._slice({"after": names[1], "running": 1}, self.plan, Candidates())
		known = pairs.of_ours("C4S Customer", names, "Customer")
		self.assertEqual(names[2:], sorted(known))
		self.assertTrue(first_sync.is_done())
		self.assertEqual({"seen": 2, "made": 2}, {key: first_sync.state()[key] for key in ("seen", "made")})

	def test_a_second_one_is_refused_while_one_is_under_way(self):
		begin_first_sync()
		with self.assertRaisesRegex(frappe.ValidationError, "under way already"):
			begin_first_sync()
