"""The person's own pages: data, consent, people, export."""

import json

import frappe
from frappe.utils import add_days, nowdate

from crm4s.crm4s.doctype.c4s_complaint.test_c4s_complaint import make_complaint
from crm4s.crm4s.doctype.c4s_dealership.test_c4s_dealership import make_dealership
from crm4s.crm4s.doctype.c4s_service_visit.test_c4s_service_visit import item, make_service_visit, settle
from crm4s.crm4s.doctype.c4s_vehicle.test_c4s_vehicle import make_vehicle
from crm4s.identity_numbers import number_of
from crm4s.portal import choices, people, requests
from crm4s.portal import viewer as viewers
from crm4s.portal.frame import money
from crm4s.portal.tests.visiting import PortalTestCase, make_viewer
from crm4s.portal.viewer import ACCESS, DRIVER, FAMILY
from crm4s.tests.people import as_user, make_user

test_ignore = ["User"]
PHONE, OTHER_PHONE = "13800138461", "13800138462"
DATA, CONSENT, PEOPLE, EXPORT = "/my/me/data", "/my/me/consent", "/my/me/people", "/my/me/export"
CARD = "11010519491231002X"


class MeTestCase(PortalTestCase):
	def setUp(self):
		super().setUp()
		self.store = make_dealership("ME-1").name
		self.viewer = make_viewer(phone=PHONE, customer_name="欧阳静", store=self.store)

	def file(self):
		return frappe.get_doc("C4S Customer", self.viewer.customer)


class TestMe(MeTestCase):
	def test_the_phone_is_masked(self):
		html = self.get("/my/me", self.viewer).html
		self.assertIn("欧阳静", html)
		self.assertIn("138****8461", html)
		self.assertNotIn(PHONE, html)

	def test_the_language_counts_at_once(self):
		self.assertEqual("/my/me", self.post("/my/me", "language", self.viewer, language="en").to)
		self.assertIn("This is your language now.", self.get("/my/me", self.viewer).html)
		self.assertEqual(422, self.post("/my/me", "language", self.viewer, language="fr").status)


class TestData(MeTestCase):
	def request(self, **overrides):
		return frappe.get_last_doc("C4S Data Request", {"customer": self.viewer.customer, **overrides})

	def test_the_address_is_changed_at_once_and_nothing_else_of_the_form_is(self):
		answer = self.post(DATA, "save", self.viewer, city="杭州市", address_line="文三路1号", customer_name="别人", primary_phone=OTHER_PHONE)
		self.assertEqual(303, answer.status, answer.html)
		file = self.file()
		self.assertEqual(("杭州市", "文三路1号", "欧阳静", "+8613800138461"), (file.city, file.address_line, file.customer_name, file.primary_phone))
		self.assertIn("文三路1号", self.get(DATA, self.viewer).html)

	def test_what_proves_who_somebody_is_becomes_a_request_which_staff_write(self):
		self.post(DATA, "correct", self.viewer, customer_name="欧阳婧", identity_document_type="Resident Identity Card", identity_number=CARD, primary_phone=OTHER_PHONE)
		self.assertEqual("欧阳静", self.file().customer_name)
		request = self.request(kind="Correction")
		self.assertEqual({"customer_name", "identity_document_type", "identity_number", "primary_phone"}, {row.field_name for row in request.changes})
		html = self.get(DATA, self.viewer).html
		self.assertNotIn(CARD, html)
		self.assertNotIn(OTHER_PHONE, html)
		with as_user(make_user("CRM Manager", [self.store])):
			requests.approve(request.name)
		file = self.file()
		self.assertEqual(("欧阳婧", CARD, "+8613800138462"), (file.customer_name, number_of(file), file.primary_phone))
		self.assertEqual(2, len(file.phones))
		self.assertIn("Done", self.request().status)

	def test_who_does_not_decide_requests_or_works_elsewhere_is_refused(self):
		name = requests.ask_correction(self.viewer.customer, {"customer_name": "欧阳婧"})
		for user in (make_user("CRM Specialist", [self.store]), make_user("CRM Manager", [make_dealership("ME-2").name])):
			with as_user(user), self.assertRaises(frappe.PermissionError):
				requests.approve(name)
		with as_user(make_user("CRM Manager", [self.store])), self.assertRaises(frappe.PermissionError):
			frappe.get_doc("C4S Data Request", name).update({"status": "Done"}).save()

	def test_a_refusal_says_why(self):
		name = requests.ask_correction(self.viewer.customer, {"customer_name": "欧阳婧"})
		with as_user(make_user("CRM Manager", [self.store])):
			requests.refuse(name, "请带身份证到店")
			with self.assertRaisesRegex(frappe.ValidationError, "decided already"):
				requests.approve(name)
		self.assertIn("请带身份证到店", self.get(DATA, self.viewer).html)

	def test_what_the_file_would_refuse_is_refused_before_anybody_is_asked(self):
		for form, sentence in (
			({"primary_phone": "12345"}, "号"),
			({"identity_document_type": "Resident Identity Card", "identity_number": "110105194912310021"}, "号"),
			({"birthday": str(add_days(nowdate(), 3))}, "生日"),
			({}, "一致"),
		):
			answer = self.post(DATA, "correct", self.viewer, **form)
			self.assertEqual(422, answer.status, form)
			self.assertIn(sentence, answer.html)
		self.assertFalse(frappe.db.exists("C4S Data Request", {"customer": self.viewer.customer}))

	def test_erasure_is_asked_for_once_and_can_be_withdrawn(self):
		self.assertIn("勾选", self.post(DATA, "erase", self.viewer).html)
		self.post(DATA, "erase", self.viewer, sure="1")
		self.assertIn("已有", self.post(DATA, "erase", self.viewer, sure="1").html)
		name = self.request(kind="Erasure").name
		self.assertEqual(404, self.post(DATA, "withdraw", make_viewer(), request=name).status)
		self.post(DATA, "withdraw", self.viewer, request=name)
		self.assertEqual("Taken Back", frappe.db.get_value("C4S Data Request", name, "status"))
		self.assertTrue(self.file().name, "asking erases nothing")

	def test_the_stores_managers_hear_of_it(self):
		manager = make_user("CRM Manager", [self.store])
		requests.ask_erasure(self.viewer.customer)
		self.assertTrue(frappe.db.exists("Notification Log", {"for_user": manager, "document_type": "C4S Data Request"}))


