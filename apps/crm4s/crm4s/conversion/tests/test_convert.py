"""Lead, showroom visit or direct entry: one customer, however often and by whomever it is asked for."""

import frappe
from frappe.tests.utils import FrappeTestCase

from crm4s.conversion import api
from crm4s.conversion.convert import Conversion, convert, once
from crm4s.crm4s.doctype.c4s_customer.test_c4s_customer import make_customer
from crm4s.crm4s.doctype.c4s_dealership.test_c4s_dealership import make_dealership
from crm4s.crm4s.doctype.c4s_lead.test_c4s_lead import make_lead
from crm4s.crm4s.doctype.c4s_settings.test_c4s_settings import change_settings
from crm4s.crm4s.doctype.c4s_showroom_visit.test_c4s_showroom_visit import make_visit
from crm4s.exceptions import DuplicateCustomerError, TooManyLookupsError
from crm4s.tests.at_once import at_once, refused
from crm4s.tests.people import as_user, make_user

test_ignore = ["User"]
CUSTOMER, RELATIONSHIP, LEAD, VISIT = "C4S Customer", "C4S Store Relationship", "C4S Lead", "C4S Showroom Visit"
OWN, OTHER = "T-CONVERT-1", "T-CONVERT-2"
PHONE, E164 = "13900139200", "+8613900139200"


