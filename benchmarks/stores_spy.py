"""Where the processor time of the web server goes: stacks that py-spy took, sorted into kinds. Pure."""

import re
from collections import Counter
from collections.abc import Iterable

# What the innermost frame that any of these knows belongs to; the first that fits counts.
KINDS = (
	("database: the driver", r"pymysql/"),
	("Redis and pickle", r"redis/|redis_wrapper\.py|hiredis"),
	("building SQL", r"pypika/|frappe/query_builder/|frappe/database/query\.py|frappe/model/db_query\.py|sqlparse/"),
	("permissions", r"frappe/permissions\.py|crm4s/access/|frappe/core/doctype/user_permission|frappe/model/workflow\.py|frappe/share\.py"),
	("session and sign-in", r"frappe/(sessions|auth|handler|app|rate_limiter|recorder|monitor)\.py|passlib|werkzeug/"),
	("desk's start page", r"frappe/boot\.py|frappe/www/app\.py|frappe/desk/desktop\.py"),
	("meta data of document types", r"frappe/model/meta\.py|frappe/desk/form/meta\.py"),
	("documents", r"frappe/model/|frappe/database/|frappe/core/doctype/version"),
	("drawing pages", r"jinja2/|frappe/website/|crm4s/templates"),
	("taking in of systems' records", r"crm4s/(dms|intake|change_feed|rows)/"),
	("our own code", r"crm4s/"),
	("framework, else", r"frappe/"),
)
FRAME = re.compile(r"\(([^():]+):\d+\)")
WAITING = re.compile(r"\b(wait|accept|select|poll|_worker|get) \((threading|socket|selectors|concurrent|queue)")


def kinds(lines: Iterable[str]) -> Counter:
	"""Samples by kind, from lines "frame;frame;… count" with the outermost first; threads that wait are left out."""
	found: Counter = Counter()
	for line in lines:
		stack, _blank, count = line.rstrip().rpartition(" ")
		frames = stack.split(";")
		if "application" in stack and not WAITING.search(frames[-1]):
			found[_kind(frames)] += int(count)
	return found


def functions(lines: Iterable[str], of: str = "") -> Counter:
	"""Samples by function, with all that it called; of stacks in which `of` stands."""
	found: Counter = Counter()
	for line in lines:
		stack, _blank, count = line.rstrip().rpartition(" ")
		frames = stack.split(";")
		if "application" in stack and of in stack and not WAITING.search(frames[-1]):
			for frame in set(re.sub(r":\d+\)", ")", frame) for frame in frames):
				found[frame] += int(count)
	return found


def _kind(frames: list[str]) -> str:
	for frame in reversed(frames):
		place = FRAME.search(frame)
		for name, pattern in KINDS:
			if place and re.search(pattern, place[1]):
				return name
	return "Python, else"
