"""Opens reports in a browser as a reader does and says how long the first answer took; called by benchmarks/reports.py in Frappe's Python.

Standard input: {"address", "user", "password", "reports"}. Output: one line `ANSWER [{"report", "seconds", "again", "status", "rows"}]`.
"""

import json
import os
import sys

from playwright.sync_api import TimeoutError as Nothing
from playwright.sync_api import sync_playwright

RUN = "frappe.desk.query_report.run"
ASKS_FIRST_MS, PATIENCE_MS = 15_000, 300_000


def main() -> None:
	asked = json.load(sys.stdin)
	with sync_playwright() as playwright:
		program = os.environ.get("CRM4S_CHROMIUM", "/usr/bin/chromium")
		flags = ["--no-sandbox", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-gpu"]
		browser = playwright.chromium.launch(executable_path=program, args=flags)
		context = browser.new_context(base_url=asked["address"])
		signed_in = context.request.post("/api/method/login", form={"usr": asked["user"], "pwd": asked["password"]})
		assert signed_in.status == 200, signed_in.text()
		found = [opened(context, name) for name in asked["reports"]]
		browser.close()
	print("ANSWER " + json.dumps(found))


def opened(context, name: str) -> dict:
	"""Seconds until the first answer of a report as it opens, and until that of a second look."""
	seconds, answer = [], None
	for _look in range(2):
		page = context.new_page()
		page.set_default_timeout(PATIENCE_MS)
		asking = []
		page.on("request", lambda request: asking.append(request) if RUN in request.url else None)
		page.goto(f"/app/query-report/{name}", wait_until="commit")
		answer = _first_answer(page, asking)
		seconds.append(answer.request.timing["responseEnd"] / 1000 if answer else None)
		page.close()
	return {"report": name, "seconds": seconds[0], "again": seconds[1], **_said(answer)}


def _first_answer(page, asking: list):
	"""None where the report wants something to be chosen before it asks."""
	waited = 0
	while not asking and waited < ASKS_FIRST_MS:
		page.wait_for_timeout(100)
		waited += 100
	if not asking:
		return None
	try:
		answer = asking[0].response()
		answer.finished()
		return answer
	except Nothing:
		return None


def _said(answer) -> dict:
	if not answer:
		return {"status": 0, "rows": 0}
	body = answer.json() if answer.status == 200 else {}
	return {"status": answer.status, "rows": len((body.get("message") or {}).get("result") or [])}


if __name__ == "__main__":
	main()