class TestConvert(FrappeTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		cls.addClassCleanup(frappe.db.rollback)
		for code in (OWN, OTHER):
			make_dealership(code)
		cls.consultant = make_user("Sales Consultant", [OWN])

	def setUp(self):
		frappe.db.savepoint("conversion")
		frappe.cache.delete_keys("c4s_reception_asked")
		frappe.cache.delete_keys("c4s_found_in_group")
		frappe.set_user(self.consultant)

	def tearDown(self):
		frappe.set_user("Administrator")
		frappe.db.rollback(save_point="conversion")
		frappe.clear_document_cache("C4S Settings", "C4S Settings")

	def lead(self, **values):
		return make_lead(phone=PHONE, dealership=OWN, lead_name="周敏", **values)

	def elsewhere(self, **values) -> str:
		"""A customer of the other store with the phone."""
		with as_user("Administrator"):
			return make_customer(PHONE, OTHER, customer_name="欧阳建国", **values).name

	def test_a_lead_becomes_a_customer_with_what_was_said(self):
		lead = self.lead(wechat="zhou_min", purpose="Home", needs="二胎家庭，需要七座")
		name = convert(LEAD, lead.name).customer
		customer = frappe.get_doc(CUSTOMER, name)
		self.assertEqual(
			("周敏", E164, "zhou_min", "Home", "二胎家庭，需要七座", "Walk-in"),
			(customer.customer_name, customer.unique_phone, customer.wechat, customer.purchase_purpose, customer.purchase_need, customer.source),
		)
		self.assertEqual(name, frappe.db.get_value(LEAD, lead.name, "customer"))
		self.assertTrue(frappe.db.exists(RELATIONSHIP, {"customer": name, "dealership": OWN}))

	def test_the_origin_is_kept_and_written_once(self):
		lead = self.lead()
		customer = frappe.get_doc(CUSTOMER, convert(LEAD, lead.name).customer)
		self.assertEqual((LEAD, lead.name, True), (customer.origin_doctype, customer.origin_name, bool(customer.converted_on)))
		customer.update({"origin_doctype": None, "origin_name": None, "converted_on": None}).save()
		self.assertEqual((LEAD, lead.name), frappe.db.get_value(CUSTOMER, customer.name, ["origin_doctype", "origin_name"]))

	def test_a_caller_does_not_invent_an_origin(self):
		self.assertIsNone(make_customer(PHONE, OWN, origin_doctype=LEAD, origin_name=self.lead().name).origin_doctype)

	def test_a_showroom_visit_becomes_a_customer_and_so_does_its_lead(self):
		lead = self.lead()
		visit = make_visit(phone=PHONE, dealership=OWN, sex="Female")
		name = convert(VISIT, visit.name).customer
		self.assertEqual([name, name], [frappe.db.get_value(VISIT, visit.name, "customer"), frappe.db.get_value(LEAD, lead.name, "customer")])
		self.assertEqual(("Female", VISIT), frappe.db.get_value(CUSTOMER, name, ["sex", "origin_doctype"]))

	def test_twice_gives_the_same_customer(self):
		lead = self.lead()
		first, second = convert(LEAD, lead.name), convert(LEAD, lead.name)
		self.assertEqual((first.customer, "created", "linked"), (second.customer, first.outcome, second.outcome))

	def test_lead_and_visit_of_one_phone_give_one_customer(self):
		visit = make_visit(phone=PHONE, dealership=OWN)
		first, second = convert(LEAD, self.lead().name), convert(VISIT, visit.name)
		self.assertEqual((first.customer, "found"), (second.customer, second.outcome))

	def test_a_prospect_without_a_phone_is_converted_once_as_well(self):
		lead = make_lead(phone=None, wechat="lina1990", dealership=OWN)
		self.assertEqual(convert(LEAD, lead.name).customer, convert(LEAD, lead.name).customer)

	def test_a_visitor_needs_a_name(self):
		visit = make_visit(phone=PHONE, dealership=OWN, visitor_name=None)
		with self.assertRaisesRegex(frappe.ValidationError, "Enter the visitor's name first"):
			convert(VISIT, visit.name)

	def test_an_own_customer_is_linked(self):
		customer = make_customer(PHONE, OWN).name
		conversion = convert(LEAD, self.lead().name)
		self.assertEqual((customer, "found"), (conversion.customer, conversion.outcome))

	def test_a_customer_of_another_store_is_taken_up_with_a_reason_and_logged(self):
		customer, lead = self.elsewhere(), self.lead()
		with self.assertRaisesRegex(frappe.ValidationError, "give a reason for taking him or her up"):
			convert(LEAD, lead.name)
		conversion = convert(LEAD, lead.name, reason="到店看车")
		self.assertEqual((customer, "taken up"), (conversion.customer, conversion.outcome))
		relationship = frappe.get_doc(RELATIONSHIP, {"customer": customer, "dealership": OWN})
		self.assertEqual(("到店看车", self.consultant), (relationship.reason, relationship.taken_up_by))
		self.assertTrue(frappe.db.exists("C4S Query Log", {"user": self.consultant, "kind": "Group Lookup"}))

	def test_who_has_asked_too_often_takes_up_nobody(self):
		self.elsewhere()
		lead = self.lead()
		with as_user("Administrator"):
			change_settings(group_lookups_per_hour=0)
		self.assertRaises(TooManyLookupsError, convert, LEAD, lead.name, reason="到店看车")

	def test_a_preview_shows_a_customer_of_another_store_masked(self):
		self.elsewhere()
		shown = api.preview(LEAD, self.lead().name)
		self.assertEqual(("group", "欧***"), (shown["situation"], shown["found"][0]["name"]))
		self.assertNotIn("欧阳", str(shown))

	def test_a_preview_offers_own_files_with_the_same_unverified_number(self):
		twin = make_customer(None, OWN, phones=[{"phone": PHONE}]).name
		shown = api.preview(LEAD, self.lead().name)
		self.assertEqual(("new", [twin]), (shown["situation"], [row["name"] for row in shown["candidates"]]))

	def test_a_recognised_file_is_linked_instead_of_a_second_one(self):
		twin = make_customer(None, OWN, phones=[{"phone": PHONE}]).name
		self.assertEqual(twin, convert(LEAD, self.lead().name, customer=twin).customer)

	def test_a_file_without_the_phone_is_not_linked(self):
		somebody = make_customer("13900139209", OWN).name
		with self.assertRaisesRegex(frappe.PermissionError, "Choose a customer of your store who has this phone number"):
			convert(LEAD, self.lead().name, customer=somebody)

	def test_a_disabled_file_is_not_used_in_silence(self):
		frappe.db.set_value(CUSTOMER, make_customer(PHONE, OWN).name, "disabled", 1)
		with self.assertRaisesRegex(frappe.ValidationError, "is disabled; ask a manager"):
			convert(LEAD, self.lead().name)

	def test_a_direct_entry_finds_or_makes_the_customer(self):
		first, second = api.enter_prospect("周敏", "139 0013 9200"), api.enter_prospect("周女士", PHONE)
		self.assertEqual((first["customer"], "created", "found"), (second["customer"], first["outcome"], second["outcome"]))
		self.assertIsNone(frappe.db.get_value(CUSTOMER, first["customer"], "origin_doctype"))

	def test_only_leads_and_visits_are_converted(self):
		with self.assertRaisesRegex(frappe.ValidationError, "A customer is made from a lead or a showroom visit"):
			convert("C4S Complaint", "CP-000001")

	def test_no_method_converts_for_another_store(self):
		with as_user("Administrator"):
			lead = make_lead(phone=PHONE, dealership=OTHER)
		for call in (api.preview, api.convert_document):
			self.assertRaises(frappe.PermissionError, call, LEAD, lead.name)
		self.assertRaises(frappe.PermissionError, api.enter_prospect, "周敏", PHONE, OTHER)


class TestAtTheSameMoment(FrappeTestCase):
	"""Needs rows that other connections see, so what is made here is committed and removed again."""

	def setUp(self):
		self.addCleanup(self.remove_all)
		self.remove_all()
		make_dealership(OWN)

	def remove_all(self):
		frappe.db.rollback()
		for name in frappe.get_all(CUSTOMER, {"primary_phone": E164}, pluck="name"):
			frappe.db.delete("C4S Customer Phone", {"parent": name})
			frappe.db.delete(RELATIONSHIP, {"customer": name})
			frappe.db.delete(CUSTOMER, {"name": name})
		for doctype in (LEAD, VISIT, "C4S State Passage"):
			frappe.db.delete(doctype, {"dealership": OWN})
		if frappe.db.exists("C4S Dealership", OWN):
			frappe.delete_doc("C4S Dealership", OWN, force=True)
		frappe.db.commit()

	def convert_at_once(self, *sources: tuple[str, str]) -> list:
		conversions = at_once(*[lambda source=source: once(lambda: convert(*source)) for source in sources])
		self.assertEqual([], refused(conversions))
		return conversions

	def test_one_lead_converted_at_two_desks_gives_one_customer(self):
		lead = make_lead(phone=PHONE, dealership=OWN)
		conversions = self.convert_at_once((LEAD, lead.name), (LEAD, lead.name))
		self.assertEqual(1, len({conversion.customer for conversion in conversions}))
		self.assertEqual({"created", "linked"}, {conversion.outcome for conversion in conversions})

	def test_who_meets_others_twice_tries_again_twice_and_not_for_ever(self):
		meetings = [frappe.QueryDeadlockError, DuplicateCustomerError]

		def convert_somebody():
			if meetings:
				raise meetings.pop(0)
			return Conversion("CU-1", "found")

		self.assertEqual("CU-1", once(convert_somebody).customer)
		meetings += [DuplicateCustomerError] * 9
		with self.assertRaises(DuplicateCustomerError):
			once(convert_somebody)
		self.assertEqual(5, len(meetings))

	def test_leads_and_visits_of_one_phone_at_four_desks_give_one_customer(self):
		leads = [make_lead(phone=PHONE, dealership=OWN, status=status) for status in ("Open", "Won")]
		visits = [make_visit(phone=PHONE, dealership=OWN) for _ in range(2)]
		frappe.db.set_value(VISIT, {"dealership": OWN}, "lead", None)
		conversions = self.convert_at_once(*[(LEAD, lead.name) for lead in leads], *[(VISIT, visit.name) for visit in visits])
		self.assertEqual(1, len({conversion.customer for conversion in conversions}))
		self.assertEqual(1, frappe.db.count(CUSTOMER, {"unique_phone": E164}))
