"""The customer's links and the pages behind them, also as somebody uses them who should not."""

import json
import re
from html.parser import HTMLParser
from urllib.parse import parse_qs, urlsplit

import frappe
from frappe.tests.utils import FrappeTestCase
from frappe.utils import add_to_date, now_datetime, set_request
from frappe.website.serve import get_response

from crm4s.crm4s.doctype.c4s_customer.test_c4s_customer import make_customer
from crm4s.crm4s.doctype.c4s_dealership.test_c4s_dealership import make_dealership
from crm4s.crm4s.doctype.c4s_service_visit.test_c4s_service_visit import approve, item, make_service_visit, settle
from crm4s.crm4s.doctype.c4s_vehicle.test_c4s_vehicle import make_vehicle
from crm4s.crm4s.doctype.c4s_vehicle_model.test_c4s_vehicle_model import remove_model
from crm4s import guessing
from crm4s.service import actions, links
from crm4s.service.tests.test_approval import ServiceTestCase, fresh
from crm4s.tests.clock import stopped_at
from crm4s.tests.at_once import at_once, done, refused
from crm4s.tests.local_values import OF_A_REQUEST, local_values_as_they_were
from crm4s.tests.people import as_user, make_user

LINK = "C4S Approval Link"
ADDRESS = "203.0.113.9"


class Text(HTMLParser):
	"""What a reader of the page sees, and the names of its tags."""

	def __init__(self, html: str):
		super().__init__()
		self.words, self.tags = [], []
		self.feed(html)

	def handle_starttag(self, tag, attrs):
		self.tags.append(tag)

	def handle_data(self, data):
		self.words.append(data.strip())


class LinkTestCase(ServiceTestCase):
	def setUp(self):
		super().setUp()
		frappe.local.request_ip = ADDRESS
		self.forget_failures()
		self.addCleanup(self.forget_failures)
		self.language = frappe.local.lang

	def tearDown(self):
		super().tearDown()
		frappe.local.lang = self.language
		frappe.local.form_dict = frappe._dict()

	def forget_failures(self):
		frappe.cache().delete(frappe.cache().make_key(f"c4s_wrong_links:{ADDRESS}"))

	def customers_visit(self, *items, language: str = "en", **values):
		visit = self.visit(*items, **values)
		frappe.db.set_value("C4S Customer", visit.customer, "language", language)
		return visit

	def token(self, visit, purpose: str = "Approval") -> str:
		return parse_qs(urlsplit(actions.make_link(visit.name, purpose)["url"]).query)["token"][0]

	def page(self, path: str, method: str = "GET", **form):
		"""Status and HTML of a page as a guest gets it."""
		frappe.set_user("Guest")
		try:
			# Whatever runs next is no request: a printed document would be committed by one.
			with local_values_as_they_were(*OF_A_REQUEST):
				frappe.local.flags = frappe.local.flags.copy()
				set_request(method=method, path=path)
				frappe.local.request_ip = ADDRESS
				frappe.local.form_dict = frappe._dict(form)
				response = get_response()
		finally:
			frappe.set_user("Administrator")
		return response.status_code, response.get_data(as_text=True)

	def choices(self, visit, decision: str = "Approved") -> dict:
		return {f"item-{row.name}": decision for row in visit.items}

	def decisions(self, visit, decision: str = "Approved") -> dict:
		return {row.name: decision for row in visit.items}

	def assert_undecided(self, visit):
		self.assertEqual({"Proposed"}, set(self.approvals(visit)))


