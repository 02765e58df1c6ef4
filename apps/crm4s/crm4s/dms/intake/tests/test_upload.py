"""A file of many records is taken in by a job that may be killed at any moment; its answers can be fetched."""

import gzip
import json
from unittest.mock import patch

import frappe
from frappe.utils import add_days, now_datetime

from crm4s.crm4s.doctype.c4s_dms_link.test_c4s_dms_link import make_link
from crm4s.dms.intake import upload
from crm4s.dms.intake.old_uploads import remove_old
from crm4s.dms.intake.tests.test_push import CUSTOMER, RECORD, PushTestCase
from crm4s.dms.intake.upload_files import GZIP, answers_path, chunks_of, open_lines, read_answers, sent_path
from crm4s.dms.tests.caller import call, said


def lines(*records) -> bytes:
	return b"".join((record if isinstance(record, bytes) else json.dumps(record).encode()) + b"\n" for record in records)


class TestUpload(PushTestCase):
	def send(self, content: bytes, entity: str = "customer", key: str = "u-1", media: str = "application/x-ndjson"):
		return call(self.link.user, "upload", key=key, body=content, media=media, entity=entity)

	def sent(self, *records, pack=lambda content: content, key: str = "u-1") -> str:
		answer = said(self.send(pack(lines(*records)), key=key))
		self.assertEqual("queued", answer.get("status"), answer)
		self.addCleanup(answers_path(answer["upload"]).unlink, missing_ok=True)
		return answer["upload"]

	def state(self, name: str) -> dict:
		return said(call(self.link.user, "upload_state", upload=name))

	def answers(self, name: str) -> list[dict]:
		response = call(self.link.user, "upload_answers", upload=name)
		self.assertEqual("application/gzip", response.mimetype)
		return [json.loads(line) for line in gzip.decompress(response.get_data()).splitlines()]

	def test_each_line_is_answered(self):
		for pack in (lambda content: content, gzip.compress):
			self.use_link()
			name = self.sent(self.customer("K1"), b"{nonsense", b"", {"external_id": "K2"}, self.customer("K1", customer_name="张大伟"), pack=pack)
			upload.run(name)
			state = self.state(name)
			self.assertEqual(("finished", 100, 5), (state["status"], state["progress"], state["lines"]))
			self.assertEqual({"created": 1, "updated": 1, "unchanged": 0, "waiting": 0, "rejected": 2}, state["counts"])
			found = [(answer["line"], answer["state"]) for answer in self.answers(name)]
			self.assertEqual([(1, "created"), (2, "rejected"), (4, "rejected"), (5, "updated")], found)

	def test_a_small_file_that_unpacks_to_very_much_is_read_no_further(self):
		for limit, what, most in (("MOST_TIMES", b"\n" * 3_000, 3_000), ("MOST_LINES", b"", 4)):
			with self.subTest(limit), patch.multiple(upload, CHUNK=2, largest_file=lambda: 1_000), patch.object(upload, limit, 2):
				name = self.sent(self.customer("K1"), self.customer("K2"), what, self.customer("K3"), self.customer("K4"), pack=gzip.compress, key=limit)
				upload.run(name)
				state = self.state(name)
				self.assertEqual(("failed", "The file unpacks"), (state["status"], state["message"][:16]))
				self.assertLess(state["lines"], most)

	def test_a_job_that_was_killed_goes_on_where_it_was_committed(self):
		name = self.sent(*(self.customer(f"K{number}") for number in range(25)))
		original, taken = upload.take, []

		def die_in_the_third(link, entity, records):
			if len(taken) == 2:
				# What the process had written beyond the committed answers stays behind.
				with answers_path(name).open("ab") as file:
					file.write(b"torn")
				raise KeyboardInterrupt
			taken.append(len(records))
			return original(link, entity, records)

		with patch.object(upload, "CHUNK", 10), patch.object(upload, "take", die_in_the_third):
			self.assertRaises(KeyboardInterrupt, upload.run, name)
		self.assertEqual(("under_way", 20), (self.state(name)["status"], self.state(name)["lines"]))
		self.assertEqual(20, len(self.answers(name)))
		upload.run(name)
		upload.run(name)
		self.assertEqual({"created": 25, "updated": 0, "unchanged": 0, "waiting": 0, "rejected": 0}, self.state(name)["counts"])
		self.assertEqual(list(range(1, 26)), [answer["line"] for answer in self.answers(name)])
		self.assertEqual(25, frappe.db.count(RECORD, {"link": self.link.name}))

	def test_a_job_that_ends_with_an_error_is_tried_again_and_fails_where_it_does_not_pass(self):
		name = self.sent(*(self.customer(f"K{number}") for number in range(4)))
		original, faults = upload.take, [frappe.QueryTimeoutError("1205"), None, OSError("no space"), OSError("no space"), OSError("no space")]

		def take(link, entity, records):
			if fault := faults.pop(0):
				raise fault
			return original(link, entity, records)

		with patch.object(upload, "CHUNK", 2), patch.object(upload, "take", take):
			found = []
			for _job in range(4):
				upload.run(name)
				found.append((self.state(name)["status"], self.state(name)["lines"], frappe.db.get_value(upload.UPLOAD, name, "tries")))
		self.assertEqual([("under_way", 0, 1), ("under_way", 2, 1), ("under_way", 2, 2), ("failed", 2, 2)], found)
		self.assertRegex(self.state(name)["message"], "What was taken in stays")
		self.assertEqual(4, frappe.db.count("Error Log", {"method": f"DMS upload {name}"}))

	def test_the_clock_queues_what_is_quiet(self):
		name = self.sent(self.customer())
		with patch.object(upload, "queue") as queue:
			upload.resume_all()
			queue.assert_not_called()
			frappe.db.set_value(upload.UPLOAD, name, "modified", "2026-01-01 00:00:00", update_modified=False)
			upload.resume_all()
		queue.assert_called_once_with(name)

	def test_an_upload_is_its_links_own_and_the_files_are_private(self):
		name = self.sent(self.customer())
		self.assertEqual(1, frappe.db.get_value("File", {"attached_to_name": name}, "is_private"))
		self.use_link()
		self.assertEqual(404, call(self.link.user, "upload_state", upload=name).status_code)
		self.assertEqual(404, call(self.link.user, "upload_answers", upload=name).status_code)

	def test_what_is_not_taken(self):
		self.link = make_link(entities=["Customer"])
		self.assertEqual([403, 422, 415], [self.send(b"{}", entity).status_code for entity in ("vehicle", "colour")] + [self.send(b"{}", media="text/csv").status_code])
		frappe.conf.crm4s_dms_upload_megabytes = 1
		self.addCleanup(frappe.conf.pop, "crm4s_dms_upload_megabytes")
		self.assertEqual(413, self.send(b"x" * (1024**2 + 1)).status_code)
		self.assertFalse(frappe.db.exists(upload.UPLOAD, {"link": self.link.name}))

	def test_old_uploads_go_with_both_files_as_the_link_says(self):
		self.link.update({"keep_uploads_days": 10}).save()
		old, young, under_way = (self.sent(self.customer(f"K{number}"), key=f"u-{number}") for number in range(3))
		for name in (old, young):
			upload.run(name)
		for name, days in ((old, 11), (young, 9)):
			frappe.db.set_value(upload.UPLOAD, name, "ended_on", add_days(now_datetime(), -days))
		frappe.db.set_value(upload.UPLOAD, under_way, "creation", add_days(now_datetime(), -11))
		files = [answers_path(old), sent_path(old)]
		self.assertEqual([True, True], [path.exists() for path in files])
		self.assertEqual(1, remove_old())
		self.assertEqual([False, False], [path.exists() for path in files])
		self.assertFalse(frappe.db.exists("File", {"attached_to_name": old}))
		self.assertEqual({young, under_way}, set(frappe.get_all(upload.UPLOAD, {"link": self.link.name}, pluck="name")))
		self.assertEqual(404, call(self.link.user, "upload_state", upload=old).status_code)

	def test_the_same_key_sends_once(self):
		name = self.sent(self.customer())
		self.assertEqual(name, self.sent(self.customer()))
		self.assertEqual(1, frappe.db.count(upload.UPLOAD, {"link": self.link.name}))

	def test_a_line_without_end_is_no_record_and_fills_no_memory(self):
		from pathlib import Path
		from tempfile import NamedTemporaryFile

		with NamedTemporaryFile() as file:
			file.write(b'{"a": "' + b"x" * 2_500_000 + b'"}\n{"b": 1}\n')
			file.flush()
			with open_lines(Path(file.name)) as opened:
				((long, short),) = chunks_of(opened, 10)
		self.assertLess(len(long), 200)
		self.assertEqual(b'{"b": 1}\n', short)
		self.assertTrue(read_answers("nothing", 0).startswith(GZIP))
		self.assertFalse(frappe.db.exists(CUSTOMER, {"external_key": f"{self.link.name}:b"}))
