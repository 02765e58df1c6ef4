"""Deliveries to a real server: in order, at least once, and nothing is lost while it is away."""

from datetime import timedelta
from unittest.mock import patch

import frappe
from frappe.tests.utils import FrappeTestCase
from frappe.utils import now_datetime

from crm4s.change_feed.sequencing import head, sequence
from crm4s.crm4s.doctype.c4s_dms_endpoint.test_c4s_dms_endpoint import ENDPOINT, make_endpoint
from crm4s.crm4s.doctype.c4s_lead.test_c4s_lead import make_lead
from crm4s.crm4s.doctype.c4s_settings.test_c4s_settings import change_settings
from crm4s.dms.webhooks import api, outbox, sending
from crm4s.dms.webhooks.decision import DEAD, MOST_TRIES, WAITING
from crm4s.dms.webhooks.outbox import DELIVERY
from crm4s.dms.webhooks.tests.receiver import Receiver
from crm4s.tests.people import as_user, make_user

test_ignore = ["User"]


class SendingTests(FrappeTestCase):
	def setUp(self):
		frappe.db.savepoint("sending")
		self.addCleanup(frappe.clear_document_cache, "C4S Settings", "C4S Settings")
		self.addCleanup(frappe.cache.delete_value, "c4s_dms_links")
		self.addCleanup(frappe.db.rollback, save_point="sending")
		self.receiver = Receiver()
		self.addCleanup(self.receiver.close)
		change_settings(allowed_hosts=self.receiver.host)
		sequence()
		self.endpoint = make_endpoint(of_link=["Lead"], url=self.receiver.url, changes_of_one_delivery=2, seconds=2).name
		self.receiver.secret = frappe.get_doc(ENDPOINT, self.endpoint).get_password("secret")
		self.clock = timedelta()
		self.enterContext(patch.object(sending, "now_datetime", lambda: now_datetime() + self.clock))

	def send(self, after: timedelta = timedelta()) -> int:
		"""The worker comes by, so much later than now."""
		self.clock = after
		sequence()
		return sending.send_endpoint(self.endpoint)

	def state(self, *fields: str) -> tuple:
		return frappe.db.get_value(ENDPOINT, self.endpoint, ["name", *fields])[1:]

	def leads(self, count: int) -> list[str]:
		return [make_lead().name for _turn in range(count)]


