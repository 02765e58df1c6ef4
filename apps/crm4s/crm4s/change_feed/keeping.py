"""How long changes are kept. A system that has been away for longer takes a snapshot and goes on from there."""

import frappe
from frappe.utils import add_days, now_datetime

from crm4s.change_feed.noting import CHANGE
from crm4s.change_feed.reading import REMOVED, removed_until
from crm4s.change_feed.sequencing import sequence
from crm4s.runs import Progress, commit
from crm4s.settings import setting

ROWS_OF_ONE_TURN = 5000


def remove_old() -> int:
	"""Every night: take away what is older than the group wants to keep, and note up to where; how many."""
	sequence()
	days = setting("keep_changes_days")
	return _remove_until(_last_before(add_days(now_datetime(), -days))) if days else 0


def _last_before(moment) -> int:
	"""The last position that was noted before a moment: positions and times go up together, so half of the rest is left out at each look."""
	low, high = removed_until(), _newest()
	while low < high:
		middle = (low + high + 1) // 2
		row = frappe.get_all(CHANGE, {"position": [">=", middle]}, ["position", "changed_on"], order_by="position", limit=1, ignore_ifnull=True)
		if row and row[0].changed_on < moment:
			low = max(row[0].position, middle)
		else:
			high = middle - 1
	return low


def _newest() -> int:
	return (frappe.get_all(CHANGE, pluck="position", order_by="position desc", limit=1) or [0])[0]


def _remove_until(last: int) -> int:
	"""In pieces, each with the note of how far it went: killed in between, the note says what is gone."""
	count, change = 0, frappe.qb.DocType(CHANGE)
	while (first := removed_until()) < last:
		until = min(first + ROWS_OF_ONE_TURN, last)
		which = (change.position > first) & (change.position <= until)
		count += len(frappe.get_all(CHANGE, [["position", ">", first], ["position", "<=", until]], pluck="name", order_by=None))
		frappe.qb.from_(change).delete().where(which).run()
		Progress(REMOVED).keep(str(until))
		commit()
	return count
