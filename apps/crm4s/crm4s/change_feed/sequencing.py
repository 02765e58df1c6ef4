"""Positions for what is committed: without gaps, and nothing ever appears before what has been read already.

The number of a note says nothing of when its transaction commits. So notes are committed without a position, and whoever comes by next,
a reader or the clock, gives positions to all that are committed by then, in a short transaction of its own behind one lock. A note
of a transaction that is still under way is not seen, gets its position later, and stands behind.
"""

import json

import frappe

from crm4s.change_feed.noting import CHANGE
from crm4s.runs import commit, rollback

COUNTER = "C4S-CHANGE-POSITION"
ROWS_OF_ONE_TURN = 5000


def sequence() -> int:
	"""Give all committed notes their positions; how many got one.

	Ends the transaction of the caller, whose own notes are committed with it. Where others are in the way the positions come with the next call.
	"""
	count = 0
	try:
		commit()
		while _some_wait():
			count += _one_turn()
	except (frappe.QueryDeadlockError, frappe.QueryTimeoutError):
		rollback()
	return count


def head() -> int:
	"""The last position that was given."""
	counter = frappe.qb.DocType("Series")
	found = frappe.qb.from_(counter).where(counter.name == COUNTER).select(counter.current).run()
	return int(found[0][0]) if found else 0


def _some_wait() -> bool:
	"""Each reader asks, once a minute and system, and hardly ever does one wait: by the builder it takes a third of what a list takes."""
	change = frappe.qb.DocType(CHANGE)
	return bool(frappe.qb.from_(change).select(change.name).where(change.position == 0).limit(1).run())


def _one_turn() -> int:
	"""The lock first, then a look at what is committed: nobody else has given positions in between."""
	commit()
	last = _locked_head()
	# No locking read: it would wait for notes that are not committed.
	names = frappe.get_all(CHANGE, {"position": 0}, pluck="name", order_by="name", limit=ROWS_OF_ONE_TURN)
	if names:
		_write([[name, last + place] for place, name in enumerate(names, start=1)])
		counter = frappe.qb.DocType("Series")
		frappe.qb.update(counter).set(counter.current, last + len(names)).where(counter.name == COUNTER).run()
	commit()
	return len(names)


def _locked_head() -> int:
	counter = frappe.qb.DocType("Series")
	query = frappe.qb.from_(counter).where(counter.name == COUNTER).for_update().select(counter.current)
	found = query.run()
	if not found:
		frappe.qb.into(counter).columns(counter.name, counter.current).insert(COUNTER, 0).ignore().run()
		found = query.run()
	return int(found[0][0])


def _write(places: list[list[int]]) -> None:
	# The query builder has no JSON_TABLE. Read from left to right, so that only the rows named are locked, by their primary key.
	frappe.db.sql(
		f"""update json_table(%s, '$[*]' columns (`name` bigint path '$[0]', `position` bigint path '$[1]')) fresh
			straight_join `tab{CHANGE}` stored on stored.`name` = fresh.`name`
		set stored.`position` = fresh.`position`""",
		json.dumps(places),
	)
