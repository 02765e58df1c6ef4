"""Messages through a real server on this machine."""

import hmac
from datetime import timedelta
from unittest.mock import patch

import frappe
from frappe.utils import add_to_date, now_datetime

from crm4s.crm4s.doctype.c4s_dealership.test_c4s_dealership import make_dealership
from crm4s.crm4s.doctype.c4s_message_channel.test_c4s_message_channel import make_channel
from crm4s.crm4s.doctype.c4s_quiet_time.test_c4s_quiet_time import make_quiet_time
from crm4s.crm4s.doctype.c4s_suppressed_address.test_c4s_suppressed_address import make_suppressed
from crm4s.messages import api, rows, worker
from crm4s.messages.adapters import local
from crm4s.messages.facts import facts_of
from crm4s.messages.outbox import withdraw
from crm4s.messages.tests.gateway import cut, json_reply, ok, slowly
from crm4s.messages.tests.sending import SendingTestCase
from crm4s.portal import links
from crm4s.relationship_costs import costs_of
from crm4s.tests.clock import stopped_at
from crm4s.tests.people import as_user, make_user
from crm4s.tests.queries import counted_queries

test_ignore = ["User", "Email Account"]


class TestSending(SendingTestCase):
	def test_a_message_reaches_the_provider_once_and_is_kept(self):
		message = self.sent()
		self.run_worker()
		self.assertEqual(1, len(self.gateway.requests))
		asked = self.gateway.json_of()
		self.assertEqual((self.phone.removeprefix("+86"), "李静您好，爱车该保养了。"), (asked["mobile"], asked["content"]))
		self.assertEqual(("Sent", "P1", "SMS", "Test SMS", 1), (message.status, message.provider_id, message.channel_kind, message.channel, message.attempts))
		self.assertEqual(("李静您好，爱车该保养了。", None), (message.sent_text, message.reason))
		self.assertNotIn(self.phone.removeprefix("+86"), message.masked_address)
		self.assertTrue(message.sent_on)

	def test_its_cost_is_noted_on_the_customer_by_its_length(self):
		self.change(self.channel, cost_per_message=0.045, characters_per_message=10)
		message = self.sent()
		self.assertEqual((0.09, {self.customer: 0.09}), (message.cost, costs_of([self.customer])))

	def test_what_is_not_due_waits(self):
		name = self.wish(not_before=add_to_date(now_datetime(), hours=1))
		self.run_worker()
		self.assertEqual(("To Be Sent", 0), (self.message(name).status, len(self.gateway.requests)))

	def test_codes_are_hidden_in_the_log(self):
		template = frappe.get_doc("C4S Message Template", self.template)
		self.change(template, placeholders="code*", texts=[{"channel_kind": "SMS", "language": "zh", "body": "券码{code}"}])
		message = self.sent(values={"code": "XJ-4711"})
		self.assertEqual("券码XJ-4711", self.gateway.json_of()["content"])
		self.assertEqual("券码***", message.sent_text)
		self.assertNotIn("4711", frappe.as_json(message.as_dict()))

	def test_a_link_to_the_own_pages_is_made_at_sending_and_hidden_in_the_log(self):
		template = frappe.get_doc("C4S Message Template", self.template)
		self.change(template, texts=[{"channel_kind": "SMS", "language": "zh", "body": "进度请看{portal_link}"}])
		message = self.sent()
		said = self.gateway.json_of()["content"]
		self.assertRegex(said, r"^进度请看http.*/my/enter/[\w-]{20,}$")
		self.assertEqual("进度请看***", message.sent_text)
		link = links.open_link(said.rpartition("/")[2])
		self.assertEqual(self.customer, link.customer)

	def test_a_message_without_such_a_link_makes_none(self):
		before = frappe.db.count("C4S Portal Link")
		self.sent()
		self.assertEqual(before, frappe.db.count("C4S Portal Link"))

	def test_a_signature_and_the_way_out_are_added_where_consent_is_needed(self):
		self.change(self.channel, signature="【{store_name}】", unsubscribe_line=" 退订 {unsubscribe_link}")
		self.sent()
		self.assertEqual("【北京朝阳店】李静您好，爱车该保养了。", self.gateway.json_of()["content"])
		self.change_purpose(needs_consent=1)
		self.consent()
		message = self.sent()
		self.assertRegex(self.gateway.json_of()["content"], r"退订 http.*/end-messages\?token=.+")
		self.assertTrue(message.sent_text.endswith("退订 ***"))

	def test_a_missing_value_stops_the_message_before_anybody_gets_it(self):
		template = frappe.get_doc("C4S Message Template", self.template)
		self.change(template, placeholders="due_on", texts=[{"channel_kind": "SMS", "language": "zh", "body": "{due_on}到期"}])
		message = self.sent()
		self.assertEqual(("Dead", 0), (message.status, len(self.gateway.requests)))
		self.assertIn("{due_on}", message.reason)

	def test_many_messages_are_sorted_out_in_few_queries(self):
		def queries(count: int) -> int:
			frappe.db.delete("C4S Message")
			for _number in range(count):
				self.wish(channels=("WeChat",))
			with counted_queries() as sent:
				self.run_worker()
			return len(sent)

		self.assertEqual(queries(2), queries(12))


