import json
from datetime import date, datetime, timedelta
from unittest.mock import patch

import frappe

from crm4s.crm4s.doctype.c4s_group_data_settings.test_c4s_group_data_settings import change_settings
from crm4s.group_data import exporting, jobs, manifests, parquet, source
from crm4s.group_data.data_sets import ALL, CAR, PERSON, VISITS
from crm4s.group_data.pseudonyms import Pseudonyms
from crm4s.group_data.tests.sites import AS_OF, SITE, GroupDataTestCase, put_row

RUN, VISIT, CUSTOMER = "C4S Group Data Run", "C4S Service Visit", "C4S Customer"


class TestExport(GroupDataTestCase):
	def tables(self, data_set: str):
		"""All rows of a data set as they lie in the files."""
		import pyarrow.parquet as pq

		folder = self.group.below(SITE)
		files = manifests.read(folder).of(data_set)
		return [row for file in files for row in pq.read_table(folder.full(file.path), partitioning=None).to_pylist()]

	def test_every_settled_visit_leaves_once_and_no_other_row(self):
		_written, manifest = self.export()
		expected = frappe.db.sql(f"select count(*), cast(sum(total_amount) as char), cast(sum(margin) as char) from `tab{VISIT}` where status = 'Settled' and settled_on < %s", AS_OF)[0]
		rows = self.tables("visits")
		self.assertEqual((expected[0], expected[0]), (len(rows), sum(file.rows for file in manifest.of("visits"))))
		self.assertEqual(expected[1:], tuple(str(sum(row[name] for row in rows)) for name in ("total_amount", "margin")))

	def test_nothing_by_which_a_person_or_a_car_is_known_is_in_the_files(self):
		known = frappe.get_all(CUSTOMER, {"name": ["in", self.customers]}, ["name", "customer_name", "primary_phone"], as_list=True)
		known += frappe.get_all("C4S Vehicle", {"name": ["in", self.cars]}, ["name", "vin", "plate_number"], as_list=True)
		self.export()
		said = json.dumps({data_set.name: self.tables(data_set.name) for data_set in ALL}, default=str, ensure_ascii=False)
		for word in {str(word) for row in known for word in row if word}:
			self.assertNotIn(word, said)

	def test_no_column_is_a_personal_field(self):
		from crm4s.privacy import inventory

		for data_set in ALL:
			personal = {field.fieldname for field in inventory.of(data_set.doctype)}
			for column in data_set.columns:
				self.assertNotIn(column.term, personal)
				links = {field.fieldname for field in frappe.get_meta(data_set.doctype).get_link_fields() if field.options in (CUSTOMER, "C4S Vehicle", "User")}
				self.assertTrue(column.term not in links or column.kind in (PERSON, CAR), f"{data_set.name}: {column.name}")

	def test_an_export_of_the_same_rows_writes_nothing(self):
		first, before = self.export()
		again, after = self.export()
		self.assertEqual((len(before.files), 0), (first.files, again.files))
		self.assertEqual(before.files, after.files)

	def test_only_the_month_in_which_something_changed_is_written(self):
		_first, before = self.export()
		name = frappe.get_all(VISIT, {"status": "Settled", "settled_on": ["between", ["2002-05-01", "2002-05-31"]]}, pluck="name")[0]
		frappe.db.set_value(VISIT, name, "margin", 1.23, update_modified=False)
		written, after = self.export()
		self.assertEqual(1, written.files)
		self.assertEqual(["visits/2002-05"], [file.path.rsplit("/", 1)[0] for file in set(after.files) - set(before.files)])

	def test_a_visit_that_is_deleted_or_moves_to_another_month_is_followed(self):
		self.export()
		names = frappe.get_all(VISIT, {"status": "Settled", "settled_on": ["between", ["2002-05-01", "2002-05-31"]]}, pluck="name")
		frappe.db.delete(VISIT, {"name": names[0]})
		frappe.db.set_value(VISIT, names[1], "settled_on", "2002-07-01 10:00:00", update_modified=False)
		written, _manifest = self.export()
		self.assertEqual(2, written.files)
		self.assertEqual(len(names) - 2, sum(row["month"] == 2002 * 12 + 4 for row in self.tables("visits")))

	def test_a_killed_run_is_carried_on_and_readers_see_the_one_before(self):
		_written, before = self.export()
		frappe.db.sql(f"update `tab{VISIT}` set margin = margin + 1 where settled_on >= '2002-01-01'")
		real, done = parquet.write, []

		def dies(*args):
			if len(done) == 3:
				args[0].write(b"half")
				raise KeyboardInterrupt
			done.append(1)
			return real(*args)

		with patch.object(parquet, "write", dies), self.assertRaises(KeyboardInterrupt):
			self.export()
		folder = self.group.below(SITE)
		self.assertEqual((before, []), (manifests.read(folder), manifests.damaged(folder, before)))
		written, after = self.export()
		whole, _manifest = self.export(self.empty_folder())
		self.assertLess(written.files, whole.files)
		changed = {file.path for file in after.files} - {file.path for file in before.files}
		self.assertEqual(len(changed) - 3, written.files)
		self.assertEqual([], manifests.damaged(folder, after))

	def test_files_that_no_kept_list_names_go_with_half_ones(self):
		change_settings(keep_days=0)
		_written, before = self.export()
		folder = self.group.below(SITE)
		with folder.system.open(folder.full("visits/x.part"), "wb") as file:
			file.write(b"half")
		frappe.db.delete(VISIT, {"settled_on": ["between", ["2002-05-01", "2002-06-01"]]})
		with patch.object(exporting, "datetime", Later):
			_written, after = self.export()
		kept = {path for path in folder.sizes() if path.endswith((".parquet", ".part"))}
		self.assertEqual({file.path for file in after.files}, kept)
		self.assertLess(len(after.files), len(before.files))
		self.assertEqual(1, sum(path.startswith("manifests/") for path in folder.sizes()))

	def test_earlier_exports_stay_for_the_days_of_the_settings(self):
		change_settings(keep_days=7)
		_written, before = self.export()
		frappe.db.delete(VISIT, {"settled_on": ["between", ["2002-05-01", "2002-06-01"]]})
		with patch.object(exporting, "datetime", Later):
			self.export()
		self.assertEqual([], manifests.damaged(self.group.below(SITE), before))

	def test_a_month_of_many_rows_is_read_a_page_at_a_time(self):
		_written, whole = self.export()
		with patch.object(source, "PAGE", 3), patch.object(parquet, "ROWS_OF_A_GROUP", 7):
			_written, paged = self.export(self.empty_folder())
		self.assertEqual([(file.path, file.rows) for file in whole.files], [(file.path, file.rows) for file in paged.files])

	def test_what_happens_today_is_given_tomorrow(self):
		put_row(VISIT, status="Settled", settled_on="2004-01-01 00:00:00", arrived_on="2004-01-01", dealership=self.stores[0], customer=self.customers[0])
		_written, today = self.export(as_of=date(2004, 1, 1))
		_written, tomorrow = self.export(as_of=date(2004, 1, 2))
		self.assertEqual(1, tomorrow.rows - today.rows)


