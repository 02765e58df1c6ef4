"""What the care queue, the rule's form and the recall's form call."""

import frappe
from frappe import _
from frappe.utils import getdate

from crm4s.access.own_store import own_store
from crm4s.access.required import require_permission, require_store
from crm4s.care import dry_run, queue, recalls, run, tasks
from crm4s.edge import plain_refusal

RULE, TASK, RUN, RECALL = "C4S Care Rule", "C4S Care Task", "C4S Care Run", "C4S Recall"
LONG_SECONDS = 3 * 60 * 60


@frappe.whitelist()
def get_queue(dealership: str | None = None, scope: str = "mine") -> dict:
	"""The customers to be called now; for those who read care tasks and work for the store."""
	require_permission(TASK, "read")
	stores = queue.stores()
	store = dealership or own_store() or (stores[0].name if stores else None)
	if not store:
		return {"stores": [], "dealership": None, "contacts": [], "more": False, "may_write": False}
	require_store(store)
	found = queue.queue_of(frappe.session.user, store, "team" if scope == "team" else "mine")
	return {"stores": stores, "dealership": store, "may_write": bool(frappe.has_permission(TASK, "write")), **found}


@frappe.whitelist(methods=["POST"])
def record(names: list | str, outcome: str, note: str | None = None, next_call_on: str | None = None, booked: str | None = None) -> None:
	"""What came of the call, for the tasks of one customer; for those who may write each of them."""
	require_permission(TASK, "write")
	if booked:
		require_permission("C4S Service Appointment", "read", booked)
	tasks.record(frappe.parse_json(names), outcome, note, next_call_on, booked)


@frappe.whitelist(methods=["POST"])
def cancel(names: list | str, reason: str) -> None:
	"""Nobody need call; for those who may write each of the tasks."""
	require_permission(TASK, "write")
	tasks.cancel(frappe.parse_json(names), reason)


@frappe.whitelist(methods=["POST"])
def take(names: list | str, user: str | None = None) -> None:
	"""Take the tasks, or hand them to a colleague; for those who may write each of them."""
	require_permission(TASK, "write")
	tasks.take(frappe.parse_json(names), user or frappe.session.user)


@frappe.whitelist()
def try_rule(rule: str, day: str | None = None) -> dict:
	"""Who would get something of the rule on a day, and why; nothing is written. For those who may write rules."""
	require_permission(RULE, "write", rule)
	return vars(dry_run.try_out(frappe.get_doc(RULE, rule), getdate(day)))


@frappe.whitelist(methods=["POST"])
def run_now() -> None:
	"""Begin the daily run, in the background; for those who may write rules."""
	require_permission(RULE, "write")
	frappe.enqueue("crm4s.care.api.run_in_background", queue="long", timeout=LONG_SECONDS, job_name="crm4s_care_run", user=frappe.session.user)


def run_in_background(user: str) -> None:
	"""The run that somebody asked for; he or she is told when it is done."""
	frappe.local.lang = frappe.db.get_default("lang") or "zh"
	name = run.run_all(run.progress)
	frappe.publish_realtime("c4s_care_run_done", {"name": name}, user=user)


@frappe.whitelist(methods=["POST"])
def read_cars(recall: str) -> dict:
	"""Take the cars of the list that is attached to the recall; for those who may write it."""
	require_permission(RECALL, "write", recall)
	url = frappe.db.get_value(RECALL, recall, "cars_file")
	file = url and frappe.db.get_value("File", {"file_url": url, "attached_to_doctype": RECALL, "attached_to_name": recall})
	if not file:
		frappe.throw(_("Attach the list first, and save."))
	document = frappe.get_doc("File", file)
	content = document.get_content()
	with plain_refusal():
		return recalls.read_list(recall, document.file_name, content if isinstance(content, bytes) else content.encode())