class TestWhatForbids(SendingTestCase):
	def refused(self, **overrides) -> str:
		message = self.sent(**overrides)
		self.assertEqual(("Suppressed", 0), (message.status, len(self.gateway.requests)))
		self.kind = message.reason_kind
		return message.reason

	def test_without_consent_nothing_is_sent(self):
		self.change_purpose(needs_consent=1)
		self.assertIn("no consent", self.refused())
		self.assertEqual("No Consent", self.kind)

	def test_of_several_reasons_consent_is_the_kind_that_counts(self):
		self.change_purpose(needs_consent=1)
		self.consent("Withdrawn")
		self.refused(channels=("WeCom", "SMS"))
		self.assertEqual("Consent Withdrawn", self.kind)

	def test_what_is_sent_again_has_no_kind_of_reason_any_more(self):
		self.change_purpose(needs_consent=1)
		name = self.sent().name
		self.consent()
		api.send_again([name])
		self.assertEqual((None, None), (self.message(name).reason_kind, self.message(name).reason))

	def test_consent_is_asked_when_the_message_is_sent_not_when_it_is_queued(self):
		self.change_purpose(needs_consent=1)
		self.consent()
		name = self.wish()
		self.consent("Withdrawn", purpose=self.purpose)
		self.run_worker()
		self.assertEqual(("Suppressed", 0), (self.message(name).status, len(self.gateway.requests)))

	def test_consent_is_asked_once_more_before_each_message_of_a_batch(self):
		self.change_purpose(needs_consent=1)
		self.consent()
		name = self.wish()
		claim, names = worker.claim_due()
		facts = facts_of(rows.read(names), now_datetime())[name]
		self.consent("Withdrawn")
		self.assertIsNone(worker.begin(facts, name, claim, {}))
		self.assertEqual("Suppressed", self.message(name).status)

	def test_so_are_address_list_file_and_channel(self):
		customer = frappe.get_doc("C4S Customer", self.customer)
		for change in (
			lambda: self.change(frappe.get_doc(customer.doctype, customer.name), phones=[]),
			lambda: make_suppressed(self.phone),
			lambda: frappe.db.set_value(customer.doctype, customer.name, "disabled", 1),
			lambda: frappe.db.set_value("C4S Message Channel", "Test SMS", "enabled", 0),
		):
			frappe.db.savepoint("before_it")
			name = self.wish()
			claim, names = worker.claim_due()
			facts = facts_of(rows.read(names), now_datetime())[name]
			change()
			self.assertIsNone(worker.begin(facts, name, claim, {}))
			self.assertEqual("Suppressed", self.message(name).status)
			frappe.db.rollback(save_point="before_it")

	def test_an_address_on_the_suppression_list_gets_nothing_but_recalls(self):
		make_suppressed(self.phone, channel_kind="SMS")
		self.assertIn("suppression list", self.refused())
		self.assertEqual("Address Suppressed", self.kind)
		self.change_purpose(ignores_suppression=1)
		self.assertEqual("Sent", self.sent().status)

	def test_who_withdrew_by_name_gets_no_appointment_reminders_either(self):
		self.consent("Withdrawn", purpose=self.purpose)
		self.assertIn("withdrawn", self.refused())

	def test_the_next_channel_takes_what_the_first_may_not(self):
		message = self.sent(channels=("WeChat", "E-Mail", "SMS"))
		self.assertEqual(("Sent", "SMS"), (message.status, message.channel_kind))

	def test_without_an_address_or_channel_it_says_so_for_each(self):
		customer = frappe.get_doc("C4S Customer", self.customer)
		self.change(customer, phones=[])
		reason = self.refused(channels=("SMS", "WeCom"))
		self.assertIn("SMS: the customer has no address for it.", reason)
		self.assertIn("WeCom: no such channel is switched on.", reason)

	def test_a_closed_file_a_purpose_switched_off_and_a_late_message_are_not_sent(self):
		frappe.db.set_value("C4S Customer", self.customer, "disabled", 1)
		self.assertIn("file is closed", self.refused())
		frappe.db.set_value("C4S Customer", self.customer, "disabled", 0)
		self.change_purpose(enabled=0)
		self.assertIn("switched off", self.refused())
		self.change_purpose(enabled=1, keep_days=2)
		self.assertIn("in time", self.refused(not_before=add_to_date(now_datetime(), days=-3)))

	def test_what_is_of_no_use_any_more_is_not_sent(self):
		self.change_purpose(keep_days=0)
		self.assertIn("in time", self.refused(not_after=add_to_date(now_datetime(), minutes=-1)))
		self.assertEqual("Sent", self.sent(not_after=add_to_date(now_datetime(), minutes=1)).status)

	def test_what_its_document_withdraws_is_not_sent_and_says_why(self):
		of = {"reference_doctype": "C4S Dealership", "reference_name": self.store}
		sent, other = self.sent(**of), self.wish()
		waiting = self.wish(**of)
		self.assertEqual(1, withdraw("C4S Dealership", [self.store], "改期"))
		self.run_worker()
		self.assertEqual(("Suppressed", "改期"), (self.message(waiting).status, self.message(waiting).reason))
		self.assertEqual(["Sent", "Sent"], [self.message(sent.name).status, self.message(other).status])
		api.send_again([waiting])
		self.run_worker()
		self.assertEqual("Suppressed", self.message(waiting).status)

	def test_a_message_waits_until_the_quiet_time_is_over(self):
		self.change_purpose(ignores_quiet_times=0)
		moment = now_datetime().replace(hour=23, minute=0, second=0, microsecond=0)
		make_quiet_time(dealership=self.store)
		name = self.wish(not_before=moment)
		with stopped_at(moment):
			self.run_worker()
		message = self.message(name)
		morning = (moment + timedelta(days=1)).replace(hour=9)
		self.assertEqual(("To Be Sent", morning), (message.status, message.next_attempt_on))
		with stopped_at(morning):
			self.run_worker()
		self.assertEqual("Sent", self.message(name).status)

	def test_a_customer_is_not_written_to_too_often(self):
		self.change_purpose(most_messages=2, within_days=7, beyond_limit="Wait")
		self.assertEqual(["Sent", "Sent"], [self.sent().status, self.sent().status])
		third = self.sent()
		first_sent = min(frappe.get_all("C4S Message", {"status": "Sent"}, pluck="sent_on"))
		self.assertEqual(("To Be Sent", first_sent + timedelta(days=7)), (third.status, third.next_attempt_on))
		self.change_purpose(beyond_limit="Drop")
		self.assertEqual("Suppressed", self.sent().status)
		self.assertEqual(2, len(self.gateway.requests))

	def test_two_due_at_once_share_the_limit(self):
		self.change_purpose(most_messages=1, within_days=7, beyond_limit="Drop")
		names = [self.wish(), self.wish()]
		self.run_worker()
		self.assertEqual(["Sent", "Suppressed"], sorted(self.message(name).status for name in names))

	def test_a_channel_sends_so_many_a_minute_and_a_day(self):
		self.change(self.channel, rate_per_minute=2)
		names = [self.wish() for _number in range(5)]
		with stopped_at(now_datetime()):
			self.run_worker()
		waits = sorted(self.message(name).next_attempt_on for name in names if self.message(name).status == "To Be Sent")
		self.assertEqual((2, 3), (len(self.gateway.requests), len(waits)))
		self.assertEqual([timedelta(0), timedelta(0), timedelta(minutes=1)], [wait - waits[0] for wait in waits])
		self.change(self.channel, rate_per_minute=0, daily_cap=2)
		message = self.sent()
		self.assertEqual(("To Be Sent", 0), (message.status, message.next_attempt_on.hour))


