"""The same thing done by several people at the same moment, each over a connection of his or her own."""

from collections.abc import Callable
from threading import Barrier, Thread
from typing import Any

import frappe


def at_once(*calls: Callable, user: str = "Administrator") -> list:
	"""What each call returned, or the refusal it ended with; all begin together, having seen the world before the others changed it.

	Commits what was made before, so that the other connections see it; whoever uses this takes away what came of it.
	"""
	frappe.db.commit()
	site, together = frappe.local.site, Barrier(len(calls), timeout=60)
	outcomes: list = [None] * len(calls)

	def run(position: int, call: Callable) -> None:
		frappe.init(site=site, sites_path=".")
		frappe.connect()
		frappe.flags.in_test = True
		frappe.set_user(user)
		try:
			# Any read fixes what this connection sees.
			frappe.db.get_value("Role", {}, "name")
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


def elsewhere(call: Callable, user: str = "Administrator") -> Any:
	"""What the call returned over a connection of its own, while the transaction here goes on; committed."""
	site, outcomes = frappe.local.site, []

	def run():
		frappe.init(site=site, sites_path=".")
		frappe.connect()
		frappe.flags.in_test = True
		frappe.set_user(user)
		try:
			outcomes.append(call())
			frappe.db.commit()
		finally:
			frappe.destroy()

	thread = Thread(target=run)
	thread.start()
	thread.join(120)
	return outcomes[0]


def done(outcomes: list) -> list:
	"""Those of the outcomes that are no refusals."""
	return [outcome for outcome in outcomes if not isinstance(outcome, Exception)]


def refused(outcomes: list) -> list[Exception]:
	"""Those of the outcomes that are refusals."""
	return [outcome for outcome in outcomes if isinstance(outcome, Exception)]
