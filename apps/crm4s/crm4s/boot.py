"""What the desk is told when it starts, beyond what Frappe tells it."""

MODULE = "CRM4S"


def keep_own_workspaces(bootinfo) -> None:
	"""Breadcrumbs lead to the first workspace of a module, so name only those that this user has."""
	own = [page["name"] for page in bootinfo.get("allowed_workspaces") or [] if page.get("module") == MODULE]
	if own and bootinfo.get("module_wise_workspaces"):
		bootinfo.module_wise_workspaces[MODULE] = own
