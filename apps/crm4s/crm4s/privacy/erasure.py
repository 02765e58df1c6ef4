"""A person is erased: a dry run before it, a job that goes on after it was killed, and the proof after it.

The steps follow each other and do no harm when they run again. Until the last one is done, the case knows whom it is about; then it forgets that too.
"""

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

import frappe
from frappe import _
from frappe.utils import now, now_datetime

from crm4s.messages import suppression
from crm4s.messages.kinds import EVERY, KINDS
from crm4s.privacy import afterwards, attached, audit, holds, letters, papers_of_many, traces, wiping
from crm4s.privacy.fields import DOCUMENTS_THAT_GO
from crm4s.privacy.person import Person, from_text, writings
from crm4s.runs import Progress, commit, rollback
from crm4s.turns import turn

REQUEST = "C4S Data Request"
OPEN, RUNNING, DONE, FAILED = "Open", "Under Way", "Done", "Failed"
HOURS = 12 * 3600
USER_ROWS = (("Has Role", "parent"), ("Notification Settings", "name"), ("Contact", "user"), ("User Permission", "user"), ("User", "name"))


@dataclass
class Erasure:
	"""One run of a case."""

	request: str
	person: Person
	progress: Progress
	counts: Counter = field(default_factory=Counter)

	@property
	def mark(self) -> str:
		"""What stands where the person stood. The same in every language, and leads to the case."""
		return f"[{self.request}]"

	@property
	def words(self) -> list[str]:
		return writings(self.person)


# Before
# ------


def preview(person: Person) -> dict:
	"""What would happen, without doing it.

	Returns:
		`rows`: document_type, count, fate ("Removed" or "Kept Without the Person"); `attached`: type → count; `traces`: elsewhere, columns → rows;
		`under_way`: type → names of dealings to end first; `holds`: those that forbid it.
	"""
	documents = person.documents()
	hanging: Counter = Counter()
	for doctype, names in documents.items():
		hanging.update(attached.count(doctype, names))
	return {
		"rows": [{"document_type": doctype, "count": len(names), "fate": fate(doctype)} for doctype, names in documents.items()],
		"attached": dict(hanging),
		"under_way": afterwards.under_way(documents),
		"holds": holds.on_person(person.customer, documents),
	}


def fate(doctype: str) -> str:
	return "Removed" if doctype in DOCUMENTS_THAT_GO else "Kept Without the Person"


def require_free(person: Person) -> None:
	"""
	Raises:
		frappe.ValidationError: a hold forbids it, or a dealing is under way.
	"""
	documents = person.documents()
	for hold in holds.on_person(person.customer, documents):
		frappe.throw(_("Legal hold {0} forbids to erase this: {1}").format(hold.name, frappe.utils.escape_html(hold.reason)))
	if open_ones := afterwards.under_way(documents):
		named = ", ".join(f"{_(doctype)} {', '.join(names)}" for doctype, names in open_ones.items())
		frappe.throw(_("End what is under way with this person first: {0}.").format(named))


# The job
# -------


def begin(request: str, person: Person) -> None:
	"""Let the job begin once this transaction is committed; who may do that is the caller's question."""
	require_free(person)
	frappe.db.set_value(REQUEST, request, {"status": RUNNING, "known_as": person.as_text(), "progress": 0})
	queue(request)


def queue(request: str) -> None:
	frappe.enqueue("crm4s.privacy.erasure.run", queue="long", timeout=HOURS, enqueue_after_commit=True, request=request)


def resume_all() -> None:
	"""By the clock: erasures whose process died go on."""
	for request in frappe.get_all(REQUEST, {"status": RUNNING}, pluck="name"):
		queue(request)


def run(request: str) -> None:
	"""Carry out an erasure from where it stands; nothing where it is decided, or under way in another process."""
	with turn(f"erasure.{request}") as mine:
		case = frappe.db.get_value(REQUEST, request, ["status", "known_as"], as_dict=True)
		if not mine or not case or case.status != RUNNING:
			return
		try:
			_run(Erasure(request, from_text(case.known_as), Progress(f"c4s_erasure_{request}")))
		except Exception:
			rollback()
			frappe.log_error(title="Erasure", message=frappe.get_traceback())
			raise


