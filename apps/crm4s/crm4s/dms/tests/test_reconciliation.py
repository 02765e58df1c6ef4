"""Both sides count alike: the checksum as the guide says it, days that differ, what is told again."""

import hashlib
from datetime import date
from functools import reduce

import frappe
from frappe.tests.utils import FrappeTestCase

from crm4s.crm4s.doctype.c4s_dms_link.test_c4s_dms_link import make_link
from crm4s.crm4s.report.c4s_dms_reconciliation.c4s_dms_reconciliation import execute
from crm4s.dms import reconciliation
from crm4s.dms.links import link_of
from crm4s.dms.problems import Problem
from crm4s.dms.reconciliation import DayCount

test_ignore = ["User"]
FIRST, SECOND = date(2026, 3, 1), date(2026, 3, 2)


def checksum(*records: tuple[str, int]) -> str:
	"""As an integrator computes it."""
	parts = [int(hashlib.sha256(f"{number}|{version}".encode()).hexdigest()[:16], 16) for number, version in records]
	return f"{reduce(lambda left, right: left ^ right, parts, 0):016x}"


class TestReconciliation(FrappeTestCase):
	def setUp(self):
		frappe.db.savepoint("reconciliation")
		self.addCleanup(frappe.cache.delete_value, "c4s_dms_links")
		self.addCleanup(frappe.db.rollback, save_point="reconciliation")
		self.link = link_of(make_link(entities=["Customer"]).user)
		self.had("A-1", 3, modified="2026-03-01 00:00:00")
		self.had("客户-2", 0, modified="2026-03-01 23:59:59")
		self.had("A-3", 1, taken="2026-03-02 08:00:00")
		self.had("A-4", 1, modified="2026-03-01 10:00:00", entity="Vehicle")

	def had(self, number: str, version: int, modified: str | None = None, taken: str = "2026-03-05 08:00:00", entity: str = "Customer") -> None:
		values = {"link": self.link.name, "entity": entity, "external_id": number, "source_version": version, "source_modified_on": modified, "taken_on": taken}
		frappe.get_doc({"doctype": "C4S DMS Record", "document_type": "C4S Customer", "document": f"CU-{number}", **values}).db_insert()

	def days(self) -> list[tuple]:
		answer = reconciliation.reconcile(self.link, "customer", FIRST, SECOND)
		return [(day["day"], day["record_count"], day["checksum"], day["same"]) for day in answer["days"]]

	def test_what_we_have_of_each_day(self):
		expected = [(FIRST, 2, checksum(("A-1", 3), ("客户-2", 0)), None), (SECOND, 1, checksum(("A-3", 1)), None)]
		self.assertEqual(expected, self.days())

	def test_days_that_differ(self):
		told = [
			DayCount(day=FIRST, record_count=2, checksum=checksum(("客户-2", 0), ("A-1", 3))),
			DayCount(day=SECOND, record_count=1, checksum=checksum(("A-3", 2))),
		]
		answer = reconciliation.take_counts(self.link, "customer", told)
		self.assertEqual([True, False], [day["same"] for day in answer["days"]])
		rows = execute({"link": self.link.name, "from_date": "2026-03-01", "to_date": "2026-03-31"})[1]
		self.assertEqual([(SECOND, 1, 1)], [(row["day"], row["their_count"], row["record_count"]) for row in rows])
		reconciliation.take_counts(self.link, "customer", [DayCount(day=SECOND, record_count=1, checksum=checksum(("A-3", 1)))])
		self.assertEqual([True, True], [day[-1] for day in self.days()])

	def test_what_is_not_right(self):
		day = DayCount(day=FIRST, record_count=1, checksum="0" * 16)
		for work, code in (
			(lambda: reconciliation.take_counts(self.link, "customer", [day, day]), "invalid"),
			(lambda: reconciliation.reconcile(self.link, "customer", SECOND, FIRST), "invalid"),
			(lambda: reconciliation.reconcile(self.link, "vehicle", FIRST, SECOND), "entity_refused"),
		):
			with self.assertRaises(Problem) as refusal:
				work()
			self.assertEqual(code, refusal.exception.code)
