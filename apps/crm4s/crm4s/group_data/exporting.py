"""One run of the export: what changed since the last one is written, then the list of all files, then what is old goes.

A file's name tells what is in it, so a run that was killed leaves files that the next one finds, and two runs write the same. One at a time.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timezone
from time import perf_counter

import frappe
from frappe.utils import cint, flt, getdate, now_datetime, nowdate

from crm4s.group_data import manifests, parquet, source
from crm4s.group_data.data_sets import ALL, SCHEMA_VERSION, DataSet
from crm4s.group_data.folders import Folder
from crm4s.group_data.manifests import DataFile, Manifest
from crm4s.group_data.places import SETTINGS, own_folder, site_title
from crm4s.group_data.pseudonyms import Pseudonyms
from crm4s.privacy import audit
from crm4s.runs import commit, rollback
from crm4s.turns import turn

RUN, TURN = "C4S Group Data Run", "group_data"
RUNNING, DONE, FAILED = "Running", "Done", "With Errors"
# Runs that are kept; the log of who had to do with whose data keeps its own.
KEPT_RUNS = 400


@dataclass
class Written:
	files: int = 0
	removed: int = 0


def run(as_of: date | None = None, user: str | None = None) -> str | None:
	"""Export what the stores did before a day, by default today; the name of the run, or None while another one is under way.

	Args:
		user: who asked for it.
	"""
	as_of, began = as_of or getdate(nowdate()), perf_counter()
	with turn(TURN) as is_alone:
		if not is_alone:
			return None
		log = _begin(as_of, user)
		try:
			written, manifest = export(own_folder(), site_title(), chosen(), as_of, lambda share: _note(log, progress_percent=100 * share))
		except Exception as failure:
			rollback()
			frappe.log_error(title="Group Data", message=frappe.get_traceback())
			_note(log, status=FAILED, ended_on=now_datetime(), error=f"{type(failure).__name__}: {failure}"[:500], seconds=flt(perf_counter() - began, 1))
			raise
		audit.note(audit.EXPORTED, RUN, log, user=user, row_count=manifest.rows, reason="Group Data")
		ended = {"status": DONE, "ended_on": now_datetime(), "progress_percent": 100, "seconds": flt(perf_counter() - began, 1)}
		told = {"files": len(manifest.files), "files_written": written.files, "files_removed": written.removed, "row_count": manifest.rows}
		_note(log, **ended, **told, megabytes=flt(manifest.bytes / 1e6, 2), mark=manifest.mark)
	return log


def chosen() -> list[DataSet]:
	settings = frappe.get_cached_doc(SETTINGS)
	return [data_set for data_set in ALL if data_set.needed or cint(settings.get(f"give_{data_set.name}"))]


def export(folder: Folder, site: str, data_sets: list[DataSet], as_of: date, tell: Callable[[float], None] = lambda share: None) -> tuple[Written, Manifest]:
	"""Bring the files of a folder up to date.

	Args:
		tell: called with the share of parts that are done.
	"""
	erased, written = source.erased_customers(), Written()
	names = Pseudonyms(erased)
	before, sizes = _before(folder), folder.sizes()
	parts = [part for data_set in data_sets for part in source.parts(data_set, as_of, names, erased, site)]
	files = []
	for number, part in enumerate(parts, start=1):
		file = _found(part, folder, before, sizes)
		if not file:
			file = _write(part, folder, site, as_of, names)
			written.files += 1
			tell(number / len(parts))
		files.append(file)
	now = datetime.now(timezone.utc)
	manifest = manifests.write(folder, Manifest(site, as_of, now.strftime(manifests.STAMP), tuple(files)))
	written.removed = manifests.remove_old(folder, now, cint(frappe.get_cached_doc(SETTINGS).keep_days))
	return written, manifest


def _before(folder: Folder) -> dict[str, DataFile]:
	"""Files of the last export by their paths; of a list that cannot be read nothing is taken."""
	try:
		manifest = manifests.read(folder)
	except manifests.UnreadableManifestError:
		return {}
	return {file.path: file for file in manifest.files} if manifest else {}


def _path(part: source.Part) -> str:
	return f"{part.data_set.name}/{part.key}/{part.mark}.parquet"


def _found(part: source.Part, folder: Folder, before: dict[str, DataFile], sizes: dict[str, int]) -> DataFile | None:
	"""The file of a part that is there and whole."""
	path = _path(part)
	if path not in sizes:
		return None
	if path in before and before[path].bytes == sizes[path]:
		return before[path]
	# Of a run that was killed before it wrote its list.
	rows = parquet.rows_in(folder, path)
	return None if rows is None else DataFile(part.data_set.name, path, rows, sizes[path], folder.sha256(path))


def _write(part: source.Part, folder: Folder, site: str, as_of: date, names: Pseudonyms) -> DataFile:
	path = _path(part)
	with folder.writing(path) as file:
		rows = parquet.write(file, part.data_set, site, source.read(part, as_of, names))
	# The next part sees what was written since.
	commit()
	return DataFile(part.data_set.name, path, rows, file.size, file.sha256)


def _begin(as_of: date, user: str | None) -> str:
	"""A new run; one that was killed is closed."""
	for name in frappe.get_all(RUN, {"status": RUNNING}, pluck="name"):
		_note(name, status=FAILED, error="Stopped")
	fresh = frappe.get_doc(
		{"doctype": RUN, "as_of": as_of, "status": RUNNING, "started_on": now_datetime(), "started_by": user or frappe.session.user, "schema_version": SCHEMA_VERSION}
	)
	fresh.flags.by_job = True
	name = fresh.insert(ignore_permissions=True).name
	old = frappe.get_all(RUN, pluck="name", order_by="creation desc", limit_start=KEPT_RUNS, limit_page_length=1000)
	if old:
		frappe.db.delete(RUN, {"name": ["in", old]})
	commit()
	return name


def _note(log: str, **values) -> None:
	frappe.db.set_value(RUN, log, values)
	commit()