def _run(erasure: Erasure) -> None:
	state = erasure.progress.state()
	erasure.counts.update(state.get("counts", {}))
	for number, step in enumerate(STEPS):
		if number >= state.get("done", 0):
			step(erasure)
			erasure.progress.note(done=number + 1, counts=dict(erasure.counts), table=None)
			frappe.db.set_value(REQUEST, erasure.request, "progress", 100 * (number + 1) / len(STEPS), update_modified=False)
			commit()
	finish(erasure)


def _take_portal(erasure: Erasure) -> None:
	"""Nobody is signed in any more, and nobody can sign in."""
	for user in erasure.person.users:
		frappe.sessions.clear_sessions(user=user, keep_current=False, force=True)
		for doctype, column in USER_ROWS:
			frappe.db.delete(doctype, {column: user})
		frappe.db.delete("__Auth", {"doctype": "User", "name": user})
		frappe.clear_cache(user=user)
	if erasure.person.customer:
		wiping.close_file(erasure.person.customer, now())
		erasure.counts["plates"] = wiping.release_plates(erasure.person.customer)


def _take_attached(erasure: Erasure) -> None:
	for doctype, names in erasure.person.documents().items():
		erasure.counts.update({f"attached.{held}": number for held, number in attached.count(doctype, names).items()})
		attached.remove(doctype, names)
		commit()


def _wipe_documents(erasure: Erasure) -> None:
	"""Those that follow from others come first: they are found through them."""
	documents = erasure.person.documents()
	audit.forget(documents)
	for doctype, names in reversed(documents.items()):
		afterwards.end(doctype, names)
		wiping.wipe(doctype, [name for name in names if name != erasure.request], erasure.mark)
		erasure.counts[doctype] = max(len(names), erasure.counts[doctype])
		for name in names:
			frappe.clear_document_cache(doctype, name)
		commit()


def _take_papers(erasure: Erasure) -> None:
	erasure.counts["papers"] += papers_of_many.remove(erasure.words)
	erasure.counts["letters"] += letters.remove([*erasure.words, *erasure.person.names])


def _replace_traces(erasure: Erasure) -> None:
	words, names = erasure.words, erasure.person.names
	last = erasure.progress.state().get("table", "")
	for table in traces.tables():
		if table > last and (found := traces.replace(table, words, names, erasure.mark)):
			erasure.counts["traces"] += found
			erasure.progress.note(table=table)


def _forget_addresses(erasure: Erasure) -> None:
	"""Who wants no messages gets none: the digest stays, how the address looked does not."""
	addresses = [*erasure.person.phones, *(word for word in erasure.person.words if "@" in word)]
	keys = [suppression.key_of(address, kind) for address in addresses for kind in (EVERY, *KINDS)]
	frappe.db.set_value(suppression.SUPPRESSED, {"address_key": ["in", keys or [""]]}, {"masked_address": None, "remark": None}, update_modified=False)


STEPS: tuple[Callable[[Erasure], None], ...] = (_take_portal, _take_attached, _wipe_documents, _take_papers, _replace_traces, _forget_addresses)


# After
# -----


def left(person: Person) -> list[traces.Trace]:
	"""Where the person still stands; nothing after an erasure."""
	return traces.find(writings(person), person.names)


def finish(erasure: Erasure) -> None:
	"""Prove it, write down what was done, and forget whom it was about."""
	found = left(erasure.person)
	proof = "\n".join(f"{trace.table}.{trace.column}: {trace.rows}" for trace in found)
	values = {
		"status": FAILED if found else DONE,
		"outcome": json.dumps(dict(sorted(erasure.counts.items())), ensure_ascii=False),
		"proof": proof or _("All tables were searched for {0} writings of phone, document number, e-mail and accounts: none was found.").format(len(erasure.words)),
		"decided_on": now_datetime(),
		"progress": 100,
		"title": erasure.mark,
		"words": None,
	}
	if not found:
		values["known_as"] = None
		frappe.db.delete("C4S Data Request Change", {"parent": erasure.request})
		_note_done(erasure)
	frappe.db.set_value(REQUEST, erasure.request, values)
	erasure.progress.forget()
	commit()


def _note_done(erasure: Erasure) -> None:
	"""In the log of who had to do with whose data, by whoever decided it."""
	customer, by = erasure.person.customer, frappe.db.get_value(REQUEST, erasure.request, "decided_by")
	doctype, document = (audit.CUSTOMER, customer) if customer else (REQUEST, erasure.request)
	audit.note(audit.ERASED, doctype, document, user=by, reason=erasure.request)
