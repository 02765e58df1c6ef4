"""Which documents of the CRM a step of the link looks at: those that changed since its last look, and once an hour those that were refused."""

from collections.abc import Callable, Iterable, Iterator

import frappe
from frappe.utils import add_to_date, get_datetime, now_datetime

from crm4s.erpnext_link.presence import RECORD
from crm4s.runs import Progress, commit

# A transaction that took up to the overlap is seen all the same.
SLICE, OVERLAP_MINUTES, RETRY_MINUTES = 50, 15, 60
BEGINNING = "2000-01-01"


class Look:
	"""The looks of one step, of which `key` is the name. One that is cut short goes on where it was."""

	def __init__(self, key: str, doctype: str):
		self.doctype, self.progress = doctype, Progress(key)

	def begin(self) -> None:
		"""The next look begins with the first document."""
		self.progress.forget()

	def run(self, asked: list, bring: Callable[[list[str]], None], has_time: Callable[[], bool], others: Iterable[str] = ()) -> None:
		"""Bring `others` and what was refused, then what changed since the last look and is as `asked`; slice by slice, each committed."""
		waiting = list(dict.fromkeys([*others, *self._refused()]))
		for start in range(0, len(waiting), SLICE):
			if not has_time():
				return
			bring(waiting[start : start + SLICE])
			commit()
		self._on(asked, bring, has_time)

	def _on(self, asked: list, bring: Callable[[list[str]], None], has_time: Callable[[], bool]) -> None:
		known = self.progress.state()
		began = known.get("began") or str(now_datetime())
		since = add_to_date(get_datetime(known.get("since", BEGINNING)), minutes=-OVERLAP_MINUTES)
		for rows in self.changed(asked, since, known.get("at")):
			if not has_time():
				return
			bring([row.name for row in rows])
			self.progress.note(began=began, at=[str(rows[-1].modified), rows[-1].name])
		self.progress.note(since=began, began=None, at=None)

	def changed(self, asked: list, since=BEGINNING, after: tuple[str, str] | None = None) -> Iterator[list]:
		"""Slices of rows with name and modified, in the order of their change, behind `after`."""
		at = tuple(after or (since, ""))
		while rows := self._slice(asked, *at):
			yield rows
			at = (rows[-1].modified, rows[-1].name)

	def _slice(self, asked: list, modified, name: str) -> list:
		columns = ["name", "modified"]
		same = frappe.get_all(self.doctype, [*asked, ["modified", "=", modified], ["name", ">", name]], columns, order_by="name", limit=SLICE, ignore_ifnull=True)
		later = frappe.get_all(self.doctype, [*asked, ["modified", ">", modified]], columns, order_by="modified, name", limit=SLICE - len(same), ignore_ifnull=True) if len(same) < SLICE else []
		return [*same, *later]

	def _refused(self) -> list[str]:
		moment = add_to_date(now_datetime(), minutes=-RETRY_MINUTES)
		asked = {"document_type": self.doctype, "problem": ["is", "set"], "modified": ["<", moment]}
		return frappe.get_all(RECORD, asked, pluck="document", distinct=True, order_by=None, limit=SLICE)