class TestToken(LinkTestCase):
	def test_the_token_itself_is_kept_nowhere(self):
		visit = self.visit()
		token = self.token(visit)
		stored = json.dumps(frappe.get_all(LINK, {"service_visit": visit.name}, ["*"]), default=str)
		self.assertGreaterEqual(len(token), 43)
		self.assertNotIn(token, stored)
		self.assertIn(links.hash_of(token), stored)

	def test_a_newer_link_ends_the_earlier_one(self):
		visit = self.visit()
		first, second = self.token(visit), self.token(visit)
		with self.says("does not count any more"):
			links.open_link(first, "Approval")
		self.assertTrue(links.open_link(second, "Approval"))

	def test_it_ends_after_the_hours_of_the_settings(self):
		token = self.token(self.visit())
		with stopped_at(add_to_date(now_datetime(), hours=25)), self.says("This link has expired"):
			links.open_link(token, "Approval")

	def test_a_link_for_one_purpose_is_none_for_the_other(self):
		visit = self.visit()
		for made, used in (("Approval", "Status"), ("Status", "Approval")):
			with self.says("This link is not known"):
				links.open_link(self.token(visit, made), used)

	def test_what_was_revoked_does_not_count(self):
		visit = self.visit()
		token = self.token(visit)
		actions.revoke_links(visit.name)
		with self.says("does not count any more"):
			links.open_link(token, "Approval")

	def test_odd_tokens_are_not_known(self):
		for token in (None, "", "x", "a" * 5000, "' or 1=1 -- ", "%", "令牌"):
			with self.subTest(token), self.says("This link is not known"):
				links.open_link(token, "Approval")

	def test_who_guesses_is_stopped_and_others_are_not(self):
		token = self.token(self.visit())
		for number in range(guessing.MOST_FAILURES):
			with self.says("This link is not known"):
				links.open_link(f"guess-{number}", "Approval")
		for tried in ("guess", token):
			with self.says("Too many wrong links were tried"):
				links.open_link(tried, "Approval")
		frappe.local.request_ip = "203.0.113.10"
		self.assertTrue(links.open_link(token, "Approval"))

	def test_right_tokens_are_not_counted_as_guesses(self):
		token = self.token(self.visit())
		for _ in range(guessing.MOST_FAILURES + 5):
			links.open_link(token, "Approval")

	def test_there_is_no_link_for_what_is_decided_or_settled(self):
		with self.says("Every item is decided already"):
			actions.make_link(approve(self.visit()).name)
		with self.says("The visit is Settled; there is nothing to send"):
			actions.make_link(settle(self.visit()).name)
		with self.says("Purpose must be one of"):
			actions.make_link(self.visit().name, "Everything")

	def test_links_of_another_store_are_not_listed(self):
		visit = self.visit()
		self.token(visit)
		name = frappe.db.get_value(LINK, {"service_visit": visit.name})
		other = make_dealership("SERVICE-2").name
		with as_user(make_user("Service Advisor", [other])):
			self.assertEqual([], frappe.get_list(LINK, {"service_visit": visit.name}))
			self.assertFalse(frappe.has_permission(LINK, "read", doc=name))
		with as_user(make_user("Service Advisor", [self.store])):
			self.assertEqual([name], frappe.get_list(LINK, {"service_visit": visit.name}, pluck="name"))
			self.assertFalse(frappe.has_permission(LINK, "write", doc=name))

	def test_a_visit_that_is_deleted_leaves_no_link(self):
		visit = self.visit()
		self.token(visit)
		visit.delete()
		self.assertFalse(frappe.db.exists(LINK, {"service_visit": visit.name}))


class TestAnswer(LinkTestCase):
	def test_an_answer_decides_every_item_once(self):
		visit = self.visit()
		token = self.token(visit)
		first, second = visit.items
		links.answer(token, {first.name: "Approved", second.name: "Declined"}, " 张   伟 ")
		visit = fresh(visit)
		self.assertEqual([("Approved", "Link", "张 伟"), ("Declined", "Link", "张 伟")], [(row.approval, row.approved_by, row.approval_note) for row in visit.items])
		self.assertEqual(300, visit.total_amount)
		with self.says("You have answered already"):
			links.answer(token, self.decisions(visit), "张伟")
		self.assertEqual(["Approved", "Declined"], self.approvals(visit))

	def test_an_answer_needs_a_name_and_every_item_of_this_quotation(self):
		visit, other = self.visit(), self.visit()
		token = self.token(visit)
		first, second = visit.items
		every = self.decisions(visit)
		for decisions, name, sentence in (
			(every, " ", "Type your name"),
			(every, "x" * 61, "The name is too long"),
			({first.name: "Approved"}, "张伟", "Say for each item"),
			({}, "张伟", "Say for each item"),
			({**every, other.items[0].name: "Approved"}, "张伟", "Say for each item"),
			({first.name: "Approved", other.items[0].name: "Approved"}, "张伟", "Say for each item"),
			({first.name: "Approved", second.name: "Free"}, "张伟", "An item or its decision is not known"),
		):
			with self.subTest(sentence), self.says(sentence):
				links.answer(token, decisions, name)
		self.assert_undecided(visit)
		self.assert_undecided(other)
		self.assertTrue(links.open_link(token, "Approval"))

	def test_a_quotation_that_changed_meanwhile_is_not_answered(self):
		def dearer(visit):
			visit.items[0].unit_price += 1

		def another(visit):
			visit.append("items", item(item_name="喷漆", payer="Customer"))

		def fewer(visit):
			visit.items = visit.items[:1]

		for change in (dearer, another, fewer):
			visit = self.visit()
			token, decisions = self.token(visit), self.decisions(visit)
			change(visit)
			visit.save()
			with self.subTest(change.__name__), self.says("The quotation has changed since"):
				links.answer(token, decisions, "张伟")
			self.assert_undecided(visit)

	def test_what_was_decided_at_the_desk_meanwhile_is_not_answered(self):
		visit = self.visit()
		token = self.token(visit)
		approve(visit)
		with self.says("The quotation has changed since"):
			links.answer(token, self.decisions(visit, "Declined"), "张伟")
		self.assertEqual(["Approved", "Approved"], self.approvals(visit))

	def test_a_save_that_changes_no_item_leaves_the_quotation(self):
		visit = self.visit()
		token = self.token(visit)
		visit.concern = "异响"
		visit.save()
		links.answer(token, self.decisions(visit), "张伟")
		self.assertEqual(["Approved", "Approved"], self.approvals(visit))

	def test_the_advisor_hears_of_it(self):
		advisor = make_user("Service Advisor", [self.store])
		visit = self.visit(service_advisor=advisor)
		links.answer(self.token(visit), self.decisions(visit), "张伟")
		self.assertRegex(frappe.db.get_value("Notification Log", {"for_user": advisor, "document_name": visit.name}, "subject"), "2 approved, 0 not this time")


