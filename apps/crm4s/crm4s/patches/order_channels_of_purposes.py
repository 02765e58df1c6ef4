"""The purpose of service messages gets the order of channels that new sites have, where nobody gave it one."""

import frappe

from crm4s.messages.kinds import MAIL, SMS, TASK, WECHAT, WECOM

PURPOSE = "C4S Contact Purpose"


def execute():
	if not frappe.db.exists(PURPOSE, "Service Information"):
		return
	purpose = frappe.get_doc(PURPOSE, "Service Information")
	if not purpose.channels:
		purpose.update({"channels": [{"channel": kind} for kind in (WECOM, WECHAT, SMS, MAIL, TASK)]})
		purpose.save(ignore_permissions=True)
