"""Who enters work of his or her own job is the one who does it."""

import frappe
from frappe.tests.utils import FrappeTestCase

from crm4s.boot import keep_own_workspaces
from crm4s.crm4s.doctype.c4s_dealership.test_c4s_dealership import make_dealership
from crm4s.crm4s.doctype.c4s_lead.test_c4s_lead import make_lead
from crm4s.tests.people import as_user, make_user


class TestOwnWork(FrappeTestCase):
	def setUp(self):
		self.addCleanup(frappe.db.rollback)
		self.store = make_dealership("T-OWN").name

	def consultant_of_lead_by(self, role: str) -> tuple[str, str | None]:
		user = make_user(role, stores=[self.store])
		with as_user(user):
			return user, make_lead(dealership=self.store, sales_consultant=None).sales_consultant

	def test_a_consultants_lead_is_the_consultants(self):
		user, consultant = self.consultant_of_lead_by("Sales Consultant")
		self.assertEqual(user, consultant)

	def test_a_receptionists_lead_waits_for_a_consultant(self):
		_user, consultant = self.consultant_of_lead_by("Receptionist")
		self.assertFalse(consultant)

	def test_breadcrumbs_lead_to_a_workspace_that_the_user_has(self):
		boot = frappe._dict(
			allowed_workspaces=[{"name": "Service", "module": "CRM4S"}, {"name": "Users", "module": "Core"}],
			module_wise_workspaces={"CRM4S": ["Sales", "Service"], "Core": ["Users"]},
		)
		keep_own_workspaces(boot)
		self.assertEqual({"CRM4S": ["Service"], "Core": ["Users"]}, boot.module_wise_workspaces)
