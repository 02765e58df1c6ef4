"""How passages are written is tested in crm4s.workflows.tests.test_touchpoints."""

import frappe
from frappe.tests.utils import FrappeTestCase


class TestStatePassage(FrappeTestCase):
	def test_nobody_writes_passages_by_hand(self):
		permissions = frappe.get_meta("C4S State Passage").permissions
		self.assertFalse([row.role for row in permissions if row.write or row.create or row.delete])