class TestSending(SendingTests):
	def test_changes_come_signed_and_in_order(self):
		leads = self.leads(5)
		self.assertEqual(3, self.send())
		self.assertEqual((leads, 0), (self.receiver.told(), self.receiver.wrong_signatures))
		number, body = self.receiver.taken[0]
		self.assertEqual((number, "changes", False), (body["delivery"], body["type"], body["is_repeat"]))
		self.assertEqual(["created", "lead"], [body["entries"][0][field] for field in ("action", "entity")])
		self.assertEqual(0, self.send())
		self.assertEqual((head(), "Good"), self.state("position", "connection"))

	def test_what_was_before_the_endpoint_is_not_told(self):
		self.assertEqual(0, self.send())
		self.assertEqual([], self.receiver.asked)

	def test_a_delivery_that_fails_comes_again_under_its_number_before_the_next(self):
		leads = self.leads(3)
		self.receiver.answers = [503]
		self.assertEqual(0, self.send())
		self.assertEqual(("Failing", 1), self.state("connection", "failures"))
		self.assertEqual(0, self.send(timedelta(seconds=20)))
		self.assertEqual(2, self.send(timedelta(minutes=3)))
		self.assertEqual(leads, self.receiver.told())
		self.assertEqual(1, len(set(self.receiver.asked[:2])))

	def test_a_system_that_is_away_for_a_day_loses_nothing(self):
		leads = self.leads(3)
		change_settings(allowed_hosts="127.0.0.1")
		frappe.db.set_value(ENDPOINT, self.endpoint, "url", "http://127.0.0.1:9/changes")
		for hour in range(25):
			self.send(timedelta(hours=hour))
			leads += self.leads(1)
		self.assertEqual("Broken", self.state("connection")[0])
		frappe.db.set_value(ENDPOINT, self.endpoint, "url", self.receiver.url)
		self.send(timedelta(hours=26))
		self.assertEqual(leads, self.receiver.told())
		self.assertEqual(("Good", 0), self.state("connection", "failures"))
		self.assertTrue(self.receiver.asked[0].startswith("ping-"))
		self.assertEqual(0, frappe.db.count(DELIVERY, {"endpoint": self.endpoint, "tries": [">", 0]}))

	def test_a_message_that_is_refused_is_dead_in_the_end_and_the_others_go_on(self):
		leads = self.leads(4)
		self.receiver.answers = [422] * MOST_TRIES
		for day in range(MOST_TRIES):
			self.send(timedelta(days=2 * day))
		self.assertEqual(leads[2:], self.receiver.told())
		self.assertEqual([DEAD], frappe.get_all(DELIVERY, {"endpoint": self.endpoint, "tries": MOST_TRIES}, pluck="status"))
		self.assertEqual(1, api.replay(self.endpoint))
		self.send(timedelta(days=60))
		self.assertEqual(leads[2:] + leads[:2], self.receiver.told())

	def test_a_range_is_sent_again(self):
		leads = self.leads(4)
		self.send()
		first = head() - 3
		self.assertEqual(2, api.resend(self.endpoint, first + 1, head()))
		self.send()
		self.assertEqual(leads + leads[1:], self.receiver.told())
		self.assertEqual([False, False, True, True], [body["is_repeat"] for _number, body in self.receiver.taken])
		self.assertRaisesRegex(frappe.ValidationError, "first and a last position", api.resend, self.endpoint, 3, 2)

	def test_a_receiver_that_says_no_to_our_signature_loses_nothing(self):
		leads, secret = self.leads(1), self.receiver.secret
		self.receiver.secret = "whsec_AAAA"
		self.send()
		self.receiver.secret, self.receiver.clock_shift = secret, 3600
		self.send(timedelta(minutes=5))
		self.receiver.clock_shift = 0
		self.send(timedelta(minutes=20))
		self.assertEqual((leads, 2), (self.receiver.told(), self.receiver.wrong_signatures))

	def test_both_secrets_sign_while_one_is_handed_over(self):
		leads = self.leads(2)
		fresh = api.rotate_secret(self.endpoint)
		self.send()
		self.receiver.secret = fresh
		leads += self.leads(1)
		self.send()
		self.assertEqual((leads, 0), (self.receiver.told(), self.receiver.wrong_signatures))

	def test_answers_that_are_none(self):
		for number, wrong in enumerate((_hang_up, _say_nonsense, _drip)):
			with self.subTest(wrong.__name__):
				lead = self.leads(1)[0]
				self.receiver.answers = [wrong]
				self.assertEqual(0, self.send(timedelta(hours=number)))
				self.assertEqual(1, self.send(timedelta(hours=number, minutes=30)))
				self.assertEqual(lead, self.receiver.told()[-1])

	def test_a_redirect_is_not_followed(self):
		self.leads(1)
		self.receiver.answers = [lambda handler: Receiver.answer(handler, 307, Location=f"http://{self.receiver.host}/elsewhere")]
		self.assertEqual(0, self.send())
		self.assertEqual(1, len(self.receiver.asked))
		self.assertRegex(self.state("last_error")[0], "It answered 307")

	def test_a_sender_that_was_killed_in_between_leaves_the_delivery_to_the_next(self):
		leads = self.leads(1)
		with patch.object(sending, "_keep_delivery", side_effect=SystemExit):
			self.assertRaises(SystemExit, self.send)
		self.assertEqual([WAITING], frappe.get_all(DELIVERY, {"endpoint": self.endpoint}, pluck="status"))
		self.send()
		self.assertEqual(leads * 2, self.receiver.told())
		self.assertEqual(1, len(set(self.receiver.asked)))

	def test_deliveries_are_kept_as_long_as_the_log(self):
		self.leads(4)
		self.send()
		old, young = frappe.get_all(DELIVERY, {"endpoint": self.endpoint}, pluck="name")
		frappe.db.set_value(DELIVERY, old, "delivered_on", now_datetime() - timedelta(days=31))
		self.assertEqual(1, outbox.remove_old())
		self.assertEqual([young], frappe.get_all(DELIVERY, {"endpoint": self.endpoint}, pluck="name"))

	def test_one_sender_at_a_time(self):
		self.leads(1)
		key = f"c4s_dms:{frappe.local.site}:{self.endpoint}"[:64]
		# The lock of another connection.
		other = frappe.database.get_db(host=frappe.conf.db_host, port=frappe.conf.db_port, user=frappe.conf.db_name, password=frappe.conf.db_password)
		other.sql("select get_lock(%s, 0)", key)
		self.assertEqual(0, self.send())
		other.close()
		self.assertEqual(1, self.send())


class TestWhoIsTold(SendingTests):
	def test_a_link_that_is_switched_off_is_told_nothing_until_it_is_on_again(self):
		link, leads = self.state("link")[0], self.leads(2)
		frappe.get_doc("C4S DMS Link", link).update({"enabled": 0}).save()
		self.assertEqual(0, self.send())
		frappe.get_doc("C4S DMS Link", link).update({"enabled": 1}).save()
		self.send()
		self.assertEqual(leads, self.receiver.told())

	def test_a_person_who_is_erased_before_the_delivery_is_not_in_it(self):
		lead = self.leads(1)[0]
		self.receiver.answers = [503]
		self.send()
		frappe.delete_doc("C4S Lead", lead)
		self.send(timedelta(minutes=3))
		self.assertEqual(["erased"], [entry["action"] for _number, body in self.receiver.taken for entry in body["entries"]])
		self.assertEqual(0, frappe.db.count(DELIVERY, {"endpoint": self.endpoint, "status": WAITING}))

	def test_due_endpoints(self):
		self.assertIn(self.endpoint, sending.due_endpoints())
		frappe.db.set_value(ENDPOINT, self.endpoint, "next_attempt_on", now_datetime() + timedelta(hours=1))
		self.assertNotIn(self.endpoint, sending.due_endpoints())
		api.send_now(self.endpoint)
		self.assertIn(self.endpoint, sending.due_endpoints())

	def test_only_administrators_press(self):
		with as_user(make_user("Dealer Manager")):
			for press in (lambda: api.replay(self.endpoint), lambda: api.resend(self.endpoint, 1, 2), lambda: api.send_now(self.endpoint)):
				self.assertRaises(frappe.PermissionError, press)


def _hang_up(handler) -> None:
	handler.connection.close()


def _say_nonsense(handler) -> None:
	handler.wfile.write(b"HELLO\r\n\r\n")
	handler.connection.close()


def _drip(handler) -> None:
	"""More than anybody wants to read."""
	handler.send_response(200)
	handler.send_header("Content-Length", str(10**9))
	handler.end_headers()
	try:
		for _turn in range(100):
			handler.wfile.write(b"x" * 4096)
	except OSError:
		pass
