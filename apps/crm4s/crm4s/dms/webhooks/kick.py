"""After a commit that changed what others hear of, the sender is called at once; the clock comes by each minute anyway."""

import frappe

ENDPOINT = "C4S DMS Endpoint"
QUIET_KEY, QUIET_SECONDS = "c4s_dms_kicked", 2


def changes_noted() -> None:
	"""Called by the change feed within the transaction."""
	if frappe.db.get_value(ENDPOINT, {"enabled": 1}, cache=True):
		frappe.db.after_commit.add(_call)


def _call() -> None:
	"""What was done is committed already: a queue that is away must not make it look undone."""
	try:
		if frappe.cache().get_value(QUIET_KEY, expires=True):
			return
		frappe.cache().set_value(QUIET_KEY, 1, expires_in_sec=QUIET_SECONDS)
		frappe.enqueue("crm4s.dms.webhooks.sending.send_due", queue="short", job_id="c4s_dms_send_due", deduplicate=True)
	except Exception as error:
		frappe.logger("crm4s").warning(f"The sender of changes was not called: {type(error).__name__}")
