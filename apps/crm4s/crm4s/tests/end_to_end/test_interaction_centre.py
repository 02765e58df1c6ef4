"""A call comes over the exchange: it pops up at its agent only, who knows the customer at once, makes a complaint of it, and finds the note again
after the page was loaded anew. A second call leaves the first one's words where they are. A stranger becomes a customer. On a phone nothing stands out of the screen."""

import json
import time
from urllib.request import Request, urlopen

import frappe
from frappe.utils import add_to_date, now_datetime

from crm4s.crm4s.doctype.c4s_customer.test_c4s_customer import make_customer
from crm4s.crm4s.doctype.c4s_dealership.test_c4s_dealership import make_dealership
from crm4s.crm4s.doctype.c4s_telephone_exchange.test_c4s_telephone_exchange import SECRET, make_exchange
from crm4s.crm4s.doctype.c4s_vehicle.test_c4s_vehicle import make_vehicle
from crm4s.messages.receipts import signature
from crm4s.tests.end_to_end.browser import ADDRESS, PHONE, BrowserTestCase
from crm4s.tests.end_to_end.desk import REALTIME
from crm4s.tests.people import make_user

STORE, EXCHANGE, NUMBER, STRANGER = "E2E-CIC", "E2E Exchange", "13800138071", "13800138072"
SECOND = "13800138073"
SEVERITY, SAID = "一般", "空调修了两次还是不冷"


