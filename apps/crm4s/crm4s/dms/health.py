"""How a link stands, for the other side and for our administrators."""

from frappe.utils import now_datetime


def of_link(link: str) -> dict:
	return {"link": link, "now": now_datetime().isoformat(timespec="seconds")}
