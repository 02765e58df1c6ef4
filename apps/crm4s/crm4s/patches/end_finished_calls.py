"""Deals of before kept the day of their call after delivery when it had been made; an empty day says now that nobody waits for it."""

import frappe


def execute() -> None:
	deal, task = frappe.qb.DocType("C4S Deal"), frappe.qb.DocType("ToDo")
	waiting = frappe.qb.from_(task).select(task.name).where(task.status == "Open")
	has_task = deal.follow_up_task.isnotnull() & deal.follow_up_task.isin(waiting)
	frappe.qb.update(deal).set(deal.follow_up_on, None).where(deal.follow_up_on.isnotnull() & has_task.negate()).run()