class TestWhatProvidersAnswer(SendingTestCase):
	def after(self, answer, **channel):
		if channel:
			self.change(self.channel, **channel)
		self.gateway.answer = answer
		return self.sent()

	def wait_over(self, name: str) -> None:
		frappe.db.set_value("C4S Message", name, "next_attempt_on", now_datetime())

	def test_a_refusal_ends_the_message_and_costs_nothing(self):
		message = self.after(lambda request: json_reply(200, {"code": 5, "msg": "号码错误"}))
		self.assertEqual(("Not Delivered", {}), (message.status, costs_of([self.customer])))
		self.assertIn("号码错误", message.reason)

	def test_later_is_tried_again_with_growing_waits_until_it_is_dead(self):
		message = self.after(lambda request: json_reply(200, {"code": 17, "msg": "busy"}))
		waits = []
		for attempt in (1, 2):
			message = self.message(message.name)
			self.assertEqual(("To Be Sent", attempt), (message.status, message.attempts))
			waits.append((message.next_attempt_on - now_datetime()).total_seconds())
			self.wait_over(message.name)
			self.run_worker()
		self.assertTrue(45 < waits[0] < 75 < waits[1] < 150, waits)
		self.assertEqual(("Dead", 3), (self.message(message.name).status, len(self.gateway.requests)))

	def test_a_provider_that_asks_to_wait_is_given_the_time(self):
		message = self.after(lambda request: json_reply(429, {}, **{"Retry-After": "900"}))
		self.assertEqual("To Be Sent", message.status)
		self.assertGreater(message.next_attempt_on, add_to_date(now_datetime(), seconds=880))

	def test_of_an_error_or_no_answer_nobody_knows_so_a_person_decides(self):
		slow = slowly(3, ok())
		garbage = lambda request: (200, {}, b"<html>oops</html>")  # noqa: E731
		endless = lambda request: (200, {}, b"x" * 100_000)  # noqa: E731
		for answer in (lambda request: json_reply(500, {}), cut, slow, garbage, endless):
			with self.subTest(answer):
				self.gateway.requests.clear()
				message = self.after(answer, timeout_seconds=1)
				self.run_worker()
				self.assertEqual(("Dead", 1), (message.status, len(self.gateway.requests)))
				self.assertIn("not known whether the provider took it", message.reason)

	def test_where_the_provider_knows_keys_it_is_tried_again_with_the_same(self):
		message = self.after(lambda request: json_reply(500, {}), knows_keys=1)
		self.assertEqual("To Be Sent", message.status)
		self.gateway.answer = lambda request: ok()
		self.wait_over(message.name)
		self.run_worker()
		keys = {request["headers"]["Idempotency-Key"] for request in self.gateway.requests}
		self.assertEqual(("Sent", 2, 1), (self.message(message.name).status, len(self.gateway.requests), len(keys)))

	def test_a_server_that_is_not_there_is_tried_again(self):
		message = self.after(None, url="http://127.0.0.1:9/send")
		self.assertEqual("To Be Sent", message.status)
		self.assertIn("not reached", message.reason)

	def test_redirects_are_not_followed(self):
		message = self.after(lambda request: (302, {"Location": self.gateway.url + "/elsewhere"}, b""))
		self.assertEqual((["/send"], "To Be Sent"), ([request["path"] for request in self.gateway.requests], message.status))

	def test_a_refused_message_goes_by_the_next_channel(self):
		make_channel("Test Notice", channel_kind="Portal Notice", cost_per_message=0, enabled=1)
		self.gateway.answer = lambda request: json_reply(400, {"msg": "no"})
		message = self.sent(channels=("SMS", "Portal Notice"))
		self.assertEqual(("Received by Customer", "Portal Notice", "SMS"), (message.status, message.channel_kind, message.tried_channels))

	def test_a_provider_that_is_away_does_not_hold_up_the_others(self):
		self.change(self.channel, url="http://127.0.0.1:9/send")
		names = [self.wish() for _number in range(6)]
		self.run_worker()
		attempts = [self.message(name).attempts for name in names]
		self.assertEqual((worker.MOST_FAILURES, {"To Be Sent"}), (sum(attempts), {self.message(name).status for name in names}))

	def test_sign_form_token_and_headers_as_a_provider_wants_them(self):
		def answer(request):
			if request["path"].startswith("/token"):
				return json_reply(200, {"access_token": "T/1", "expires_in": 7200})
			return json_reply(200, {"code": 0})

		self.change(
			self.channel,
			url=self.gateway.url + "/send?access_token={token}",
			token_url=self.gateway.url + "/token?id={account}&secret={secret}",
			account="corp 1",
			body_format="Form",
			signature_header="X-Sign",
			headers="Authorization: Bearer {secret}\nX-Ref: {key}",
		)
		self.gateway.answer = answer
		self.assertEqual("Sent", self.sent().status)
		self.sent()
		paths = [request["path"] for request in self.gateway.requests]
		self.assertEqual(["/token?id=corp%201&secret=s3cret", *["/send?access_token=T%2F1"] * 2], paths)
		request = self.gateway.requests[-1]
		self.assertEqual("Bearer s3cret", request["headers"]["Authorization"])
		self.assertIn(b"mobile=138", request["body"])
		self.assertEqual(hmac.new(b"s3cret", request["body"], "sha256").hexdigest(), request["headers"]["X-Sign"])

	def test_quotes_in_a_text_do_not_break_the_body(self):
		frappe.db.set_value("C4S Customer", self.customer, "customer_name", '李"静\\{text}')
		self.sent()
		self.assertEqual('李"静\\{text}您好，爱车该保养了。', self.gateway.json_of()["content"])


