"""The part of benchmarks/dms.py that runs inside the site: the link, LOAD DATA of the rows that came, and the change feed."""

import time
from pathlib import Path

import frappe
import pymysql

from crm4s.dms.accounts import open_account
from crm4s.dms.links import LINK

NAME = "Benchmark"
ENTITIES = ("Customer", "Vehicle", "Part", "Service Order")
LARGEST_FILE = 64 * 1024**2
# What one service order becomes.
TABLES = ("C4S Service Visit", "C4S Service Item", "C4S Odometer Reading", "C4S DMS Record")
OTHERS = ("C4S Customer", "C4S Customer Phone", "C4S Vehicle", "C4S Vehicle Party", "C4S Store Relationship", "C4S Part", "C4S Change", "C4S DMS Request", "C4S DMS Upload", "Version")


def clear() -> None:
	"""What an earlier run left; the instance is the benchmark's own."""
	for table in (*TABLES, *OTHERS):
		frappe.db.truncate(table)


def ready(stores: list[str]) -> dict[str, str]:
	"""A link for the benchmark and its stores, as an administrator sets them up; {"user", "key", "secret"}."""
	from frappe.installer import update_site_config

	update_site_config("max_file_size", LARGEST_FILE)
	for code in stores:
		if not frappe.db.exists("C4S Dealership", code):
			about = {"dealership_code": code, "dealership_name": code, "node_kind": "Outlet", "outlet_type": "4S Store", "city": "上海市"}
			frappe.get_doc({"doctype": "C4S Dealership", **about}).insert()
	name = f"{NAME}-{frappe.generate_hash(length=6)}"
	account = open_account(name)
	entities = [{"entity": entity, "takes_in": 1} for entity in ENTITIES]
	frappe.get_doc({"doctype": LINK, "link_name": name, "user": account["user"], "requests_per_minute": 0, "entities": entities}).insert()
	frappe.db.commit()
	return {**account, "link": name}


def names(link: str, orders: int, count: int) -> dict[str, str]:
	"""Our names of all parts, and of the cars and customers of the first orders, by the numbers that the system gave them."""
	first = [f"{kind}{orders}-{number}" for kind in "CV" for number in range(count)]
	parts = frappe.get_all("C4S DMS Record", {"link": link, "entity": "Part"}, ["external_id", "document"])
	others = frappe.get_all("C4S DMS Record", {"link": link, "external_id": ["in", first]}, ["external_id", "document"])
	return {row.external_id: row.document for row in (*parts, *others)}


def load_data(link: str, orders: int, mark: str) -> dict:
	"""Seconds in which the database loads the rows of so many orders out of files into empty copies of their tables, the indexes as they are."""
	connection = _connection()
	folder = Path(frappe.get_site_path("private")).resolve()
	seconds, rows = 0.0, 0
	for table in TABLES:
		file = folder / f"{frappe.scrub(table)}.txt"
		columns, count = _export(connection, table, link, f"{mark}{orders}-%", file)
		seconds += _load(connection, table, columns, file)
		rows += count
		file.unlink()
	connection.close()
	return {"orders": orders, "rows": rows, "seconds": seconds}


def _connection():
	conf = frappe.conf
	return pymysql.connect(
		host=conf.db_host, port=int(conf.db_port), user=conf.db_name, password=conf.db_password, database=conf.db_name, local_infile=True, autocommit=True
	)


_OF_ORDERS = "select document from `tabC4S DMS Record` where link = %s and entity = 'Service Order' and external_id like %s"
_WHICH = {
	"C4S Service Visit": f"name in ({_OF_ORDERS})",
	"C4S Service Item": f"parent in ({_OF_ORDERS})",
	"C4S Odometer Reading": f"source_name in ({_OF_ORDERS})",
	"C4S DMS Record": "link = %s and entity = 'Service Order' and external_id like %s",
}


def _export(connection, table: str, link: str, like: str, file: Path) -> tuple[list[str], int]:
	with connection.cursor(pymysql.cursors.SSCursor) as cursor, file.open("w", encoding="utf-8") as out:
		cursor.execute(f"select * from `tab{table}` where {_WHICH[table]}", (link, like))
		columns, count = [column[0] for column in cursor.description], 0
		for row in cursor:
			out.write("\t".join(_cell(value) for value in row) + "\n")
			count += 1
	return columns, count


def _cell(value) -> str:
	return "\\N" if value is None else str(value).replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n")


def _load(connection, table: str, columns: list[str], file: Path) -> float:
	names = ", ".join(f"`{column}`" for column in columns)
	with connection.cursor() as cursor:
		cursor.execute("drop table if exists benchmark_copy")
		cursor.execute(f"create table benchmark_copy like `tab{table}`")
		began = time.perf_counter()
		cursor.execute(f"load data local infile %s into table benchmark_copy character set utf8mb4 ({names})", (str(file),))
		seconds = time.perf_counter() - began
		cursor.execute("drop table benchmark_copy")
	return seconds
