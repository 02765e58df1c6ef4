import frappe
from frappe.desk.query_report import run

from crm4s.crm4s.doctype.c4s_interaction.test_c4s_interaction import InteractionTestCase, make_interaction
from crm4s.crm4s.report.c4s_interaction_centre.c4s_interaction_centre import VIEWS, execute
from crm4s.tests.people import as_user, make_user

test_ignore = ["User"]
YEAR = {"from_date": "2001-01-01", "to_date": "2001-12-31"}


class TestInteractionCentreReport(InteractionTestCase):
	"""Contacts of 2001, a year in which nobody else has any."""

	def make(self, store: str | None = None, **stored) -> None:
		name = make_interaction(dealership=store or self.store).name
		frappe.db.set_value("C4S Interaction", name, {"received_on": "2001-05-31 23:10:00", "due_on": None, **stored})

	def rows(self, **filters) -> list[dict]:
		return execute({**YEAR, **filters})[1]

	def test_what_an_agent_did(self):
		call = {"agent": self.agent, "started_on": "2001-05-31 23:10:00", "ended_on": "2001-05-31 23:13:00"}
		self.make(**call, first_contact_resolved=1)
		self.make(**call, due_on="2001-06-01 10:00:00", answered_on="2001-06-01 09:00:00")
		self.make(agent=self.agent, due_on="2001-06-01 10:00:00")
		self.make(missed=1, started_on="2001-05-31 23:10:00", ended_on="2001-05-31 23:11:00")
		agent, nobody = self.rows()
		self.assertEqual((3, 0, 1, 33.3, 50.0, 3.0), tuple(agent[name] for name in ("inbound", "missed", "resolved_first", "first_contact_percent", "in_time_percent", "talk_minutes")))
		self.assertEqual((1, 1, 100.0), tuple(nobody[name] for name in ("inbound", "missed", "missed_percent")))
		self.assertEqual([("23:00", 4)], [(row["label"], row["inbound"]) for row in self.rows(view="Hour")])

	def test_every_view_counts_the_same_contacts(self):
		self.make(channel="E-mail", category="Rescue Call")
		self.make()
		for view in VIEWS:
			with self.subTest(view):
				self.assertEqual(2, sum(row["inbound"] for row in self.rows(view=view)))
		self.assertEqual(1, sum(row["inbound"] for row in self.rows(channel="E-mail")))

	def test_a_number_opens_the_contacts_that_it_counts(self):
		self.make(channel="E-mail", missed=1)
		self.make(first_contact_resolved=1)
		columns, rows = execute({**YEAR, "view": "Month", "dealership": self.store})[:2]
		(month,) = rows
		self.assertEqual((["2001-05-01", "2001-05-31"], {"dealership": self.store}), (month["span"], month["behind"]))
		for column in (column for column in columns if column.get("opens")):
			filters = {**month["behind"], **column["only"], "received_on": ["between", [month["span"][0], f"{month['span'][1]} 23:59:59"]]}
			self.assertEqual(month[column["fieldname"]], frappe.db.count("C4S Interaction", filters), column["fieldname"])
		self.assertIsNone(self.rows(view="Hour")[0]["behind"])

	def test_a_store_counts_its_own_contacts_and_agents_may_not_compare(self):
		self.make()
		self.make(store=self.other)
		with as_user(make_user("CRM Manager", [self.store])):
			self.assertEqual(1, sum(row["inbound"] for row in self.rows()))
		with as_user(self.agent), self.assertRaises(frappe.PermissionError):
			run("C4S Interaction Centre", {})