class TestSendAgain(SendingTestCase):
	def test_what_was_given_up_is_sent_again_and_asked_again(self):
		self.gateway.answer = lambda request: json_reply(200, {"code": 5})
		message = self.sent()
		self.gateway.answer = lambda request: ok()
		self.assertEqual(1, api.send_again([message.name]))
		self.run_worker()
		self.assertEqual(("Sent", 1), (self.message(message.name).status, self.message(message.name).replays))
		self.assertEqual(0, api.send_again([message.name]))
		keys = {request["headers"]["Idempotency-Key"] for request in self.gateway.requests}
		self.assertEqual(2, len(keys))

	def test_one_that_may_have_arrived_keeps_its_key(self):
		self.gateway.answer = lambda request: json_reply(500, {})
		message = self.sent()
		self.gateway.answer = lambda request: ok()
		api.send_again([message.name])
		self.run_worker()
		keys = {request["headers"]["Idempotency-Key"] for request in self.gateway.requests}
		self.assertEqual((1, "Sent"), (len(keys), self.message(message.name).status))

	def test_managers_send_again_what_is_of_their_store(self):
		self.gateway.answer = lambda request: json_reply(200, {"code": 5})
		message = self.sent()
		with as_user(make_user("CRM Manager", [make_dealership("SENDING-2").name])):
			self.assertEqual(0, api.send_again([message.name]))
		with as_user(make_user("CRM Specialist", [self.store])), self.assertRaises(frappe.PermissionError):
			api.send_again([message.name])
		with as_user(make_user("CRM Manager", [self.store])):
			self.assertEqual(1, api.send_again([message.name]))


