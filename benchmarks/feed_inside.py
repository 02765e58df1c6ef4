"""The part of benchmarks/feed.py that runs inside the site."""

import frappe

from benchmarks.measuring import FLAT_MB, job, question
from benchmarks.memory import Memory
from crm4s.change_feed.keeping import remove_old
from crm4s.change_feed.noting import CHANGE, UPDATED, note
from crm4s.change_feed.reading import REMOVED, behind, read
from crm4s.change_feed.sequencing import COUNTER, head, sequence
from crm4s.change_feed.watching import APPOINTMENT, CUSTOMER, DEAL, LEAD, REPORT, VEHICLE
from crm4s.runs import Progress
from crm4s.settings import setting

TYPES = (CUSTOMER, VEHICLE, LEAD, APPOINTMENT, DEAL, REPORT)
# Of a hundred notes; reports are the rare ones.
SHARES = (40, 75, 90, 96, 99, 100)
OLD, NOTED, AT_ONCE = 100_000, 100_000, 2_000
PAGE, SAMPLES, TARGET_MS = 500, 20, 100
OF_ONE_STATEMENT = 500_000


def fill(notes: int) -> None:
	"""Notes with their positions, one in the order of the other; the first ones older than they are kept."""
	frappe.db.truncate(CHANGE)
	Progress(REMOVED).forget()
	days = setting("keep_changes_days")
	kind = "case " + " ".join(f"when seq * 37 %% 100 < {share} then {frappe.db.escape(name)}" for name, share in zip(TYPES, SHARES, strict=True)) + " end"
	for first in range(1, notes + 1, OF_ONE_STATEMENT):
		last = min(first + OF_ONE_STATEMENT - 1, notes)
		frappe.db.sql(
			f"""insert into `tab{CHANGE}` (name, owner, modified_by, creation, modified, position, document_type, document, action, changed_fields, origin, changed_on)
			select seq, 'x', 'x', now(), now(), seq, {kind}, concat('D-', seq %% 1000000), %s, 'city', 'x',
				now() - interval if(seq <= {OLD}, {days + 5}, {days - 1} * (1 - seq / {notes})) day
			from seq_{first}_to_{last}""",
			UPDATED,
		)
		frappe.db.commit()
	series = frappe.qb.DocType("Series")
	frappe.qb.from_(series).delete().where(series.name == COUNTER).run()
	frappe.qb.into(series).columns(series.name, series.current).insert(COUNTER, notes).run()
	# The numbers of the timed ones lie behind these.
	while frappe.db.get_next_sequence_val(CHANGE) * 1000 <= notes:
		frappe.db.set_next_sequence_val(CHANGE, notes // 1000 + 1)
	frappe.db.commit()


def run() -> dict:
	last = head()
	places = (("the beginning", OLD + 1), ("the middle", last // 2), ("the end", last - 2 * PAGE))
	questions = [_page(f"a page from {where}, {what}", doctypes, after) for where, after in places for what, doctypes in (("customers", [CUSTOMER]), ("all", list(TYPES)))]
	questions.append(_page("a page of the rarest, from the beginning", [REPORT], OLD + 1))
	questions.append(question("how far behind a reader is", "link", ("Administrator",), lambda _user, _number: behind(list(TYPES), last // 2), SAMPLES, TARGET_MS))
	jobs = [
		job("noted in sets of 2,000", NOTED, Memory.of(_note), most_megabytes=FLAT_MB),
		job("given their positions", NOTED, Memory.of(sequence), most_megabytes=FLAT_MB),
		job("old ones taken away", OLD, Memory.of(remove_old), most_megabytes=FLAT_MB),
	]
	return {"questions": questions, "jobs": jobs, "megabytes": _megabytes()}


def _page(what: str, doctypes: list[str], after: int) -> dict:
	return question(what, "link", ("Administrator",), lambda _user, _number: read(doctypes, after, PAGE)[0], SAMPLES, TARGET_MS)


def _note() -> None:
	for first in range(0, NOTED, AT_ONCE):
		note(CUSTOMER, [f"D-{number}" for number in range(first, first + AT_ONCE)], UPDATED, ["city"])
		frappe.db.commit()


def _megabytes() -> float:
	frappe.db.sql(f"analyze table `tab{CHANGE}`")
	return float(
		frappe.db.sql("select (data_length + index_length) / 1024 / 1024 from information_schema.tables where table_schema = database() and table_name = %s", f"tab{CHANGE}")[0][0]
	)
