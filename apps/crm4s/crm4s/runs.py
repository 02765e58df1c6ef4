"""How a job over many rows runs: a transaction for each slice, a note of how far it has come, a failure that does not stop the others.

Tests roll back what they did, so within a test nothing here commits or rolls back.
"""

import json
from collections.abc import Callable
from typing import TypeVar

import frappe

Answer = TypeVar("Answer")


def commit() -> None:
	"""What was done up to here stays, whatever becomes of the rest."""
	if not frappe.flags.in_test:
		frappe.db.commit()


def rollback() -> None:
	"""What was done since the last commit is gone."""
	if not frappe.flags.in_test:
		frappe.db.rollback()


def guarded(work: Callable[[], Answer], title: str) -> Answer | None:
	"""Do the work for one of many; whatever is wrong with it is logged under `title`, answered with None, and the others go on."""
	try:
		return work()
	except Exception:
		rollback()
		frappe.log_error(title=title, message=frappe.get_traceback())
		return None


class Progress:
	"""How far a job has come, for the next run: a row of the site's defaults, written without emptying the caches of the whole site."""

	def __init__(self, key: str):
		self.row = {"parent": "__global", "defkey": key}

	def text(self) -> str | None:
		return frappe.db.get_value("DefaultValue", self.row, "defvalue")

	def keep(self, text: str) -> None:
		"""Note it, and commit it with what it says was done."""
		if name := frappe.db.get_value("DefaultValue", self.row):
			frappe.db.set_value("DefaultValue", name, "defvalue", text, update_modified=False)
		else:
			fresh = {"doctype": "DefaultValue", **self.row, "parenttype": "__global", "parentfield": "system_defaults", "defvalue": text}
			frappe.get_doc(fresh).db_insert()
		commit()

	def state(self) -> dict:
		return json.loads(self.text() or "{}")

	def note(self, **changes) -> None:
		"""Change these values of the state, None takes one away; commits."""
		self.keep(json.dumps({key: value for key, value in {**self.state(), **changes}.items() if value is not None}))

	def forget(self) -> None:
		"""The next run is the first one."""
		frappe.db.delete("DefaultValue", self.row)
