"""When the last backup was made. Whoever makes backups in another place says so; else Frappe's own lie in the folder of the site."""

from pathlib import Path

import frappe
from frappe.utils import get_backups_path, now_datetime

from crm4s.health.metrics import Values
from crm4s.health.moments import seconds_of

SETTINGS = "C4S Monitoring"


def note() -> None:
	"""A backup was made just now and is whole: `bench --site NAME execute crm4s.health.backups.note`."""
	frappe.db.set_single_value(SETTINGS, "last_backup_on", now_datetime(), update_modified=False)
	frappe.db.commit()


def figures() -> dict[str, Values]:
	known = [moment for moment in (_noted(), _in_folder()) if moment]
	return {"crm4s_last_backup_timestamp_seconds": {(): max(known)}} if known else {}


def _noted() -> float | None:
	noted = frappe.db.get_single_value(SETTINGS, "last_backup_on", cache=False)
	return seconds_of(noted) if noted else None


def _in_folder() -> float | None:
	"""Of the newest dump of the database that Frappe wrote there; this host's, where several share no disk."""
	return max((file.stat().st_mtime for file in Path(get_backups_path()).glob("*-database*.sql*")), default=None)
