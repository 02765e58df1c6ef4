"""Set the language of those who have not chosen one."""

import json
import sys

import frappe


def main() -> None:
	request = json.load(sys.stdin)
	frappe.init(site=request["site"])
	frappe.connect()
	frappe.db.set_single_value("System Settings", "language", request["language"])
	frappe.db.set_default("lang", request["language"])
	frappe.db.commit()
	frappe.clear_cache()


if __name__ == "__main__":
	main()
