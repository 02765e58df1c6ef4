"""The same thing done by several people at the same moment, each over a connection of his or her own."""

from collections.abc import Callable
from threading import Barrier, Thread

import frappe


def at_once(*calls: Callable, user: str = "Administrator") -> list:
	"""What each call returned, or the refusal it ended with; all begin together, having seen the world before the others changed it.

	Committed: whoever uses this takes away what came of it.
	"""
	site, together = frappe.local.site, Barrier(len(calls), timeout=60)
	outcomes: list = [None] * len(calls)

	def run(position: int, call: Callable) -> None:
		frappe.init(site=site, sites_path=".")
		frappe.connect()
		frappe.flags.in_test = True
		frappe.set_user(user)
		try:
			frappe.db.count("C4S Lead")
			together.wait()
			outcomes[position] = call()
			frappe.db.commit()
		except Exception as refusal:
			frappe.db.rollback()
			outcomes[position] = refusal
		finally:
			frappe.destroy()

	threads = [Thread(target=run, args=pair) for pair in enumerate(calls)]
	for thread in threads:
		thread.start()
	for thread in threads:
		thread.join(120)
	frappe.db.rollback()
	return outcomes