class TestApprovalPage(LinkTestCase):
	PATH = "service-approval"

	def test_it_shows_the_items_and_nothing_of_customer_and_car(self):
		visit = self.customers_visit(item(item_name="换机油", unit_price=300), item(item_name="索赔件", unit_price=500, payer="Warranty"))
		customer = frappe.get_doc("C4S Customer", visit.customer)
		status, html = self.page(self.PATH, token=self.token(visit))
		self.assertEqual(200, status)
		for words in ("换机油", "300.00", "索赔件", "The warranty pays.", "Do it", "Not this time"):
			self.assertIn(words, html)
		for secret in (visit.name, visit.vehicle, visit.customer, customer.customer_name, customer.primary_phone, "500.00"):
			self.assertNotIn(secret or "-----", html)

	def test_it_speaks_the_customers_language(self):
		_status, html = self.page(self.PATH, token=self.token(self.customers_visit(language="zh")))
		self.assertIn('lang="zh"', html)
		self.assertIn("同意做", html)

	def test_names_are_text_and_never_markup(self):
		evil = '<img src=x onerror=alert(1)>"\'{{ 7*7 }}'
		visit = self.customers_visit(item())
		# Past what Frappe cleans when a document is saved.
		frappe.db.set_value("C4S Service Item", visit.items[0].name, "item_name", evil)
		frappe.db.set_value("C4S Dealership", self.store, "dealership_name", "<script>alert(2)</script>")
		_status, html = self.page(self.PATH, token=self.token(visit))
		page = Text(html)
		self.assertNotIn("img", page.tags)
		self.assertEqual(1, page.tags.count("script"))
		self.assertIn(evil, page.words)
		form = {**self.choices(visit, "Approved"), "signed_with": ""}
		_status, html = self.page(self.PATH, "POST", token=self.token(visit), **{**form, "signed_with": '"><script>alert(3)</script>' + "x" * 60})
		self.assertEqual(1, Text(html).tags.count("script"))

	def test_nothing_is_loaded_from_elsewhere_and_the_address_is_not_passed_on(self):
		_status, html = self.page(self.PATH, token=self.token(self.customers_visit()))
		self.assertEqual([], re.findall(r'(?:src|href)="(?!#)[^"]*"', html))
		self.assertIn('name="referrer" content="no-referrer"', html)
		self.assertIn("noindex", html)

	def test_an_answer_is_taken_once(self):
		visit = self.customers_visit()
		token = self.token(visit)
		form = {**self.choices(visit), f"item-{visit.items[1].name}": "Declined", "signed_with": "张伟"}
		status, html = self.page(self.PATH, "POST", token=token, **form)
		self.assertEqual(200, status)
		self.assertIn("Thank you, your decision has arrived.", html)
		self.assertIn("300.00", html)
		self.assertEqual(["Approved", "Declined"], self.approvals(visit))
		for method in ("GET", "POST"):
			status, html = self.page(self.PATH, method, token=token, **form)
			self.assertEqual(410, status)
			self.assertIn("You have answered already", html)

	def test_an_answer_that_is_refused_keeps_what_was_chosen_and_stores_nothing(self):
		visit = self.customers_visit()
		token = self.token(visit)
		status, html = self.page(self.PATH, "POST", token=token, **{**self.choices(visit), "signed_with": ""})
		self.assertIn("Type your name, so that we know who decided.", html)
		self.assertEqual(2, len(re.findall(r'value="Approved" checked', html)))
		self.assert_undecided(visit)
		self.assertTrue(links.open_link(token, "Approval"))

	def test_items_of_another_visit_cannot_be_decided_with_this_link(self):
		visit, other = self.customers_visit(), self.customers_visit()
		form = {**self.choices(visit), **self.choices(other), "signed_with": "张伟"}
		_status, html = self.page(self.PATH, "POST", token=self.token(visit), **form)
		self.assertIn("Say for each item whether we shall do it.", html)
		self.assert_undecided(visit)
		self.assert_undecided(other)

	def test_no_token_and_a_wrong_one_get_one_sentence(self):
		for form in ({}, {"token": "wrong"}, {"token": ["a", "b"]}):
			status, html = self.page(self.PATH, **form)
			self.assertEqual(410, status)
			self.assertRegex(html, "This link is not known|链接无效")
			self.assertNotIn("<form", html)

	def test_looking_at_the_page_changes_nothing(self):
		visit = self.customers_visit()
		token = self.token(visit)
		self.page(self.PATH, token=token, **self.choices(visit), signed_with="张伟")
		self.assert_undecided(visit)


