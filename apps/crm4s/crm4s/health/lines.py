"""One line of JSON for each request and each job, where the site's configuration says `crm4s_log_lines: 1`.

It says what was asked of the system, how it ended and how long it took; never who asked, from where, about which document or with which words. With
FRAPPE_STREAM_LOGGING in the environment, as in containers, lines go to the error output, else to logs/crm4s.json.log of the bench.
"""

import json
import logging
import os
import re
import sys
import time
from datetime import datetime, timezone
from logging.handlers import WatchedFileHandler
from pathlib import Path
from uuid import uuid4

import frappe
from rq import get_current_job

SWITCH = "crm4s_log_lines"
NAME = "crm4s.lines"
# What a front server may call a request; anything else could be made to look like another line.
REQUEST_ID = re.compile(r"[A-Za-z0-9-]{8,64}")
METHOD = re.compile(r"[A-Za-z_][\w.]{0,140}")
# Of these the second or third part says what kind of thing was asked for; what follows may name a document, or be a key.
WAYS = re.compile(r"/api/(?:v\d+/)?(?:method|resource|document|doctype)/[\w. -]{1,140}|/(?:app|desk)/[\w-]{1,60}|/[\w-]{1,30}", re.ASCII)


def begin_request() -> None:
	"""Hook before_request."""
	if frappe.conf.get(SWITCH):
		given = frappe.get_request_header("X-Frappe-Request-Id") or ""
		_begin(given if REQUEST_ID.fullmatch(given) else uuid4().hex)


def end_request(response, request) -> None:
	"""Hook after_request."""
	if not (began := _began()):
		return
	if response is not None:
		response.headers["X-Request-Id"] = began["id"]
	way = way_of(request.path, frappe.form_dict.get("cmd"))
	_write("request", began, http=request.method, way=way, status=getattr(response, "status_code", 500))


def begin_job(**_job) -> None:
	"""Hook before_job."""
	if frappe.conf.get(SWITCH):
		job = get_current_job()
		_begin(uuid4().hex, queue=job.origin.rpartition(":")[2] if job else None, waited_ms=_waited(job))


def end_job(method: str, kwargs: dict | None = None, **_rest) -> None:
	"""Hook after_job. Jobs by the clock share one method of Frappe's: theirs is named instead."""
	if not (began := _began()):
		return
	error = sys.exc_info()[0]
	_write("job", began, method=(kwargs or {}).get("job_type") or method, ok=error is None, error=error.__name__ if error else None)


def way_of(path: str, command: str | None = None) -> str:
	"""What kind of thing a path asks for, without what it names."""
	if isinstance(command, str) and METHOD.fullmatch(command):
		return f"/api/method/{command}"
	found = WAYS.match(path)
	return found.group() if found else "/"


def _begin(name: str, **more) -> None:
	frappe.local.c4s_line = {"id": name, "began": time.monotonic(), **more}


def _began() -> dict | None:
	"""What was noted at the beginning; once."""
	began = getattr(frappe.local, "c4s_line", None)
	frappe.local.c4s_line = None
	return began


def _waited(job) -> int | None:
	if not job or not job.enqueued_at:
		return None
	since = job.enqueued_at if job.enqueued_at.tzinfo else job.enqueued_at.replace(tzinfo=timezone.utc)
	return int((datetime.now(timezone.utc) - since).total_seconds() * 1000)


def _write(kind: str, began: dict, **said) -> None:
	took = int((time.monotonic() - began["began"]) * 1000)
	more = {name: value for name, value in began.items() if name not in ("id", "began")}
	line = {"time": f"{datetime.now(timezone.utc):%Y-%m-%dT%H:%M:%S.%fZ}", "kind": kind, "id": began["id"], "site": frappe.local.site, "took_ms": took, **more, **said}
	try:
		_logger().info(json.dumps(line, ensure_ascii=False))
	except OSError:
		# A line that cannot be written keeps no job from its end.
		return


def _logger() -> logging.Logger:
	logger = logging.getLogger(NAME)
	if not logger.handlers:
		logger.setLevel(logging.INFO)
		logger.propagate = False
		logger.addHandler(_handler())
	return logger


def _handler() -> logging.Handler:
	"""One that notices when the file was put aside by logrotate."""
	if os.environ.get("FRAPPE_STREAM_LOGGING"):
		return logging.StreamHandler()
	folder = Path(frappe.local.sites_path).resolve().parent / "logs"
	return WatchedFileHandler(folder / "crm4s.json.log")
