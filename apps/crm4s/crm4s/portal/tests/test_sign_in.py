"""Who gets in, by what, and who does not."""

import re

import frappe
from frappe.utils import add_to_date, now_datetime

from crm4s.crm4s.doctype.c4s_customer.test_c4s_customer import make_customer
from crm4s.crm4s.doctype.c4s_vehicle.test_c4s_vehicle import make_vehicle
from crm4s.messages.texts import HIDDEN
from crm4s.portal import accounts, codes, devices, links
from crm4s.portal.tests.visiting import GUEST, PortalTestCase, as_in_a_request, make_viewer
from crm4s.portal.viewer import ACCOUNT
from crm4s.tests.clock import stopped_at

PHONE, OTHER_PHONE = "13800138451", "13800138452"
PAGE = "/my/sign-in"


class CodeTestCase(PortalTestCase):
	def ask(self, address: str) -> str | None:
		"""The key of the door, as the browser keeps it."""
		answer = self.post(PAGE, "ask", address=address)
		self.answer = answer
		return answer.cookies.set.get(codes.DOOR)

	def send(self, door: str) -> str:
		with as_in_a_request():
			return codes.send(door)

	def enter(self, door: str, code: str, **form):
		return self.post(PAGE, "check", cookies={codes.DOOR: door}, code=code, **form)


class TestCodes(CodeTestCase):
	def test_a_code_to_the_phone_on_file_lets_in_once(self):
		customer = make_customer(PHONE).name
		door = self.ask("138 0013 8451")
		code = self.send(door)
		answer = self.enter(door, f" {code[:3]} {code[3:]} ", to="/my/sign-out")
		self.assertEqual((303, "/my/sign-out"), (answer.status, answer.to), answer.html)
		self.assertEqual(accounts.open_for(customer).user, answer.user)
		self.assertTrue(frappe.db.get_value(ACCOUNT, {"customer": customer}, "last_sign_in_on"))
		again = self.enter(door, code)
		self.assertEqual((422, GUEST), (again.status, again.user))

	def test_the_message_goes_to_the_address_that_was_typed_and_the_log_keeps_no_code(self):
		make_customer(PHONE, email="owner@example.com")
		door = self.ask("owner@example.com")
		code = self.send(door)
		message = frappe.get_last_doc("C4S Message")
		self.assertEqual("E-Mail", message.channels)
		self.assertNotIn(code, message.sent_text or "")
		self.assertTrue(HIDDEN in message.values_json or code in message.values_json)

	def test_who_is_known_and_who_is_not_see_the_same(self):
		make_customer(PHONE)
		pages = []
		for phone in (PHONE, OTHER_PHONE):
			door = self.ask(phone)
			shown = self.get(PAGE, cookies={codes.DOOR: door})
			wrong = self.enter(door, "000000")
			pages.append([self.answer.status, self.answer.to, shown.status, *(_without_numbers(page.html) for page in (shown, wrong))])
		self.assertEqual(*pages)
		self.assertIn("这个验证码不对", pages[1][-1])

	def test_a_number_of_two_customers_or_a_shared_one_is_nobodys(self):
		make_customer(phones=[{"phone": PHONE, "is_primary": 1, "is_shared": 1}])
		self.assertIsNone(accounts.customer_of(PHONE))
		for _each in range(2):
			make_customer(phones=[{"phone": OTHER_PHONE, "is_primary": 1}], email="twins@example.com")
		self.assertIsNone(accounts.customer_of(OTHER_PHONE))
		self.assertIsNone(accounts.customer_of("twins@example.com"))

	def test_a_number_that_only_one_file_has_is_proven_by_the_code(self):
		customer = make_customer(phones=[{"phone": PHONE, "is_primary": 1}]).name
		door = self.ask(PHONE)
		self.enter(door, self.send(door))
		self.assertEqual("+8613800138451", frappe.db.get_value("C4S Customer", customer, "unique_phone"))

	def test_five_wrong_codes_end_the_code(self):
		make_customer(PHONE)
		door = self.ask(PHONE)
		code = self.send(door)
		wrong = "000000" if code != "000000" else "111111"
		for _each in range(codes.MOST_TRIES):
			self.assertEqual(422, self.enter(door, wrong).status)
		self.assertIn("错误次数过多", self.enter(door, code).html)
		self.assertIsNone(codes._recall(door))

	def test_many_wrong_codes_for_one_number_close_it_whatever_browser_they_come_from(self):
		make_customer(PHONE)
		for _each in range(codes.MOST_WRONG):
			codes._count("wrong:+8613800138451", 60)
		door = self.ask(PHONE)
		self.assertIn("错误次数过多", self.enter(door, self.send(door)).html)

	def test_a_code_counts_in_the_browser_that_asked_and_no_other(self):
		make_customer(PHONE)
		make_customer(OTHER_PHONE)
		code = self.send(self.ask(PHONE))
		other = self.ask(OTHER_PHONE)
		self.send(other)
		self.assertEqual(422, self.enter(other, code).status)
		self.assertEqual(422, self.enter("unknown", code).status)

	def test_asking_again_waits_a_minute_and_has_an_end(self):
		self.ask(PHONE)
		self.ask(PHONE)
		self.assertIn("一分钟", self.answer.html)
		for _each in range(codes.MOST_BY_ADDRESS):
			codes._count("asked:+8613800138452", 60)
		self.ask(OTHER_PHONE)
		self.assertIn("等一小时", self.answer.html)

	def test_what_is_no_number_is_said_at_once(self):
		self.assertIsNone(self.ask("12345"))
		self.assertIn("不是完整的手机号", self.answer.html)
		self.assertIn("12345", self.answer.html, "what was typed stays")