class TestStatusPage(LinkTestCase):
	PATH = "service-status"

	def test_it_shows_state_promise_and_items_and_nothing_else(self):
		visit = self.customers_visit(item(item_name="换机油"), promised_on=add_to_date(now_datetime(), hours=3), concern="右前轮异响")
		customer = frappe.get_doc("C4S Customer", visit.customer)
		status, html = self.page(self.PATH, token=self.token(visit, "Status"))
		self.assertEqual(200, status)
		for words in ("Reception", "换机油", "Waits for your decision", "Promised for"):
			self.assertIn(words, html)
		for secret in (visit.name, visit.vehicle, visit.customer, customer.customer_name, customer.primary_phone, "右前轮异响", "300.00"):
			self.assertNotIn(secret or "-----", html)

	def test_it_stays_for_some_days_after_the_settlement(self):
		visit = self.customers_visit()
		token = self.token(visit, "Status")
		settle(visit)
		self.assertEqual(200, self.page(self.PATH, token=token)[0])
		with stopped_at(add_to_date(now_datetime(), days=4)):
			status, html = self.page(self.PATH, token=token)
		self.assertEqual(410, status)
		self.assertRegex(html, "This link has expired")


class TestTwoAnswersAtOnce(FrappeTestCase):
	STORE = "LINK-RACE"

	def tearDown(self):
		"""What other connections saw was committed, hence taken away by hand."""
		frappe.db.rollback()
		visit = self.visit.name
		for table in ("C4S Service Item", "C4S Approval Link", "C4S State Passage", "C4S Touchpoint Tick", "Comment", "Version", "Notification Log"):
			meta = frappe.get_meta(table)
			field = next(name for name in ("service_visit", "document_name", "reference_name", "docname", "parent") if meta.has_field(name) or name == "parent")
			frappe.db.delete(table, {field: visit})
		frappe.db.delete("C4S Service Visit", {"name": visit})
		frappe.db.delete("C4S Store Relationship", {"dealership": self.STORE})
		frappe.delete_doc("C4S Vehicle", self.visit.vehicle, force=True)
		frappe.delete_doc("C4S Customer", self.visit.customer, force=True)
		frappe.delete_doc("C4S Dealership", self.STORE, force=True)
		remove_model()
		frappe.db.commit()

	def test_one_of_two_answers_counts(self):
		make_dealership(self.STORE)
		customer = make_customer(store=self.STORE).name
		self.visit = make_service_visit(dealership=self.STORE, customer=customer, vehicle=make_vehicle(dealership=self.STORE).name)
		token = parse_qs(urlsplit(links.make(self.visit, "Approval")["url"]).query)["token"][0]
		row = self.visit.items[0].name
		outcomes = at_once(
			lambda: links.answer(token, {row: "Approved"}, "张伟"),
			lambda: links.answer(token, {row: "Declined"}, "张伟"),
			user="Guest",
		)
		self.assertEqual((1, 1), (len(done(outcomes)), len(refused(outcomes))))
		self.assertRegex(str(refused(outcomes)[0]), "You have answered already")