class TestConsent(MeTestCase):
	def test_nothing_is_ticked_that_was_not_given(self):
		self.assertNotIn("checked", self.get(CONSENT, self.viewer).html)

	def test_a_choice_is_noted_with_page_and_text_and_only_what_changed(self):
		purpose = choices.purposes()[0]
		self.post(CONSENT, "save", self.viewer, **{f"{purpose}|SMS": "1"})
		self.assertEqual({(purpose, "SMS")}, choices.given(self.viewer.customer))
		row = frappe.get_last_doc("C4S Consent")
		self.assertEqual(("Portal", "Given", self.viewer.user), (row.means, row.decision, row.noted_by))
		self.assertIn(CONSENT, row.evidence)
		before = frappe.db.count("C4S Consent")
		self.post(CONSENT, "save", self.viewer, **{f"{purpose}|SMS": "1"})
		self.assertEqual(before, frappe.db.count("C4S Consent"))
		self.post(CONSENT, "save", self.viewer)
		self.assertEqual(set(), choices.given(self.viewer.customer))

	def test_withdrawing_all_ends_each(self):
		purpose = choices.purposes()[0]
		choices.decide(self.viewer.customer, {(purpose, "SMS"): True, (purpose, "E-Mail"): True})
		self.post(CONSENT, "withdraw", self.viewer)
		self.assertEqual(set(), choices.given(self.viewer.customer))
		self.assertIn("不再同意", self.get(CONSENT, self.viewer).html)


