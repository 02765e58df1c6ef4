"""Live updates reach those who may see them, and nobody else."""

import time
import unittest

import frappe

from crm4s.tests.end_to_end.browser import ADDRESS, BrowserTestCase
from crm4s.tests.end_to_end.desk import REALTIME
from crm4s.tests.people import make_user

EVENT = "crm4s_test_event"
LISTEN = "event => { window.heard = []; frappe.realtime.on(event, message => window.heard.push(message)); }"


class TestRealtime(BrowserTestCase):
	@classmethod
	def setUpClass(cls):
		if not REALTIME:
			raise unittest.SkipTest("this bench serves no realtime")
		super().setUpClass()
		cls.anna, cls.ben = make_user("Receptionist"), make_user("Receptionist")
		for user in (cls.anna, cls.ben):
			cls.let_sign_in(user, "en")

	def listen(self, desk) -> None:
		desk.page.wait_for_function("frappe.realtime.socket?.connected", timeout=15_000)
		desk.page.evaluate(LISTEN, EVENT)

	def test_a_message_to_a_user_reaches_that_user_only(self):
		with self.desk(self.anna) as anna, self.desk(self.ben) as ben:
			self.listen(anna)
			self.listen(ben)
			frappe.publish_realtime(EVENT, {"text": "for Anna"}, user=self.anna)
			anna.page.wait_for_function("heard.length === 1", timeout=10_000)
			# What follows to Ben shows that his window listens, so the silence before it means something.
			frappe.publish_realtime(EVENT, {"text": "for Ben"}, user=self.ben)
			ben.page.wait_for_function("heard.length > 0", timeout=10_000)
			self.assertEqual([{"text": "for Ben"}], ben.page.evaluate("heard"))

	def test_progress_opens_the_progress_dialog(self):
		with self.desk(self.anna) as anna:
			self.listen(anna)
			frappe.publish_realtime("progress", {"percent": 40, "title": "Importing"}, user=self.anna)
			anna.page.wait_for_selector(".modal.show .progress-bar", timeout=10_000)

	def test_a_guest_does_not_hear_what_is_for_staff(self):
		context = self.browser.new_context(base_url=ADDRESS)
		self.addCleanup(context.close)
		page = context.new_page()
		page.goto("/login")
		with self.desk(self.anna) as anna:
			self.listen(anna)
			page.evaluate(
				"""site => new Promise((resolve) => {
					frappe.realtime.init ? frappe.realtime.init() : frappe.socketio.init();
					const socket = frappe.realtime.socket;
					const heard = [];
					socket.on('crm4s_test_event', (message) => heard.push(message));
					socket.connect();
					socket.emit('doctype_subscribe', 'User');
					window.heardAsGuest = heard;
					setTimeout(() => resolve(socket.connected), 1500);
				})""",
				frappe.local.site,
			)
			frappe.publish_realtime(EVENT, {"text": "for all staff"}, room="all")
			frappe.publish_realtime(EVENT, {"text": "about users"}, room="doctype:User")
			anna.page.wait_for_function("heard.length > 0", timeout=10_000)
			time.sleep(0.5)
			self.assertEqual([], page.evaluate("heardAsGuest"))
