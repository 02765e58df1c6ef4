"""Calls a benchmark's function inside the site; see harness.call_inside."""

import importlib
import json
import sys

import frappe


def main() -> None:
	site, function, words = sys.argv[1:4]
	frappe.init(site=site)
	frappe.connect()
	module, _, name = function.partition(":")
	answer = getattr(importlib.import_module(module), name)(**json.loads(words))
	print("ANSWER " + json.dumps(answer, default=str), flush=True)
	frappe.destroy()


if __name__ == "__main__":
	main()
