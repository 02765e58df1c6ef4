"""Links and tables change from one file to another, in sets, each noted in the record.

Names are read first and written by their primary key: an update by a column without an index would lock every row that it passes.
"""

import json
from collections.abc import Sequence

import frappe

from crm4s.access.customers import CUSTOMER, RELATIONSHIP
from crm4s.change_feed.noting import UPDATED, Changes
from crm4s.change_feed.watching import PARTY, STORES, TABLES, VEHICLE
from crm4s.merging.links import Pointer, is_quick, pointers_to, unique_beside
from crm4s.merging.record import SOME, Record, whole_rows
from crm4s.rows.writer import slices

RELATION = "C4S Customer Relation"
# Of the tables of a customer: what tells that two rows say the same.
SAME_ROW = {
	"C4S Customer Phone": ("phone",),
	"C4S Customer Interest": ("interest",),
	RELATION: ("related_customer",),
	"C4S Organisation Contact": ("contact_name", "phone"),
}
# So many documents are forgotten one by one, more of a type all at once.
FEW = 20
# Lists that the framework keeps in a column, and whether they are JSON.
LISTS = {"_assign": True, "_liked_by": True, "_comments": True, "_user_tags": False}


def count_links(customer: str) -> int:
	"""How many rows name the customer, as far as that is known without reading a large table from end to end."""
	return sum(len(_names(pointer, customer)) for pointer in pointers_to(CUSTOMER) if is_quick(pointer))


def move_links(closing: str, remaining: str, record: Record) -> int:
	"""Let everything that names the one customer name the other; how many rows."""
	return sum(_move(pointer, closing, remaining, record) for pointer in pointers_to(CUSTOMER))


def _move(pointer: Pointer, closing: str, remaining: str, record: Record) -> int:
	names = _names(pointer, closing)
	if not names:
		return 0
	twice, stays = _refused(pointer, names, closing, remaining)
	if twice:
		remove(pointer.table, twice, record)
	names = [name for name in names if name not in twice and name not in stays]
	write_link(pointer.table, pointer.column, names, remaining)
	if pointer.table == RELATIONSHIP:
		_tell_stores([*names, *twice], closing, remaining, record)
	record.moved(pointer.table, pointer.column, names)
	return len(names)


def _names(pointer: Pointer, customer: str) -> list[str]:
	table = frappe.qb.DocType(pointer.table)
	query = frappe.qb.from_(table).select(table.name).where(table[pointer.column] == customer)
	if pointer.type_column:
		query = query.where(table[pointer.type_column] == CUSTOMER)
	return query.run(pluck=True)


def _refused(pointer: Pointer, names: Sequence[str], closing: str, remaining: str) -> tuple[set[str], set[str]]:
	"""Rows that would be there twice, and those that stay with the closed file.

	Of what a customer has once in all (a membership, an account of the portal) the own one stays where the other file has one too: whatever
	hangs on it goes on. Of what a customer has once for each store, campaign or list, one row is enough.
	"""
	twice, stays = set(), set()
	for beside in unique_beside(pointer):
		if beside:
			taken = {_key(row, beside) for row in _columns_of(pointer, beside, remaining)}
			twice |= {row["name"] for row in _columns_of(pointer, beside, closing) if _key(row, beside) in taken}
		elif _names(pointer, remaining):
			stays |= set(names)
	if pointer.table == RELATION:
		twice |= {row["name"] for row in _columns_of(pointer, ["parent"], closing) if row["parent"] == remaining}
	return twice, stays


def _columns_of(pointer: Pointer, columns: Sequence[str], customer: str) -> list[dict]:
	rows = []
	for some in slices(_names(pointer, customer), SOME):
		rows += frappe.get_all(pointer.table, {"name": ["in", list(some)]}, ["name", *columns], order_by=None, limit_page_length=0)
	return rows


def _key(row, columns: Sequence[str]) -> tuple:
	"""Empty cells are like nothing else, as in the index; capitals are not told apart, as in the index."""
	return tuple(str(row[column]).casefold() if row[column] is not None else object() for column in columns)


def remove(table: str, names, record: Record) -> None:
	"""Take rows away into the record."""
	record.removed(table, whole_rows(table, names).values())
	changes = Changes()
	if table in TABLES:
		changes.deleting(table, sorted(names))
	frappe.db.delete(table, {"name": ["in", sorted(names)]})
	changes.write()


