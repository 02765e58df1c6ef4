"""Opens reports in a browser as a reader does and says how long the first answer took; called by benchmarks/reports.py in Frappe's Python.

Standard input: {"address", "user", "password", "reports"}. Output: one line `ANSWER [{"report", "seconds", "again", "status", "rows"}]`.
"""

import json
import sys

from playwright.sync_api import sync_playwright

from crm4s.tests.chromium import launch

RUN = "frappe.desk.query_report.run"
ASKS_FIRST_MS, PATIENCE_MS = 15_000, 300_000


def main() -> None:
	asked = json.load(sys.stdin)
	with sync_playwright() as playwright:
		browser = launch(playwright)
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
		asked, answered = [], []
		page.on("request", lambda request, asked=asked: asked.append(request) if RUN in request.url else None)
		page.on("requestfinished", lambda request, answered=answered: answered.append(request) if RUN in request.url else None)
		page.goto(f"/app/query-report/{name}", wait_until="commit")
		answer = _first_answer(page, asked, answered)
		seconds.append(answer.timing["responseEnd"] / 1000 if answer else None)
		said = _said(answer)
		page.close()
	return {"report": name, "seconds": seconds[0], "again": seconds[1], **said}


def _first_answer(page, asked: list, answered: list):
	"""The request that was answered first; None where the report wants something to be chosen before it asks, or nothing came."""
	waited = 0
	while not answered and waited < (PATIENCE_MS if asked else ASKS_FIRST_MS):
		page.wait_for_timeout(100)
		waited += 100
	return answered[0] if answered else None


def _said(request) -> dict:
	answer = request and request.response()
	if not answer:
		return {"status": 0, "rows": 0}
	body = answer.json() if answer.status == 200 else {}
	return {"status": answer.status, "rows": len((body.get("message") or {}).get("result") or [])}


if __name__ == "__main__":
	main()
