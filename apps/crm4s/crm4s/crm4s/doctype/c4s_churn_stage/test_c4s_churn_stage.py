import frappe
from frappe.tests.utils import FrappeTestCase

from crm4s.tests.masters import made_or_changed


def make_stage(name: str, factor: float, months: int = 0, **overrides):
	return made_or_changed("C4S Churn Stage", name, {"stage": name, "from_factor": factor, "least_months": months, "enabled": 1}, overrides)


def only_stages(*rows: tuple[str, float, int]) -> list[str]:
	"""Switch all stages off but these: name, factor, months."""
	frappe.db.set_value("C4S Churn Stage", {"name": ["!=", ""]}, "enabled", 0)
	return [make_stage(*row).name for row in rows]


class TestChurnStage(FrappeTestCase):
	def tearDown(self):
		frappe.db.rollback()

	def test_both_measures_grow_from_stage_to_stage(self):
		only_stages(("T-Near", 1, 2), ("T-Far", 3, 8))
		for factor, months in ((2, 1), (4, 7), (1, 2)):
			with self.subTest(factor=factor), self.assertRaisesRegex(frappe.ValidationError, "begins neither before nor after"):
				make_stage(f"T-{factor}", factor, months)
		self.assertTrue(make_stage("T-Middle", 2, 2).enabled)

	def test_one_that_is_switched_off_is_in_nobodys_way(self):
		only_stages(("T-Near", 1, 2))
		self.assertFalse(make_stage("T-Same", 1, 2, enabled=0).enabled)