class TestErased(GroupDataTestCase):
	def test_who_was_erased_leaves_under_another_pseudonym_and_counts_as_before(self):
		customer = self.customers[0]
		months = frappe.db.sql(f"select count(distinct year(settled_on) * 100 + month(settled_on)) from `tab{VISIT}` where customer = %s and status = 'Settled'", customer)[0][0]
		_written, before = self.export()
		frappe.db.set_value(CUSTOMER, customer, "erased_on", "2004-01-01 10:00:00")
		_written, after = self.export()
		changed = set(after.files) - set(before.files)
		self.assertEqual((months, before.rows), (sum(file.data_set == "visits" for file in changed), after.rows))
		was, now = Pseudonyms().of(PERSON, customer), Pseudonyms([customer]).of(PERSON, customer)
		folder = self.group.below(SITE)
		found = {file.path: self.pseudonyms_in(folder, file.path) for file in after.of("visits")}
		self.assertNotEqual(was, now)
		self.assertEqual((False, True), (any(was in names for names in found.values()), any(now in names for names in found.values())))

	def pseudonyms_in(self, folder, path: str) -> set:
		import pyarrow.parquet as pq

		return set(pq.read_table(folder.full(path), partitioning=None)["customer"].to_pylist())

	def test_another_key_writes_everything_anew(self):
		_written, before = self.export()
		with patch("crm4s.group_data.pseudonyms.keyed_hash", lambda text: text.ljust(32, "-").encode()[-32:]):
			written, _after = self.export()
		self.assertEqual(len(before.files), written.files)


class TestRun(GroupDataTestCase):
	def run_of_today(self) -> str:
		with patch.object(exporting, "own_folder", lambda: self.group.below(SITE)), patch.object(exporting, "site_title", lambda: SITE):
			return exporting.run()

	def test_a_run_says_what_it_did_and_who_had_data_leave(self):
		run = frappe.get_doc(RUN, self.run_of_today())
		manifest = manifests.read(self.group.below(SITE))
		self.assertEqual(("Done", 100, len(manifest.files), len(manifest.files), manifest.rows, manifest.mark), (run.status, run.progress_percent, run.files, run.files_written, run.row_count, run.mark))
		noted = frappe.get_all("C4S Access Log", {"document": run.name}, ["action", "document_type", "row_count"], as_list=True)
		self.assertEqual([("Exported", RUN, manifest.rows)], [tuple(row) for row in noted])

	def test_a_set_that_is_not_given_stays(self):
		change_settings(give_deals=0)
		self.run_of_today()
		self.assertEqual({"stores", "visits", "costs", "cars"}, {file.data_set for file in manifests.read(self.group.below(SITE)).files})

	def test_what_goes_wrong_stands_in_the_run(self):
		with patch.object(parquet, "write", side_effect=OSError("disk full")), self.assertRaises(OSError):
			self.run_of_today()
		run = frappe.get_last_doc(RUN, {"status": "With Errors"})
		self.assertEqual("OSError: disk full", run.error)

	def test_nothing_leaves_a_site_that_was_not_asked_for_it(self):
		change_settings(enabled=0)
		before = frappe.db.count(RUN)
		jobs.run_nightly()
		self.assertEqual(before, frappe.db.count(RUN))

	def test_a_set_s_columns_name_fields_that_are_there(self):
		self.assertEqual(["settled_on"], [VISITS.moment])
		for data_set in ALL:
			for index, _terms in data_set.compared:
				if index:
					self.assertTrue(frappe.db.sql(f"show index from `tab{data_set.doctype}` where Key_name = %s", index))


class Later(datetime):
	"""A clock that is a minute ahead, so that two exports of one test are told apart."""

	@classmethod
	def now(cls, tz=None):
		return super().now(tz) + timedelta(minutes=1)