class TestInteractionCentre(BrowserTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		make_dealership(STORE)
		cls.agent, cls.colleague = (make_user("Customer Service Representative", [STORE]) for _each in range(2))
		cls.customer = make_customer(NUMBER, store=STORE, customer_name="李静").name
		cls.second = make_customer(SECOND, store=STORE, customer_name="王强").name
		make_vehicle(plate_number="沪AD12371", current_owner=cls.customer, dealership=STORE)
		make_exchange(EXCHANGE, dealership=STORE, extensions=[{"extension": "801", "user": cls.agent}, {"extension": "802", "user": cls.colleague}])
		frappe.db.commit()
		for user in (cls.agent, cls.colleague):
			cls.let_sign_in(user, "zh")

	def tell(self, event: str, call_id: str = "E2E-1", caller: str = NUMBER) -> None:
		"""What the exchange sends."""
		body = json.dumps({"event": event, "call_id": call_id, "caller": caller, "extension": "801"}).encode()
		stamp = str(int(time.time()))
		headers = {"X-Timestamp": stamp, "X-Signature": signature(SECRET, body, stamp), "Content-Type": "application/json"}
		path = f"/api/method/crm4s.interactions.exchange.receive?exchange={EXCHANGE.replace(' ', '%20')}"
		with urlopen(Request(ADDRESS + path, body, headers)) as answer:
			self.assertEqual(200, answer.status)

	def centre(self, desk) -> None:
		desk.page.goto("/app/c4s-interaction-centre")
		desk.page.wait_for_selector(".c4s-ic-who")
		desk.settle()
		if REALTIME:
			desk.page.wait_for_function("frappe.realtime.socket?.connected", timeout=15_000)

	def test_from_the_call_to_the_complaint(self):
		with self.desk(self.agent) as desk, self.desk(self.colleague) as other:
			self.centre(other)
			self.ring(desk)
			self.tell("answered")
			if not REALTIME:
				# Where nothing is pushed, the page finds the call when it looks again.
				desk.page.reload()
			desk.page.wait_for_selector(".c4s-ic-timer", timeout=15_000)
			self.assertEqual(0, other.page.locator(".c4s-ic-file, .c4s-ic-timer").count())
			self.note(desk)
			complaint = self.complain(desk)
			self.centre(desk)
			desk.page.click("[data-finish=resolved]")
			desk.page.wait_for_selector("[data-begin=Inbound]")
			self.assert_no_problems(desk, other)
		frappe.db.rollback()
		call = frappe.get_last_doc("C4S Interaction", {"exchange": EXCHANGE})
		self.assertEqual(("Closed", complaint, SAID, self.agent, self.customer), (call.status, call.reference_name, call.said, call.agent, call.customer))
		self.assertEqual(SAID, frappe.db.get_value("C4S Complaint", complaint, "description"))

	def ring(self, desk) -> None:
		"""Wherever the agent is, one click leads to who calls."""
		if REALTIME:
			desk.page.wait_for_function("frappe.realtime.socket?.connected", timeout=15_000)
			self.tell("ringing")
			desk.page.click(".desk-alert .c4s-call-open", timeout=15_000)
		else:
			self.tell("ringing")
			self.centre(desk)
			desk.page.fill(".c4s-ic-who", NUMBER)
		desk.page.wait_for_selector(".c4s-ic-file .c4s-ic-name >> text=李静", timeout=15_000)

	def note(self, desk) -> None:
		# At once after the last letter: the server does not have it yet.
		desk.page.fill(".c4s-ic-note", SAID)
		desk.page.reload()
		desk.page.wait_for_function("document.querySelector('.c4s-ic-note')?.value === %s" % json.dumps(SAID))
		desk.page.wait_for_selector(".c4s-ic-file .c4s-ic-name >> text=李静")

	def complain(self, desk) -> str:
		desk.page.click("[data-make=complaint]")
		desk.wait_for_form("C4S Complaint")
		desk.fill(severity=SEVERITY)
		with desk.page.expect_response(lambda answer: "interactions.api.set_outcome" in answer.url and answer.ok):
			desk.save()
		return desk.wait_for_form("C4S Complaint")

	def test_a_second_call_takes_nothing_from_the_one_that_is_still_written(self):
		with self.desk(self.agent) as desk:
			self.centre(desk)
			desk.page.fill(".c4s-ic-who", NUMBER)
			desk.page.wait_for_selector(".c4s-ic-file .c4s-ic-name >> text=李静")
			desk.page.click("[data-begin=Inbound]")
			desk.page.wait_for_selector(".c4s-ic-timer")
			frappe.db.rollback()
			first = frappe.db.get_value("C4S Interaction", {"agent": self.agent, "ended_on": ["is", "not set"]})
			# The later call is in hand; seconds would not tell which that is.
			frappe.db.set_value("C4S Interaction", first, "started_on", add_to_date(now_datetime(), minutes=-5))
			frappe.db.commit()
			desk.page.fill(".c4s-ic-note", SAID)
			self.push(desk, "ringing", SECOND)
			self.assertEqual([NUMBER, SAID], [desk.page.input_value(".c4s-ic-who"), desk.page.input_value(".c4s-ic-note")])
			desk.page.keyboard.press("Escape")
			self.assertEqual(SAID, desk.page.input_value(".c4s-ic-note"))
			self.push(desk, "answered", SECOND)
			desk.page.wait_for_function("document.querySelector('.c4s-ic-note').value === ''")
			desk.page.wait_for_selector(".c4s-ic-file .c4s-ic-name >> text=王强")
			desk.page.fill(".c4s-ic-note", "问营业时间")
			desk.page.click("[data-finish=resolved]")
			# The first one is there again, with its caller.
			desk.page.wait_for_function("document.querySelector('.c4s-ic-note').value === %s" % json.dumps(SAID))
			desk.page.wait_for_selector(".c4s-ic-file .c4s-ic-name >> text=李静")
			by_hand = self.complain_by_hand(desk)
			self.centre(desk)
			desk.page.wait_for_selector(".c4s-ic-file .c4s-ic-name >> text=李静")
			desk.page.click("[data-finish=resolved]")
			desk.page.wait_for_selector("[data-begin=Inbound]")
			self.assert_no_problems(desk)
		frappe.db.rollback()
		self.assertTrue(frappe.db.exists("C4S Complaint", by_hand))
		self.assertIsNone(frappe.db.get_value("C4S Interaction", first, "reference_name"))
		second = frappe.db.get_value("C4S Interaction", {"exchange": EXCHANGE, "source_key": ["like", "%E2E-2"]})
		found = [frappe.db.get_value("C4S Interaction", name, ["status", "customer", "said", "contact_phone"]) for name in (first, second)]
		self.assertEqual([("Closed", self.customer, SAID, f"+86{NUMBER}"), ("Closed", self.second, "问营业时间", f"+86{SECOND}")], found)

	def complain_by_hand(self, desk) -> str:
		"""A complaint of somebody else, while one that is made of the call is not saved."""
		desk.page.click("[data-make=complaint]")
		made = desk.wait_for_form("C4S Complaint")
		values = {"customer": self.second, "description": "交车太慢", "severity": SEVERITY, "channel": "Phone"}
		new = """values => {
			const doc = Object.assign(frappe.model.get_new_doc("C4S Complaint", null, null, true), values);
			frappe.set_route("Form", doc.doctype, doc.name);
			return doc.name;
		}"""
		name = desk.page.evaluate(new, values)
		self.assertNotEqual(made, name)
		desk.wait_for_form("C4S Complaint", name)
		asked = []
		desk.page.on("request", lambda request: asked.append(request.url))
		desk.save()
		self.assertEqual([], [url for url in asked if "set_outcome" in url])
		return desk.wait_for_form("C4S Complaint")

	def push(self, desk, event: str, caller: str) -> None:
		"""The exchange tells; the page hears it, or looks where nothing is pushed."""
		self.tell(event, "E2E-2", caller)
		if not REALTIME:
			frappe.db.rollback()
			told = {"event": event, "phone": f"+86{caller}", "title": "王强", "interaction": frappe.db.get_value("C4S Interaction", {"source_key": ["like", "%E2E-2"]})}
			desk.page.evaluate("told => frappe.pages['c4s-interaction-centre'].centre.on_event(told)", told)
		if event == "ringing":
			desk.page.wait_for_selector(".desk-alert >> text=王强", timeout=15_000)

	def test_a_stranger_becomes_a_customer_on_a_phone(self):
		with self.desk(self.agent, PHONE) as desk:
			self.centre(desk)
			desk.page.fill(".c4s-ic-who", STRANGER)
			desk.page.fill(".c4s-ic-new-name", "欧阳静宜")
			desk.page.click("[data-enter]")
			desk.page.wait_for_selector(".c4s-ic-file .c4s-ic-name >> text=欧阳静宜")
			self.assertLessEqual(desk.page.evaluate("document.documentElement.scrollWidth"), PHONE["width"])
			self.assert_no_problems(desk)
		frappe.db.rollback()
		self.assertTrue(frappe.db.exists("C4S Customer Phone", {"phone": f"+86{STRANGER}"}))
