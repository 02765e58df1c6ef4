"""For the tests of group data: a site with dealings of some years, and its export in a folder of its own."""

import random
import shutil
import tempfile
from collections.abc import Callable
from datetime import date, timedelta

import frappe
from frappe.tests.utils import FrappeTestCase

from crm4s.crm4s.doctype.c4s_customer.test_c4s_customer import make_customer
from crm4s.crm4s.doctype.c4s_dealership.test_c4s_dealership import make_dealership
from crm4s.crm4s.doctype.c4s_vehicle.test_c4s_vehicle import make_vehicle
from crm4s.group_data import exporting
from crm4s.group_data.data_sets import ALL
from crm4s.group_data.folders import Folder

AS_OF = date(2004, 1, 1)
SITE = "east"


def put_row(doctype: str, **values) -> str:
	"""A row as it is, without the rules of its document."""
	row = frappe.get_doc({"doctype": doctype, "name": frappe.generate_hash(length=12), **values})
	row.db_insert()
	return row.name


def some_dealings(stores: list[str], customers: list[str], cars: list[str], models: list[str]) -> None:
	"""Three years of visits, deals and costs, with all that makes counting hard: two stores on a day, no car, no customer, odd cents."""
	dice = random.Random(20011)
	for _number in range(600):
		day = date(2001, 1, 1) + timedelta(days=dice.randrange(1095))
		amount = round(dice.uniform(0.01, 9000), dice.choice((0, 2, 3)))
		values = {"customer": dice.choice([*customers, None]), "vehicle": dice.choice([*cars, None]), "dealership": dice.choice(stores)}
		money = {"customer_amount": amount, "total_amount": round(1.1 * amount, 2), "margin": round(amount * dice.uniform(-0.1, 0.5), 2)}
		kind, status = dice.choice(("Workshop", "Workshop", "Counter Sale")), dice.choice(("Settled",) * 9 + ("Open",))
		moment = f"{day} {dice.randrange(8, 18):02}:{dice.randrange(60):02}:{dice.randrange(60):02}.{dice.randrange(10**6):06}"
		put_row("C4S Service Visit", status=status, visit_kind=kind, arrived_on=f"{day} 08:00:00", settled_on=moment if status == "Settled" else None, **values, **money)
	for number in range(60):
		day = date(2001, 1, 1) + timedelta(days=dice.randrange(1095))
		who = {"customer": dice.choice(customers), "dealership": dice.choice(stores)}
		put_row("C4S Deal", status="Delivered", delivered_on=f"{day} 10:00:00", model=dice.choice([*models, None]), price_amount=100_000 + number * 1234.56, margin=7.07 * number, deal_kind="New Car", **who)
		who["dealership"] = dice.choice([*stores, None])
		put_row("C4S Customer Cost", incurred_on=day, kind="Gift", amount=round(dice.uniform(0.01, 50), 4), source_key=frappe.generate_hash(length=12), **who)


def new_folder(add_cleanup: Callable) -> Folder:
	"""An empty folder that `add_cleanup` of a test or class takes away."""
	import fsspec

	path = tempfile.mkdtemp()
	add_cleanup(shutil.rmtree, path)
	return Folder(fsspec.filesystem("file"), path)


def export(group: Folder, site: str = SITE, as_of: date = AS_OF):
	"""What was written and the manifest, of an export of everything."""
	return exporting.export(group.below(site), site, list(ALL), as_of)


class GroupDataTestCase(FrappeTestCase):
	"""A group of two stores and one that stands alone, with dealings of 2001 to 2003."""

	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		cls.addClassCleanup(frappe.db.rollback)
		group = make_dealership("GD-GROUP", node_kind="Group").name
		cls.stores = [make_dealership(code, parent=group).name for code in ("GD-EAST", "GD-WEST")] + [make_dealership("GD-ALONE").name]
		cls.customers = [make_customer().name for _number in range(40)]
		vehicles = [make_vehicle(delivered_on="2001-03-05", dealership=cls.stores[number % 3]) for number in range(30)]
		cls.cars, models = [vehicle.name for vehicle in vehicles], sorted({vehicle.model for vehicle in vehicles})
		some_dealings(cls.stores, cls.customers, cls.cars, models)

	def setUp(self):
		frappe.db.savepoint("dealings")
		self.addCleanup(frappe.db.rollback, save_point="dealings")
		self.group = self.empty_folder()

	def empty_folder(self) -> Folder:
		return new_folder(self.addCleanup)

	def export(self, group: Folder | None = None, site: str = SITE, as_of: date = AS_OF):
		return export(group or self.group, site, as_of)
