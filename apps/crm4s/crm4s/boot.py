"""What the desk is told when it starts, beyond what Frappe tells it."""

import frappe
from frappe.utils import add_to_date, now_datetime

from crm4s.access.own_store import own_store
from crm4s.access.stores import DEALERSHIP, stores_of
from crm4s.runs import commit

MODULE = "CRM4S"
JOB = "Scheduled Job Type"
# Clocks of several machines differ by less.
AHEAD_MINUTES = 10


def keep_own_workspaces(bootinfo) -> None:
	"""Breadcrumbs lead to the first workspace of a module, so name only those that this user has."""
	own = [page["name"] for page in bootinfo.get("allowed_workspaces") or [] if page.get("module") == MODULE]
	if own and bootinfo.get("module_wise_workspaces"):
		bootinfo.module_wise_workspaces[MODULE] = own


def offer_own_store(bootinfo) -> None:
	"""New forms begin with the user's own store; figures and forms tell the own stores from those that only share."""
	store = own_store()
	if store:
		bootinfo.user.defaults["dealership"] = store
	bootinfo.c4s_own_stores = own_stores()


def own_stores() -> dict:
	"""Whether the current user works for the whole group, and the names of his or her stores: then of all, so that a filter on them holds."""
	stores = stores_of()
	whole_group = stores is None
	names = frappe.get_all(DEALERSHIP, pluck="name", order_by="lft") if whole_group else stores
	return {"whole_group": whole_group, "names": names}


def let_jobs_run_again(bootinfo) -> None:
	"""When a clock that was ahead has been put right, jobs seem to have run in days that are to come: Frappe would let them rest until then."""
	now = now_datetime()
	ahead = {"last_execution": [">", add_to_date(now, minutes=AHEAD_MINUTES)]}
	if frappe.db.exists(JOB, ahead):
		frappe.db.set_value(JOB, ahead, "last_execution", now, update_modified=False)
		commit()
