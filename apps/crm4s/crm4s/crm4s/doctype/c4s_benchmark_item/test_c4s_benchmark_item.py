import frappe
from frappe.tests.utils import FrappeTestCase

from crm4s.crm4s.doctype.c4s_competitor_figure.test_c4s_competitor_figure import make_figure
from crm4s.tests.masters import made_or_changed


def make_item(name: str = "试验保养价格", **overrides):
	"""A benchmark item of this name: a price in yuan, where less is better."""
	values = {"item_name": name, "aspect": "Price", "unit": "Yuan", "better": "Lower"}
	return made_or_changed("C4S Benchmark Item", name, {"doctype": "C4S Benchmark Item", **values}, overrides)


class TestBenchmarkItem(FrappeTestCase):
	def tearDown(self):
		frappe.db.rollback()

	def test_the_unit_stays_once_figures_were_entered_in_it(self):
		item = make_item()
		item.update({"unit": "Minutes"}).save()
		make_figure(item=item.name)
		with self.assertRaisesRegex(frappe.ValidationError, "already entered in this unit"):
			item.update({"unit": "Yuan"}).save()
