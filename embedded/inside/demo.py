"""Fill the site with the app's demo group."""

import json
import sys

import frappe


def main() -> None:
	request = json.load(sys.stdin)
	frappe.init(site=request["site"])
	frappe.connect()
	from crm4s.demo.load import load_demo

	load_demo(password=request["password"], progress=lambda text: print("PROGRESS", text))
	frappe.db.commit()


if __name__ == "__main__":
	main()
