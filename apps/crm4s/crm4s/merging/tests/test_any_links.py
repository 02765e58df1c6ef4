"""Whatever names two customers: merged and undone it is as it was."""

from random import Random

import frappe
from frappe.tests.utils import FrappeTestCase

from crm4s.crm4s.doctype.c4s_customer.test_c4s_customer import make_customer
from crm4s.merging import merge, undo
from crm4s.merging.links import pointers_to
from crm4s.merging.moving import rows_of_files
from crm4s.merging.record import ROW, whole_rows
from crm4s.merging.rules import MERGE
from crm4s.rows.writer import Writes, insert_rows, new_values
from crm4s.tests.queries import counted_queries

CUSTOMER = "C4S Customer"
# What forbids the merge, what the merge itself writes, and what the framework writes of its own accord.
LEFT_OUT = frozenset(("C4S Legal Hold", "C4S Data Request", "Version", CUSTOMER))
MANY = 10_000


class TestAnyLinks(FrappeTestCase):
	def tearDown(self):
		frappe.db.rollback()

	def test_merged_and_undone_all_rows_are_as_they_were(self):
		for seed in range(4):
			with self.subTest(seed=seed):
				random = Random(seed)
				people = [make_customer(f"138001380{80 + 3 * seed + place}", customer_name=f"合并{place}").name for place in range(3)]
				made = _any_rows(random, people)
				self.assertGreater(len(made), 40)
				_there_and_back(self, people, made)
				frappe.db.rollback()

	def test_ten_thousand_rows_go_and_come_back_in_a_few_statements(self):
		remaining, closing = (make_customer(f"1380013807{place}").name for place in range(2))
		rows = [{"customer": closing, "happened_on": "2026-01-01 10:00:00"} for _ in range(MANY // 2)]
		_insert("C4S Interaction", rows)
		_insert("Comment", [{"reference_doctype": CUSTOMER, "reference_name": closing, "comment_type": "Info"} for _ in range(MANY // 2)])
		with counted_queries() as sent:
			name = _merged(remaining, closing)
			merge.run(name)
		self.assertEqual("Merged", frappe.db.get_value(MERGE, name, "status"))
		self.assertEqual(MANY // 2, frappe.db.count("C4S Interaction", {"customer": remaining}))
		self.assertEqual(MANY // 2, frappe.db.count("Comment", {"reference_name": remaining, "comment_type": "Info"}))
		self.assertLess(len(sent), 2000)
		frappe.db.set_value(MERGE, name, "status", "To Be Undone")
		undo.run(name)
		self.assertEqual((MANY // 2, 0), (frappe.db.count("C4S Interaction", {"customer": closing}), frappe.db.count("C4S Interaction", {"customer": remaining})))
		self.assertEqual(0, frappe.db.count(ROW, {"merge": name}))


def _there_and_back(test, people: list[str], made: dict[str, list[str]]) -> None:
	remaining, closing, _other = people
	merge.recompute(remaining, closing)
	before = _seen(people, made)
	name = _merged(remaining, closing)
	merge.run(name)
	test.assertEqual("Merged", frappe.db.get_value(MERGE, name, "status"), frappe.db.get_value(MERGE, name, "message"))
	test.assertNotEqual(before, _seen(people, made))
	frappe.db.set_value(MERGE, name, "status", "To Be Undone")
	undo.run(name)
	after = _seen(people, made)
	for table, rows in before.items():
		test.assertEqual(rows, after[table], table)


def _merged(remaining: str, closing: str) -> str:
	"""A merge that waits, as a job finds it."""
	row = {"doctype": MERGE, "customer": remaining, "merged_customer": closing, "status": "Waiting", "reason": "same", "chosen_fields": '["customer_name"]', "merged_by": "Administrator"}
	document = frappe.get_doc(row)
	document.flags.by_merge = True
	return document.insert().name


def _any_rows(random: Random, people: list[str]) -> dict[str, list[str]]:
	"""Rows in many tables that name one of the people, made without the documents' own lives: table → names."""
	made: dict[str, list[str]] = {}
	pointers = [pointer for pointer in pointers_to(CUSTOMER) if pointer.table not in LEFT_OUT and not _is_numbered(pointer.table)]
	for pointer in random.sample(pointers, min(60, len(pointers))):
		for _turn in range(random.randint(1, 3)):
			row = {pointer.column: random.choice(people), **({pointer.type_column: CUSTOMER} if pointer.type_column else {})}
			if frappe.get_meta(pointer.table).istable:
				row.update(parent=random.choice(people), parenttype=CUSTOMER, parentfield="relations")
			if name := _insert_one(pointer.table, row):
				made.setdefault(pointer.table, []).append(name)
	return made


def _insert_one(table: str, row: dict) -> str | None:
	frappe.db.savepoint("any_row")
	try:
		return _insert(table, [row])[0]
	except Exception as error:
		if not (frappe.db.is_unique_key_violation(error) or frappe.db.is_primary_key_violation(error)):
			raise
		frappe.db.rollback(save_point="any_row")
		return None


def _insert(table: str, rows: list[dict]) -> list[str]:
	columns = set(frappe.db.get_table_columns(table))
	named = [{"name": frappe.generate_hash(length=12), **row} for row in rows]
	completed = Writes().completed(table, named) if not frappe.get_meta(table).istable else [{**new_values(table), "idx": 1, "docstatus": 0, **row} for row in named]
	insert_rows(table, [{column: value for column, value in row.items() if column in columns} for row in completed])
	return [row["name"] for row in named]


def _is_numbered(table: str) -> bool:
	[(_name, kind, *_further)] = frappe.db.sql(f"show columns from `tab{table}` where Field = 'name'")
	return kind.startswith("bigint")


def _seen(people: list[str], made: dict[str, list[str]]) -> dict:
	return {**rows_of_files(people), **{table: whole_rows(table, names) for table, names in made.items()}}
