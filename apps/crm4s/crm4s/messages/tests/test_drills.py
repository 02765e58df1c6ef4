"""Several workers at once, and one that is killed: over real connections and a real process. What was committed is taken away."""

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter

import frappe
from frappe.tests.utils import FrappeTestCase
from frappe.utils import add_to_date, now_datetime

from crm4s.crm4s.doctype.c4s_contact_purpose.test_c4s_contact_purpose import make_purpose
from crm4s.crm4s.doctype.c4s_customer.test_c4s_customer import make_customer
from crm4s.crm4s.doctype.c4s_message_channel.test_c4s_message_channel import make_channel
from crm4s.crm4s.doctype.c4s_message_template.test_c4s_message_template import make_template
from crm4s.messages import worker
from crm4s.messages.outbox import Wish, queue
from crm4s.messages.tests.gateway import Gateway, ok, slowly
from crm4s.messages.tests.sending import SMS
from crm4s.relationship_costs import costs_of
from crm4s.tests.at_once import at_once, refused

NAME = "Drill of Messages"
WORKER = "import frappe; frappe.init(site={site!r}, sites_path='.'); frappe.connect(); from crm4s.messages import worker; worker.send_due(20)"


class TestDrills(FrappeTestCase):
	def setUp(self):
		self.gateway = Gateway()
		self.addCleanup(self.gateway.close)
		self.addCleanup(self.take_away)
		self.customers = [make_customer(f"+8613911{number:06}").name for number in range(4100, 4105)]
		make_purpose(NAME, ignores_quiet_times=1, most_messages=2, within_days=7, beyond_limit="Drop")
		make_template(NAME)
		make_channel(NAME, **{**SMS, "url": self.gateway.url, "timeout_seconds": 20, "rate_per_minute": 8})

	def take_away(self):
		frappe.db.rollback()
		frappe.db.delete("C4S Customer Cost", {"customer": ["in", self.customers]})
		frappe.db.delete("C4S Message", {"purpose": NAME})
		frappe.db.delete("C4S Customer Phone", {"parent": ["in", self.customers]})
		frappe.db.delete("C4S Customer", {"name": ["in", self.customers]})
		frappe.db.delete("C4S Message Text", {"parent": NAME})
		for doctype in ("C4S Contact Purpose", "C4S Message Template", "C4S Message Channel"):
			frappe.db.delete(doctype, {"name": NAME})
		frappe.db.delete("__Auth", {"doctype": "C4S Message Channel", "name": NAME})
		frappe.db.delete("Version", {"docname": ["in", [NAME, *self.customers]]})
		frappe.db.commit()

	def queue(self, count: int, customers: list[str] | None = None) -> None:
		customers = customers or self.customers
		queue([Wish(f"drill:{number}", customers[number % len(customers)], NAME, ("SMS",), NAME) for number in range(count)])
		frappe.db.commit()

	def states(self) -> Counter:
		frappe.db.rollback()
		return Counter(frappe.get_all("C4S Message", {"purpose": NAME}, pluck="status"))

	def test_four_workers_send_each_message_once_and_keep_every_limit(self):
		self.queue(20)

		def work():
			# As in real life, each step is committed. Small bites, so that the customers' messages spread over the workers.
			frappe.flags.in_test = False
			run = worker.Run(time.monotonic() + 30)
			while claimed := worker.claim_due(2):
				worker.work_off(*claimed, run)

		outcomes = at_once(work, work, work, work)
		self.assertEqual([], refused(outcomes))
		contents = [json.loads(request["body"]) for request in self.gateway.requests]
		states = self.states()
		self.assertEqual(len(contents), len({content["ref"] for content in contents}))
		self.assertEqual((8, 0), (states["Sent"], states["Sending"]), states)
		self.assertEqual(8, len(contents))
		self.assertLessEqual(max(Counter(content["mobile"] for content in contents).values()), 2)
		self.assertAlmostEqual(8 * 0.05, sum(costs_of(self.customers).values()))

	def test_a_worker_killed_while_the_provider_works_sends_nothing_twice(self):
		self.queue(1)
		self.gateway.answer = slowly(3, ok())
		process = subprocess.Popen([sys.executable, "-c", WORKER.format(site=frappe.local.site)])
		deadline = time.monotonic() + 30
		while not self.gateway.requests and time.monotonic() < deadline:
			time.sleep(0.05)
		os.kill(process.pid, signal.SIGKILL)
		process.wait()
		self.assertEqual({"Sending": 1}, self.states())
		self.gateway.answer = lambda request: ok()
		self.work_later()
		self.assertEqual(({"Dead": 1}, 1), (self.states(), len(self.gateway.requests)))

	def work_later(self):
		"""A pass of the worker when the one that was killed has had its time."""
		frappe.db.set_value("C4S Message", {"purpose": NAME}, "claimed_on", add_to_date(now_datetime(), minutes=-11))
		frappe.db.commit()
		worker.send_due(10)
		frappe.db.commit()