class TestLinks(PortalTestCase):
	def test_a_link_lets_in_once_after_a_press_and_leads_where_the_message_said(self):
		viewer = make_viewer()
		path = _path(links.make(viewer.customer, "/my/sign-out"))
		self.assertEqual((200, GUEST), (self.get(path).status, self.get(path).user))
		answer = self.post(path, "enter")
		self.assertEqual((303, "/my/sign-out", viewer.user), (answer.status, answer.to, answer.user))
		self.assertIn("已经用过", self.get(path).html)
		self.assertEqual((422, GUEST), (self.post(path, "enter").status, self.post(path, "enter").user))

	def test_its_page_tells_nothing_of_the_customer(self):
		customer = make_customer(PHONE, customer_name="欧阳娜娜娜")
		html = self.get(_path(links.make(customer.name))).html
		for hidden in ("欧阳", PHONE, customer.name):
			self.assertNotIn(hidden, html)

	def test_it_ends_by_itself(self):
		path = _path(links.make(make_viewer().customer, hours=1))
		with stopped_at(add_to_date(now_datetime(), hours=2)):
			self.assertIn("已经过期", self.get(path).html)

	def test_a_locked_account_opens_by_nothing(self):
		viewer = make_viewer(phone=PHONE)
		token = links.make(viewer.customer)
		account = frappe.get_doc(ACCOUNT, viewer.account)
		account.status = "Locked"
		account.save()
		self.assertIn("已经用过", self.post(_path(token), "enter").html, "locking ends links that are on their way")
		self.assertEqual(GUEST, self.post(_path(links.make(viewer.customer)), "enter").user)
		door = codes.ask(PHONE)
		with as_in_a_request():
			code = codes.send(door)
		self.assertIn("已停用", self.post(PAGE, "check", cookies={codes.DOOR: door}, code=code).html)
		self.assertEqual(303, self.get("/my", viewer).status, "a session that is still open shows nothing")


class TestDevices(PortalTestCase):
	def setUp(self):
		super().setUp()
		self.viewer = make_viewer()
		self.cookies = self.post(_path(links.make(self.viewer.customer)), "enter").cookies.set

	def test_a_phone_stays_signed_in_after_the_session(self):
		answer = self.get("/my", cookies=self.cookies)
		self.assertEqual((200, self.viewer.user), (answer.status, answer.user))
		self.assertEqual(303, self.get("/my", cookies={devices.COOKIE: "x" * 43}).status)

	def test_it_ends_after_the_days_of_the_settings(self):
		with stopped_at(add_to_date(now_datetime(), days=181)):
			self.assertEqual(303, self.get("/my", cookies=self.cookies).status)

	def test_signing_out_everywhere_ends_every_phone(self):
		other = self.post(_path(links.make(self.viewer.customer)), "enter").cookies.set
		self.assertIn("2026", self.get("/my/sign-out", self.viewer, cookies=other).html)
		self.post("/my/sign-out", "everywhere", self.viewer, cookies=self.cookies)
		for cookies in (self.cookies, other):
			self.assertEqual(303, self.get("/my", cookies=cookies).status)

	def test_signing_out_here_leaves_the_other_phone(self):
		other = self.post(_path(links.make(self.viewer.customer)), "enter").cookies.set
		self.post("/my/sign-out", "here", self.viewer, cookies=self.cookies)
		self.assertEqual(303, self.get("/my", cookies=self.cookies).status)
		self.assertEqual(200, self.get("/my", cookies=other).status)