def write_link(table: str, column: str, names: Sequence[str], customer: str, only_where: str | None = None) -> None:
	"""Write one customer into a column of many rows, without touching when they were modified; connected systems hear of it.

	Args:
		only_where: leave out rows that name somebody else than this customer.
	"""
	rows = frappe.qb.DocType(table)
	for some in slices(names, SOME):
		changes = Changes()
		changes.updating(table, [{"name": name, column: customer} for name in some])
		query = frappe.qb.update(rows).set(rows[column], customer).where(rows.name.isin(list(some)))
		if only_where:
			query = query.where(rows[column] == only_where)
		query.run()
		changes.write()
	for name in names if len(names) <= FEW else [None]:
		frappe.clear_document_cache(table, name)


def _tell_stores(names: Sequence[str], closing: str, remaining: str, record: Record) -> None:
	"""Stores see the remaining file from now on, and the closed one no longer; with the people, their cars."""
	removed = [row.before.get("dealership") for row in record.rows("Removed") if row.table_name == RELATIONSHIP]
	stores = frappe.get_all(RELATIONSHIP, {"name": ["in", list(names) or [""]]}, pluck="dealership", order_by=None)
	changes = Changes()
	changes.inserting(RELATIONSHIP, [{"customer": remaining}])
	changes.add(CUSTOMER, closing, UPDATED, [STORES], [*stores, *removed])
	cars = frappe.get_all(PARTY, {"customer": ["in", [closing, remaining]], "parenttype": VEHICLE}, pluck="parent", distinct=True, order_by=None)
	for car in sorted(cars):
		changes.add(VEHICLE, car, UPDATED, ["parties"])
	changes.write()


# The file's own tables
# ---------------------


def move_tables(closing: str, remaining: str, record: Record) -> None:
	"""Rows of the closed file's tables go to the remaining file, behind its own; what that says already goes into the record.

	What changes in rows that stay is noted by who compares them afterwards (`rows_of_files`).
	"""
	for field in frappe.get_meta(CUSTOMER).get_table_fields():
		_move_table(field.options, field.fieldname, closing, remaining, record)


def _move_table(table: str, field: str, closing: str, remaining: str, record: Record) -> None:
	own, others = _rows_of(table, field, remaining), _rows_of(table, field, closing)
	same = SAME_ROW.get(table, ())
	known = {tuple(row[column] for column in same): row for row in own} if same else {}
	twice = [row for row in others if (same and tuple(row[column] for column in same) in known) or row.get("related_customer") == remaining]
	for row in twice:
		_keep_verified(table, known.get(tuple(row[column] for column in same)), row)
	if twice:
		remove(table, [row["name"] for row in twice], record)
	going = [row for row in others if row not in twice]
	has_primary = any(row.get("is_primary") for row in own)
	for place, row in enumerate(going, start=len(own) + 1):
		values = {"parent": remaining, "idx": place, **({"is_primary": 0} if has_primary and row.get("is_primary") else {})}
		frappe.db.set_value(table, row["name"], values, update_modified=False)


def _keep_verified(table: str, mine: dict | None, other: dict) -> None:
	"""Somebody reached this person under the number: that holds for the person."""
	if mine and other.get("is_verified") and not mine.get("is_verified"):
		frappe.db.set_value(table, mine["name"], "is_verified", 1, update_modified=False)


def _rows_of(table: str, field: str, customer: str) -> list[dict]:
	rows = frappe.qb.DocType(table)
	own = (rows.parent == customer) & (rows.parenttype == CUSTOMER) & (rows.parentfield == field)
	return [dict(row) for row in frappe.qb.from_(rows).select(rows.star).where(own).orderby(rows.idx).run(as_dict=True)]


def rows_of_files(customers: Sequence[str]) -> dict[str, dict[str, dict]]:
	"""The files and the rows of their tables, whole: type → name → columns."""
	found = {CUSTOMER: whole_rows(CUSTOMER, customers)}
	for table in {field.options for field in frappe.get_meta(CUSTOMER).get_table_fields()}:
		rows = whole_rows(table, customers, "parent")
		found[table] = {name: row for name, row in rows.items() if row["parenttype"] == CUSTOMER}
	return found


# Lists in columns of the framework
# ---------------------------------


def joined_lists(remaining: dict, closing: dict) -> dict[str, str]:
	"""Who is assigned, who likes it, its comments in short and its tags: what the remaining file has, then what the other has more."""
	values = {}
	for column, is_json in LISTS.items():
		if not closing.get(column):
			continue
		mine, others = (_listed(row.get(column), is_json) for row in (remaining, closing))
		all_of_them = [*mine, *(item for item in others if item not in mine)]
		values[column] = json.dumps(all_of_them, ensure_ascii=False) if is_json else ",".join(["", *all_of_them])
	return values


def _listed(text: str | None, is_json: bool) -> list:
	return json.loads(text or "[]") if is_json else [tag for tag in (text or "").split(",") if tag]