class TestTrial(SendingTestCase):
	def test_an_administrator_tries_a_channel_and_reads_what_the_provider_says(self):
		said = api.try_channel("Test SMS", "138 0013 8000", "试试")
		self.assertEqual((True, "13800138000", "试试"), (said["taken"], self.gateway.json_of()["mobile"], self.gateway.json_of()["content"]))
		self.gateway.answer = lambda request: json_reply(200, {"code": 9, "msg": "余额不足"})
		said = api.try_channel("Test SMS", "13800138000", "试试")
		self.assertEqual((False, True), (said["taken"], "余额不足" in said["said"]))
		self.assertEqual(0, frappe.db.count("C4S Message"))

	def test_nobody_else_does(self):
		with as_user(make_user("CRM Manager")), self.assertRaises(frappe.PermissionError):
			api.try_channel("Test SMS", "13800138000", "试试")


class TestRecovery(SendingTestCase):
	def killed(self, call_began: bool, **values):
		"""A message that a worker claimed long ago."""
		name = self.wish()
		moment = add_to_date(now_datetime(), minutes=-11)
		frappe.db.set_value(
			"C4S Message",
			name,
			{"status": "Sending", "claim": "gone", "claimed_on": moment, "call_began_on": moment if call_began else None, "channel": "Test SMS", "channel_kind": "SMS", **values},
		)
		return name

	def test_what_was_not_handed_over_waits_again(self):
		name = self.killed(call_began=False)
		self.run_worker()
		self.assertEqual("Sent", self.message(name).status)

	def test_what_may_have_been_handed_over_is_not_sent_twice(self):
		name = self.killed(call_began=True)
		self.run_worker()
		self.assertEqual(("Dead", 0), (self.message(name).status, len(self.gateway.requests)))

	def test_where_the_provider_knows_keys_it_is_sent_with_the_same(self):
		self.change(self.channel, knows_keys=1)
		name = self.killed(call_began=True, send_key="K" * 32)
		self.run_worker()
		self.assertEqual("K" * 32, self.gateway.requests[0]["headers"]["Idempotency-Key"])
		self.assertEqual("Sent", self.message(name).status)

	def test_a_worker_that_was_too_slow_keeps_its_hands_off(self):
		name = self.wish()
		claim, names = worker.claim_due()
		frappe.db.set_value("C4S Message", name, "claim", "another")
		worker.work_off(claim, names)
		self.assertEqual(("Sending", "another", 0), (self.message(name).status, self.message(name).claim, len(self.gateway.requests)))


