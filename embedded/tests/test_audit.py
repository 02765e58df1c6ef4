"""Known faults of pinned packages are found, excused for a while only, and never passed over because nobody could be asked."""

import datetime
import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from embedded import audit, layout
from embedded.audit import Excuse, Fault, Pin
from embedded.console import Refusal

TODAY = datetime.date(2026, 11, 23)
OLD = Pin("requests", "2.19.1")
FAULT = Fault(OLD, ("PYSEC-2018-28", "CVE-2018-18074"), ("2.20.0",))


@contextmanager
def index(pages: dict[str, dict]):
	"""An index that has these pages; its address as `CRM4S_ADVISORIES` takes it."""

	class Page(BaseHTTPRequestHandler):
		def do_GET(self):
			page = pages.get(self.path)
			self.send_response(200 if page is not None else 404)
			self.end_headers()
			self.wfile.write(json.dumps(page).encode())

		def log_message(self, *_words):
			pass

	with ThreadingHTTPServer(("127.0.0.1", 0), Page) as server:
		threading.Thread(target=server.serve_forever, daemon=True).start()
		yield f"http://127.0.0.1:{server.server_port}/{{name}}/{{version}}"
		server.shutdown()


def page(*faults: dict) -> dict:
	return {"vulnerabilities": list(faults)}


SAID = {"id": "PYSEC-2018-28", "aliases": ["CVE-2018-18074"], "fixed_in": ["2.20.0"], "withdrawn": None}


def test_pins_are_read_with_their_conditions_and_without_hashes():
	lock = "Requests==2.19.1 \\\n    --hash=sha256:aa\nasync-timeout==5.0.1 ; python_full_version < '3.11.3' \\\n    --hash=sha256:bb\n# zope==1\n"
	assert [OLD, Pin("async-timeout", "5.0.1")] == audit.pins_of(lock)


def test_every_package_of_our_locks_is_read():
	for name in audit.LOCKS:
		text = (layout.EMBEDDED / name).read_text()
		assert text.count("==") - text.count("python_full_version ==") >= len(audit.pins_of(text)) > 10
		assert len(audit.pins_of(text)) == sum(not line.startswith((" ", "#")) and bool(line.strip()) for line in text.splitlines())


def test_faults_are_found_and_withdrawn_ones_are_none():
	withdrawn = {**SAID, "id": "PYSEC-2018-1", "withdrawn": "2019-01-01T00:00:00Z"}
	with index({"/requests/2.19.1": page(SAID, withdrawn), "/click/8.1": page()}) as source:
		assert [FAULT] == audit.faults_of([OLD, Pin("click", "8.1")], source)


def test_one_package_of_which_nothing_is_known_fails_the_whole():
	with index({"/click/8.1": page()}) as source, pytest.raises(Refusal, match="Nothing is known of 1 of 2 packages, such as requests 2.19.1"):
		audit.faults_of([OLD, Pin("click", "8.1")], source)


def test_a_page_without_faults_named_is_no_answer():
	with index({"/requests/2.19.1": {"info": {}}}) as source, pytest.raises(Refusal, match="Nothing is known"):
		audit.faults_of([OLD], source)


def test_a_source_that_is_away_is_no_pass():
	with pytest.raises(Refusal, match="or name a mirror of it in CRM4S_ADVISORIES"):
		audit.faults_of([OLD], "http://127.0.0.1:9/{name}/{version}")


def test_an_excuse_holds_by_any_name_of_the_fault_until_its_day():
	def excuse(fault: str, until: str) -> Excuse:
		return Excuse("requests", fault, datetime.date.fromisoformat(until), "not reached by us")

	assert [] == audit.unexcused([FAULT], [excuse("CVE-2018-18074", "2026-11-23")], TODAY)
	assert ["requests 2.19.1: PYSEC-2018-28 CVE-2018-18074, excused until 2026-11-22; mended in 2.20.0: ./run lock --upgrade"] == audit.unexcused(
		[FAULT], [excuse("PYSEC-2018-28", "2026-11-22")], TODAY
	)
	assert ["requests 2.19.1: PYSEC-2018-28 CVE-2018-18074; mended in 2.20.0: ./run lock --upgrade"] == audit.unexcused([FAULT], [], TODAY)


def test_an_excuse_that_nothing_needs_is_to_go():
	unneeded = Excuse("click", "PYSEC-2018-28", TODAY, "x")
	assert ["excused-faults.csv: click has no fault PYSEC-2018-28 any more, take the row out"] == audit.needless([FAULT], [unneeded])


@pytest.mark.parametrize("row, sentence", [("requests,X-1,,why", "until when"), ("requests,X-1,2027-01-31, ", "why it is excused")])
def test_an_excuse_needs_a_day_and_a_reason(tmp_path, row, sentence):
	file = tmp_path / "excused.csv"
	file.write_text(f"package,fault,until,reason\n{row}\n")
	with pytest.raises(Refusal, match=sentence):
		audit.read_excuses(file)


def test_our_own_excuses_can_be_read():
	audit.read_excuses(layout.EMBEDDED / audit.EXCUSED)


@pytest.mark.parametrize("answer, code", [((), 0), ((SAID,), 1)])
def test_the_command_says_what_it_found(monkeypatch, capsys, answer, code):
	monkeypatch.setattr(audit, "LOCKS", ())
	monkeypatch.setattr(audit, "faults_of", lambda _pins, _source: list(audit._read(OLD, list(answer))))
	assert code == audit.run(None)
	assert f"{len(answer)} known faults, {len(answer)} to be dealt with." in capsys.readouterr().out