class TestPeople(MeTestCase):
	def setUp(self):
		super().setUp()
		self.car = make_vehicle(current_owner=self.viewer.customer).name
		self.other = make_viewer(phone=OTHER_PHONE, customer_name="王小明")
		self.viewer = self.again(self.viewer)

	def again(self, viewer):
		return viewers.of_user(viewer.user)

	def test_the_family_comes_in_by_phone_and_goes_again(self):
		answer = self.post(PEOPLE, "let-in", self.viewer, role=FAMILY, phone=OTHER_PHONE)
		self.assertEqual(303, answer.status, answer.html)
		self.assertEqual((self.car,), self.again(self.other).cars)
		html = self.get(PEOPLE, self.viewer).html
		self.assertIn("王**", html)
		self.assertNotIn("王小明", html)
		name = frappe.db.get_value(ACCESS, {"account": self.other.account})
		self.assertEqual(404, self.post(PEOPLE, "end", make_viewer(), access=name).status)
		self.post(PEOPLE, "end", self.viewer, access=name)
		self.assertEqual((), self.again(self.other).cars)
		self.post(PEOPLE, "let-in", self.viewer, role=FAMILY, phone=OTHER_PHONE)
		self.assertEqual((self.car,), self.again(self.other).cars, "who was sent away may come again")

	def test_a_link_lets_one_person_in_once(self):
		token = self.post(PEOPLE, "let-in", self.viewer, role=DRIVER, vehicle=self.car).to.partition("link=")[2]
		self.assertIn(token, self.get(PEOPLE, self.viewer, link=token).html)
		self.assertNotIn(token, self.get(PEOPLE, self.other, link=token).html)
		path = f"/my/me/join/{token}"
		self.assertEqual(303, self.get(path).status, "who is not signed in signs in first")
		self.assertEqual("/my", self.post(path, "accept", self.other).to)
		self.assertEqual(((self.car,), ()), (self.again(self.other).driven, self.again(self.other).cars_of[1:]))
		self.assertIn("已被使用", self.post(path, "accept", make_viewer()).html)
		people.end(frappe.db.get_value(ACCESS, {"account": self.other.account}))
		self.assertIn("已被使用", self.post(path, "accept", self.other).html, "an ended access stays ended")

	def test_a_token_that_was_changed_is_none(self):
		token = people.invitation_to(people.Grant(self.viewer.customer, FAMILY, None))
		text, _dot, signature = token.partition(".")
		for wrong in (f"{text[:-2]}AA.{signature}", "x.y", "x" * 500, f"{text}."):
			self.assertEqual(422, self.post(f"/my/me/join/{wrong}", "accept", self.other).status, wrong)

	def test_a_link_of_a_car_that_was_sold_counts_no_more(self):
		token = people.invitation_to(people.Grant(self.viewer.customer, DRIVER, self.car))
		frappe.db.set_value("C4S Vehicle Party", {"parent": self.car}, "valid_to", add_days(nowdate(), -1))
		self.assertIn("换了车主", self.post(f"/my/me/join/{token}", "accept", self.other).html)

	def test_nobody_lets_others_into_what_is_not_the_own(self):
		self.post(PEOPLE, "let-in", self.viewer, role=FAMILY, phone=OTHER_PHONE)
		family = self.again(self.other)
		third = make_viewer()
		self.assertIn("不是您的", self.post(PEOPLE, "let-in", family, role=DRIVER, vehicle=self.car, phone=PHONE).html)
		self.assertEqual(404, self.post(PEOPLE, "let-in", third, role=DRIVER, vehicle=self.car).status)
		self.assertEqual(422, self.post(PEOPLE, "let-in", self.viewer, role="Fleet Manager", phone=OTHER_PHONE).status)

	def test_an_unknown_number_and_the_own_one_say_so(self):
		self.assertIn("邀请链接", self.post(PEOPLE, "let-in", self.viewer, role=FAMILY, phone="13800138469").html)
		self.assertIn("您自己的车", self.post(PEOPLE, "let-in", self.viewer, role=FAMILY, phone=PHONE).html)


class TestExport(MeTestCase):
	def test_it_holds_what_is_the_persons_and_nothing_of_another(self):
		make_complaint(customer=self.viewer.customer, description="空调异响")
		other = make_viewer(customer_name="别家客户")
		make_complaint(customer=other.customer, description="别人的话")
		car = make_vehicle(current_owner=self.viewer.customer)
		answer = self.get(EXPORT, self.viewer, **{"as": "json"})
		taken = json.loads(answer.data)
		self.assertIn("attachment", answer.headers["Content-Disposition"])
		self.assertEqual(("欧阳静", ["空调异响"], [car.vin]), (taken["person"]["customer_name"], [row["description"] for row in taken["complaints"]], [row["vin"] for row in taken["cars"]]))
		page = self.get(EXPORT, self.viewer, **{"as": "page"}).html
		for text in (page, answer.data.decode()):
			self.assertIn("空调异响", text)
			self.assertNotIn("别人的话", text)
			self.assertNotIn("margin", text)

	def test_its_page_says_stores_and_amounts_as_people_do(self):
		visit = settle(make_service_visit(customer=self.viewer.customer, items=[item(unit_price=1234)]))
		page = self.get(EXPORT, self.viewer, **{"as": "page"}).html
		title = frappe.db.get_value("C4S Dealership", visit.dealership, "dealership_name")
		self.assertNotEqual(title, visit.dealership)
		for shown in (f"<dd>{title}</dd>", f"<dd>{money(1234)}</dd>"):
			self.assertIn(shown, page)
		self.assertNotIn(f"<dd>{visit.dealership}</dd>", page)

	def test_without_a_choice_it_only_offers(self):
		self.assertNotIn(PHONE, self.get(EXPORT, self.viewer).html)
