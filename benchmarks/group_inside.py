"""The export of a site and the questions about a group, measured; called by benchmarks/group.py inside the site."""

from datetime import date

import duckdb
import frappe
import fsspec
import pyarrow
from frappe.utils import add_days, getdate, nowdate

from benchmarks.group_files import AS_OF, SITE
from benchmarks.measuring import job
from benchmarks.memory import Memory
from crm4s.group_data import comparing, exporting, figures, manifests
from crm4s.group_data.data_sets import ALL
from crm4s.group_data.engines import DuckDB
from crm4s.group_data.folders import Folder
from crm4s.runs import commit
from crm4s.value.customers.evaluate import Settings, evaluate

VISIT = "C4S Service Visit"
# A group of rows, its texts, what pyarrow and the compression keep beside it.
EXPORT_MB = 160


def export(folder: str) -> dict:
	root = Folder(fsspec.filesystem("file"), folder)
	if root.system.exists(folder):
		root.system.rm(folder, recursive=True)
	site, rows = root.below("one"), frappe.db.count(VISIT)
	jobs = [_job("first export of everything", rows, site)]
	again = _export(site)[0].files
	jobs.append(_job("a night without changes", rows, site))
	yesterday = add_days(getdate(nowdate()), -40)
	name = frappe.get_all(VISIT, {"settled_on": ["<", yesterday]}, pluck="name", order_by="settled_on desc", limit=1)[0]
	frappe.db.set_value(VISIT, name, "margin", frappe.utils.flt(frappe.db.get_value(VISIT, name, "margin")) + 1)
	commit()
	jobs.append(_job("a night with a change in one month", rows, site))
	manifest = manifests.read(site)
	told = {"files": len(manifest.files), "megabytes": manifest.bytes / 1e6, "duckdb": duckdb.__version__, "pyarrow": pyarrow.__version__}
	return {"jobs": jobs, "again": again, **told}


def _export(site: Folder):
	return exporting.export(site, "one", list(ALL), getdate(nowdate()))


def _job(what: str, rows: int, site: Folder) -> dict:
	taken = Memory.of(_export, site)
	taken.pop("result")
	return job(what, rows, taken, most_megabytes=EXPORT_MB)


def ask(folder: str) -> dict:
	"""Seconds and memory of each question, after one that is not measured: the files are in the memory of the system, as far as they fit."""
	root = Folder(fsspec.filesystem("file"), folder)
	site = root.below(SITE)
	given = comparing.Exports([(site, manifests.read(site))])
	engine = DuckDB(given.found)
	last = date.fromordinal(AS_OF.toordinal() - 1)
	year = date(AS_OF.year - 1, AS_OF.month, 1)
	month = AS_OF.year * 12 + AS_OF.month - 1
	figures.volume(engine, ["month"])
	questions = (
		("visits and revenue by month, ten years", lambda: figures.volume(engine, ["month"])),
		("visits and revenue by store, a year", lambda: figures.volume(engine, ["dealership"], year, last)),
		("came back within 12 months, by store, ten years", lambda: figures.came_back(engine, 12, 0, month - 13)),
		("stores side by side, a year", lambda: comparing._counted(given, year, last, 12)),
		("counts of who came back, all figures", lambda: figures.return_counts(engine)),
		("sums of all customers", lambda: figures.value_summary(engine, AS_OF, SITE, figures.PARTS)),
		("RFM, ABC, forecasts, classes of all customers", lambda: evaluate(figures.value_summary(engine, AS_OF, SITE, figures.PARTS), Settings(), AS_OF)),
	)
	return {"questions": [_question(what, work) for what, work in questions]}


def _question(what: str, work) -> dict:
	taken = Memory.of(work)
	taken.pop("result")
	print(f"{what}: {taken['seconds']:,.2f} s, {taken['megabytes']:,.0f} MB", flush=True)
	return {"what": what, **taken}
