"""The numbers, asked of a real database and a real Redis."""

import frappe
from frappe.tests.utils import FrappeTestCase
from frappe.utils import add_to_date, now_datetime

from crm4s.health import accounts, api, backlog, backups, clock, figures
from crm4s.health.metrics import METRICS
from crm4s.health.moments import seconds_of
from crm4s.messages.outbox import MESSAGE, SENT, WAITING
from crm4s.tests.people import as_user, make_user

SETTINGS = "C4S Monitoring"


def one(found: dict, name: str):
	return found[name][()]


class TestFigures(FrappeTestCase):
	def test_everything_that_is_known_is_a_metric_and_nearly_every_metric_is_known(self):
		backups_are_noted = {"crm4s_last_backup_timestamp_seconds"}
		found = figures.gathered()
		self.assertEqual(set(), set(found) - set(METRICS))
		self.assertLessEqual(set(METRICS) - set(found), backups_are_noted | {"crm4s_scheduler_last_start_timestamp_seconds"})
		self.assertEqual({("database",): 1, ("cache",): 1, ("queue",): 1}, found["crm4s_up"])
		self.assertEqual({("short",), ("default",), ("long",)}, set(found["crm4s_queue_jobs"]))

	def test_labels_of_figures_are_those_of_their_metric(self):
		for name, values in figures.gathered().items():
			for labels in values:
				self.assertEqual(len(METRICS[name].labels), len(labels), name)

	def test_messages_that_are_due_and_not_sent_are_counted_with_the_age_of_the_oldest(self):
		before = one(backlog.figures(), "crm4s_messages_due")
		for status, minutes in ((WAITING, -90), (WAITING, -5), (WAITING, 60), (SENT, -600)):
			moment = add_to_date(now_datetime(), minutes=minutes)
			frappe.get_doc({"doctype": MESSAGE, "name": frappe.generate_hash(length=16), "status": status, "next_attempt_on": moment}).db_insert()
		found = backlog.figures()
		self.assertEqual(before + 2, one(found, "crm4s_messages_due"))
		self.assertGreaterEqual(one(found, "crm4s_messages_oldest_due_seconds"), 90 * 60)

	def test_deliveries_of_systems_that_are_switched_off_are_nobodys_backlog(self):
		before = one(backlog.figures(), "crm4s_deliveries_dead")
		for enabled in (1, 0):
			endpoint = frappe.get_doc({"doctype": "C4S DMS Endpoint", "name": frappe.generate_hash(length=10), "enabled": enabled, "position": 0})
			endpoint.db_insert()
			frappe.get_doc({"doctype": "C4S DMS Delivery", "name": frappe.generate_hash(length=10), "endpoint": endpoint.name, "status": "Dead"}).db_insert()
		self.assertEqual(before + 1, one(backlog.figures(), "crm4s_deliveries_dead"))

	def test_jobs_by_the_clock_tell_when_they_began_in_seconds_of_the_world(self):
		job = "crm4s.messages.worker.send_due"
		moment = now_datetime().replace(microsecond=0)
		frappe.db.set_value("Scheduled Job Type", {"method": job}, "last_execution", moment)
		found = clock.figures()
		self.assertEqual(seconds_of(moment), found["crm4s_job_last_start_timestamp_seconds"][(job,)])
		self.assertEqual(seconds_of(moment), one(found, "crm4s_scheduler_last_start_timestamp_seconds"))

	def test_failures_of_the_last_hour_are_counted_and_no_older_ones(self):
		before = clock.figures()
		for minutes in (-30, -90):
			moment = add_to_date(now_datetime(), minutes=minutes)
			for doctype in ("Scheduled Job Log", "Error Log"):
				document = frappe.get_doc({"doctype": doctype, "status": "Failed", "scheduled_job_type": "worker.send_due", "method": "Tried"}).insert()
				frappe.db.set_value(doctype, document.name, {"creation": moment, "modified": moment}, update_modified=False)
		after = clock.figures()
		for name in ("crm4s_jobs_failed_last_hour", "crm4s_errors_last_hour"):
			self.assertEqual(one(before, name) + 1, one(after, name), name)

	def test_a_backup_made_elsewhere_is_known_when_it_is_noted(self):
		moment = now_datetime().replace(microsecond=0)
		frappe.db.set_single_value(SETTINGS, "last_backup_on", moment)
		self.assertEqual(seconds_of(moment), one(backups.figures(), "crm4s_last_backup_timestamp_seconds"))

	def test_limits_are_those_of_the_settings_and_their_defaults_where_nobody_saved_them(self):
		frappe.db.set_single_value(SETTINGS, "scheduler_minutes", 3)
		self.addCleanup(frappe.clear_document_cache, SETTINGS, SETTINGS)
		frappe.clear_document_cache(SETTINGS, SETTINGS)
		found = figures.limits()
		self.assertEqual((180, 36 * 3600), (found.scheduler, found.backup))


class TestAccount(FrappeTestCase):
	def setUp(self):
		frappe.db.set_single_value(SETTINGS, "user", None)

	def test_the_account_has_no_role_and_reads_the_figures(self):
		account = accounts.open_account()
		self.assertEqual([], frappe.get_all("Has Role", {"parent": account["user"]}, pluck="role"))
		with as_user(account["user"]):
			self.assertIn(b"crm4s_up", api.metrics().get_data())
			self.assertIn("database", api.standing()["parts"])
			self.assertRaises(frappe.PermissionError, api.open_account)

	def test_a_new_key_ends_the_old_secret(self):
		first, second = accounts.open_account(), accounts.open_account()
		self.assertEqual((first["user"], first["key"]), (second["user"], second["key"]))
		self.assertNotEqual(first["secret"], second["secret"])
		self.assertEqual(second["secret"], frappe.get_doc("User", second["user"]).get_password("api_secret"))

	def test_others_read_nothing(self):
		for user in ("Guest", make_user("Dealer Manager")):
			with as_user(user):
				self.assertRaises(frappe.PermissionError, api.metrics)
				self.assertRaises(frappe.PermissionError, api.standing)

	def test_somebody_with_rights_is_not_made_the_account(self):
		frappe.db.set_single_value(SETTINGS, "user", make_user("Receptionist"))
		with self.assertRaisesRegex(frappe.ValidationError, "needs a user without any"):
			accounts.open_account()
