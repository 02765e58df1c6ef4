"""Two runs at the same moment, and one that was killed between two letters."""

from unittest.mock import patch

import frappe
from frappe.tests.utils import FrappeTestCase

from crm4s.crm4s.doctype.c4s_dealership.test_c4s_dealership import make_dealership
from crm4s.crm4s.doctype.c4s_periodic_report.test_c4s_periodic_report import make_report
from crm4s.periodic_reports import letter
from crm4s.periodic_reports.deliveries import DELIVERY, REPORT, send_one, send_period
from crm4s.tests.at_once import at_once
from crm4s.tests.people import make_user

test_ignore = ["User"]
ACCOUNT, STORE, PERIOD = "C4S Periodic At Once", "PERIODIC-AT-ONCE", "2001-05-1"


class Killed(BaseException):
	"""As if the process were gone."""


class TestAtOnce(FrappeTestCase):
	def setUp(self):
		make_dealership(STORE)
		self.users = [make_user("Dealer Manager", [STORE]) for _number in range(2)]
		account = {"email_account_name": ACCOUNT, "email_id": "crm@example.com", "enable_outgoing": 1, "default_outgoing": 1}
		self.default = frappe.db.get_value("Email Account", {"default_outgoing": 1})
		frappe.get_doc({"doctype": "Email Account", **account, "no_smtp_authentication": 1, "smtp_server": "127.0.0.1", "smtp_port": "25"}).insert()
		self.report = make_report(dealership=STORE, recipients=[{"user": user} for user in self.users]).name
		frappe.db.commit()

	def tearDown(self):
		frappe.db.rollback()
		letters = frappe.get_all("Email Queue", {"reference_doctype": DELIVERY}, pluck="name")
		for doctype, filters in (
			("Email Queue Recipient", {"parent": ["in", letters or [""]]}), ("Email Queue", {"reference_doctype": DELIVERY}), (DELIVERY, {"periodic_report": self.report}),
			("C4S Periodic Report Sheet", {"parent": self.report}), ("C4S Periodic Report Recipient", {"parent": self.report}), (REPORT, {"name": self.report}),
			("Version", {"ref_doctype": REPORT}), ("Error Log", {"method": "Periodic Report"}), ("Email Account", {"name": ACCOUNT}), ("User Permission", {"for_value": STORE}), ("Has Role", {"parent": ["in", self.users]}),
			("Notification Settings", {"name": ["in", self.users]}), ("User", {"name": ["in", self.users]}),
		):
			frappe.db.delete(doctype, filters)
		frappe.delete_doc("C4S Dealership", STORE, force=True)
		if self.default:
			frappe.db.set_value("Email Account", self.default, "default_outgoing", 1)
		frappe.db.commit()

	def letters(self) -> int:
		return frappe.db.count("Email Queue", {"reference_doctype": DELIVERY})

	def test_two_runs_at_once_send_each_letter_once(self):
		outcomes = at_once(*[lambda: send_period(self.report, PERIOD)] * 2)
		self.assertEqual([0, 2], sorted(outcomes))
		self.assertEqual((2, 2), (self.letters(), frappe.db.count(DELIVERY, {"periodic_report": self.report})))

	def test_what_another_run_sent_while_this_one_failed_stays_sent(self):
		report, real, tries = frappe.get_doc(REPORT, self.report), letter.hand_over, []

		def fail_once(*given):
			tries.append(given)
			if len(tries) == 1:
				raise OSError("no disk")
			return real(*given)

		def roll_back_and_let_another_run_in():
			frappe.db.rollback()
			if len(tries) == 1:
				send_one(report, STORE, PERIOD, tries[0][1])

		with patch.dict(frappe.flags, {"in_test": False}), patch("crm4s.periodic_reports.letter.hand_over", fail_once):
			with patch("crm4s.periodic_reports.deliveries.rollback", roll_back_and_let_another_run_in):
				self.assertEqual(1, send_period(self.report, PERIOD))
		self.assertEqual((2, 2), (self.letters(), frappe.db.count(DELIVERY, {"status": "Handed to the Mail", "periodic_report": self.report})))

	def test_a_killed_run_is_carried_on_by_the_next_one(self):
		real, sent = letter.hand_over, []

		def hand_over_and_die(*given):
			sent.append(real(*given))
			if len(sent) == 2:
				raise Killed
			return sent[-1]

		with patch.dict(frappe.flags, {"in_test": False}):
			with patch("crm4s.periodic_reports.letter.hand_over", hand_over_and_die), self.assertRaises(Killed):
				send_period(self.report, PERIOD)
			frappe.db.rollback()
			self.assertEqual(1, self.letters())
			self.assertEqual(1, send_period(self.report, PERIOD))
		self.assertEqual((2, 2), (self.letters(), frappe.db.count(DELIVERY, {"status": "Handed to the Mail", "periodic_report": self.report})))