class TestAccounts(PortalTestCase):
	def test_the_user_says_nothing_of_the_person_and_may_nothing(self):
		viewer = make_viewer(phone=PHONE, customer_name="欧阳娜娜娜", email="owner@example.com")
		user = frappe.get_doc("User", viewer.user)
		self.assertEqual(("Website User", ["C4S Portal Customer"]), (user.user_type, [row.role for row in user.roles]))
		self.assertNotRegex(frappe.as_json(user), f"欧阳|{PHONE}|owner@")

	def test_a_closed_file_has_no_portal(self):
		with self.assertRaisesRegex(frappe.ValidationError, "closed"):
			accounts.open_for(make_customer(disabled=1).name)

	def test_more_than_sixty_customers_may_come_in_an_hour(self):
		frappe.local.conf.throttle_user_limit = -1
		self.addCleanup(frappe.local.conf.pop, "throttle_user_limit")
		self.assertTrue(make_viewer().user)

	def test_no_contact_is_made_of_it_and_its_user_goes_with_the_app(self):
		viewer = make_viewer()
		self.assertFalse(frappe.db.exists("Contact Email", {"email_id": viewer.user}))
		accounts.remove_users()
		self.assertFalse(frappe.db.exists("User", viewer.user))
		self.assertFalse(frappe.db.exists("Has Role", {"parent": viewer.user}))


class TestForms(PortalTestCase):
	def test_a_form_of_another_site_is_not_ours(self):
		answer = self.post(PAGE, "ask", address=PHONE, headers={"Origin": "https://elsewhere.example"})
		self.assertEqual((404, {}), (answer.status, answer.cookies.set))

	def test_nobody_is_led_out_of_the_portal(self):
		viewer = make_viewer()
		for path in ("https://elsewhere.example", "//elsewhere.example", "/app", "/my/../app?x", "/my\\x", "/my//x"):
			self.assertEqual("/my", self.get(PAGE, viewer, to=path).to, path)

	def test_a_page_that_there_is_not_looks_like_one_that_is_not_yours(self):
		viewer, other = make_viewer(), make_viewer()
		car = make_vehicle(current_owner=other.customer).name
		self.assertEqual(200, self.get(f"/my/cars/{car}", other).status)
		foreign, missing = self.get(f"/my/cars/{car}", viewer), self.get("/my/cars/VE-9999999", viewer)
		self.assertEqual((404, 404), (foreign.status, missing.status))
		self.assertEqual(foreign.html.replace(car, ""), missing.html.replace("VE-9999999", ""))

	def test_a_guest_signs_in_first_and_comes_back(self):
		self.assertEqual("/my/sign-in?to=/my/sign-out", self.get("/my/sign-out").to)
		self.assertEqual(303, self.get("/my/cars/VE-1").status)

	def test_staff_are_no_customers(self):
		self.assertEqual(303, self.get("/my", "Administrator").status)

	def test_nothing_of_it_is_kept_by_browsers_or_framed(self):
		answer = self.get("/my", make_viewer())
		self.assertEqual("no-store", answer.headers["Cache-Control"])
		self.assertIn("frame-ancestors 'none'", answer.headers["Content-Security-Policy"])
		self.assertNotRegex(answer.html, r"<style|style=|<script>|\son\w+=")

	def test_the_worker_may_serve_the_first_page_as_well(self):
		self.assertEqual("/my", self.get("/my/worker.js").headers["Service-Worker-Allowed"])

	def test_the_same_form_twice_is_carried_out_once(self):
		once = frappe.generate_hash(length=32)
		self.post(PAGE, "ask", address=PHONE, once=once)
		second = self.post(PAGE, "ask", address=PHONE, once=once)
		self.assertEqual((303, PAGE), (second.status, second.to), "the second is led where the first was")


def _path(url: str) -> str:
	return "/my/enter/" + url.rsplit("/", 1)[1]


def _without_numbers(html: str) -> str:
	return re.sub(r"[0-9a-f]{20,}", "", html)
