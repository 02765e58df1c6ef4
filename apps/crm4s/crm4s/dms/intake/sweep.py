"""By the clock: records whose time has come although no request took them in, as two came at the same moment or a process was killed."""

from collections.abc import Iterator
from contextlib import contextmanager

import frappe

from crm4s.acting import acting_as
from crm4s.dms.intake.patience import patiently
from crm4s.dms.intake.resolving import resolve
from crm4s.dms.intake.waiting import WAITING, WAITING_RECORD, arrived_meanwhile
from crm4s.dms.links import LINK, Link, link_of
from crm4s.rows.isolation import reading_committed
from crm4s.runs import commit, guarded

AT_ONCE = 500
MOST_TURNS = 20


def sweep_all() -> None:
	"""Each minute."""
	waiting = set(frappe.get_all(WAITING_RECORD, {"state": WAITING}, pluck="link", distinct=True, order_by=None))
	for link in frappe.get_all(LINK, {"enabled": 1, "name": ["in", sorted(waiting) or [""]]}, pluck="name"):
		guarded(lambda link=link: sweep(link), f"DMS link {link}: waiting records")


def queue_sweep(link: str) -> None:
	frappe.enqueue("crm4s.dms.intake.sweep.sweep", queue="long", job_id=f"c4s_dms_sweep_{link}", deduplicate=True, enqueue_after_commit=True, link=link)


def sweep(link: str) -> int:
	"""Take in what needs to wait no longer, as the link's user; how many records were tried."""
	with acting_for(link) as acting, reading_committed():
		tried = 0
		for _turn in range(MOST_TURNS if acting else 0):
			commit()
			late = patiently(lambda is_last: resolve(acting, arrived_meanwhile(acting.name, AT_ONCE), is_last=is_last))
			commit()
			tried += len(late)
			if not late:
				break
	return tried


@contextmanager
def acting_for(name: str) -> Iterator[Link | None]:
	"""In a job: the block runs as the link's user; None where the link is switched off."""
	user = frappe.db.get_value(LINK, {"name": name, "enabled": 1}, "user")
	if not user:
		yield None
		return
	with acting_as(user):
		yield link_of(user)