class TestDeskTask(SendingTestCase):
	"""The other end of the hook is care's; where an error is needed it is a function of ours."""

	def setUp(self):
		super().setUp()
		make_channel("Test Call", channel_kind="Desk Task", cost_per_message=2, enabled=1)

	def hooked(self, path: str):
		hooks = frappe.get_hooks
		return patch.object(frappe, "get_hooks", lambda name=None, *rest, **more: [path] if name == local.HOOK else hooks(name, *rest, **more))

	def test_a_call_to_make_is_opened_once(self):
		message = self.sent(channels=("Desk Task",))
		self.run_worker()
		task = frappe.get_doc("C4S Care Task", message.provider_id)
		self.assertEqual(("Received by Customer", "Open", "李静您好，爱车该保养了。"), (message.status, task.status, task.why))
		self.assertEqual((self.customer, self.store), (task.customer, task.dealership))
		self.assertEqual({self.customer: 2.0}, costs_of([self.customer]))

	def test_who_cannot_be_written_to_is_called(self):
		make_suppressed(self.phone, channel_kind="SMS")
		self.assertEqual("Desk Task", self.sent(channels=("SMS", "Desk Task")).channel_kind)

	def test_an_error_there_leaves_nothing_and_is_tried_again(self):
		with self.hooked(f"{__name__}.fail_after_writing"):
			message = self.sent(channels=("Desk Task",))
		self.assertEqual(("To Be Sent", 0), (message.status, frappe.db.count("ToDo", {"description": "half"})))
		self.assertEqual({}, costs_of([self.customer]))


def fail_after_writing(**values):
	frappe.get_doc({"doctype": "ToDo", "description": "half"}).insert()
	raise ZeroDivisionError
