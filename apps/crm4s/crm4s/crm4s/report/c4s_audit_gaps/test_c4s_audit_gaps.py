import frappe
from frappe.desk.query_report import run
from frappe.tests.utils import FrappeTestCase

from crm4s.audits import api
from crm4s.crm4s.doctype.c4s_dealership.test_c4s_dealership import make_dealership
from crm4s.crm4s.doctype.c4s_improvement_action.test_c4s_improvement_action import make_action
from crm4s.crm4s.doctype.c4s_store_audit.test_c4s_store_audit import fill, make_audit
from crm4s.crm4s.report.c4s_audit_gaps.c4s_audit_gaps import VIEWS, execute
from crm4s.tests.people import as_user, make_user

test_ignore = ["User"]
YEAR = {"from_date": "2001-01-01", "to_date": "2001-12-31"}


class TestAuditGaps(FrappeTestCase):
	"""Two audits of one store, one of another and one that is not published, of 2001."""

	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		cls.one, cls.two = make_dealership("GAPS-1").name, make_dealership("GAPS-2").name
		cls.auditor = make_user("Auditor")
		cls.first = cls.make(cls.one, "10", "4", "Yes")
		cls.make(cls.one, "1", "10", "No", month=4)
		cls.make(cls.two, "10", "10", "Yes")
		cls.make(cls.one, "1", "1", "No", publish=False)
		make_action(dealership=cls.one, subject="A2 Asked for needs?", document_type="C4S Store Audit", document_name=cls.first)

	@classmethod
	def tearDownClass(cls):
		frappe.db.rollback()
		super().tearDownClass()

	@classmethod
	def make(cls, store: str, *texts: str, month: int = 3, publish: bool = True) -> str:
		audit = fill(make_audit(dealership=store, auditor=cls.auditor), *texts)
		if publish:
			api.hand_in(audit.name)
			api.publish(audit.name)
		frappe.db.set_value("C4S Store Audit", audit.name, "visited_on", f"2001-{month:02}-15 10:00:00")
		return audit.name

	def tearDown(self):
		frappe.set_user("Administrator")

	def rows(self, **filters) -> list[dict]:
		return execute({**YEAR, **filters})[1]

	def test_which_questions_fall_short_how_often_and_what_is_done(self):
		found = {row["label"]: row for row in self.rows()}
		measured = lambda question: tuple(found[question][name] for name in ("audits", "answers", "gaps", "without_action", "open_actions"))
		self.assertEqual((3, 3, 1, 1, 0), measured("Greeted?"))
		# 4 of 10 lies below the question's own limit.
		self.assertEqual((3, 3, 1, 0, 1), measured("Asked for needs?"))
		self.assertEqual((3, 3, 1, 1, 0), measured("Clean?"))
		# (1,000 + 0 + 1,000) ÷ 3; (333.3 + 1,000 + 1,000) ÷ 3
		self.assertEqual((666.7, 777.8, "Reception"), (found["Greeted?"]["points"], found["Asked for needs?"]["points"], found["Greeted?"]["section"]))

	def test_every_view_counts_the_same_gaps(self):
		for view in VIEWS:
			with self.subTest(view):
				self.assertEqual((3, 9), tuple(sum(row[name] for row in self.rows(view=view)) for name in ("gaps", "answers")))
		self.assertEqual([("2001-03", 1), ("2001-04", 2)], [(row["label"], row["gaps"]) for row in self.rows(view="Month")])

	def test_a_store_reads_its_own_and_nothing_that_is_not_published(self):
		with as_user(make_user("Dealer Manager", [self.two])):
			self.assertEqual([(self.two, 0, 1)], [(row["key"], row["gaps"], row["audits"]) for row in self.rows(view="Store")])
		self.assertEqual({self.one: 2, self.two: 1}, {row["key"]: row["audits"] for row in self.rows(view="Store")})

	def test_whoever_shops_may_not_compare(self):
		with as_user(self.auditor), self.assertRaises(frappe.PermissionError):
			run("C4S Audit Gaps", {})
