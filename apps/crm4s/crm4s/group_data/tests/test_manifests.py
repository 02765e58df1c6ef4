import json
import unittest
from datetime import date, datetime, timedelta, timezone

import fsspec

from crm4s.group_data import manifests
from crm4s.group_data.data_sets import SCHEMA_VERSION
from crm4s.group_data.folders import PART, Folder
from crm4s.group_data.manifests import DataFile, Manifest, UnreadableManifestError

NAME = "0123456789abcdef"


class TestManifests(unittest.TestCase):
	"""Files in the memory of this process: a store that has no rename of its own, as object stores have none."""

	def setUp(self):
		system = fsspec.filesystem("memory")
		self.folder = Folder(system, "/group/east")
		self.addCleanup(lambda: system.exists("/group") and system.rm("/group", recursive=True))

	def put(self, path: str, content: bytes = b"rows") -> DataFile:
		with self.folder.writing(path) as file:
			file.write(content)
		return DataFile(path.split("/")[0], path, 4, file.size, file.sha256)

	def said(self, **changes) -> bytes:
		file = {"data_set": "visits", "path": f"visits/2026-11/{NAME}.parquet", "rows": 1, "bytes": 4, "sha256": "0"}
		files = [{**file, **changes.pop("file", {})}]
		return json.dumps({"schema_version": SCHEMA_VERSION, "site": "east", "as_of": "2026-11-23", "written_at": "20261123T000000Z", "files": files, **changes}).encode()

	def test_a_file_has_its_name_when_it_is_whole(self):
		with self.assertRaises(ZeroDivisionError), self.folder.writing("visits/a.parquet") as file:
			file.write(b"half")
			self.assertTrue(all(path.endswith(PART) for path in self.folder.sizes()))
			raise ZeroDivisionError
		self.assertEqual({}, self.folder.sizes())
		self.put("visits/a.parquet")
		self.assertEqual({"visits/a.parquet": 4}, self.folder.sizes())

	def test_what_was_written_is_read_and_damage_is_found(self):
		files = tuple(self.put(f"visits/{month}/{NAME}.parquet") for month in ("2026-10", "2026-11"))
		written = manifests.write(self.folder, Manifest("east", date(2026, 11, 23), "20261123T010203Z", files))
		self.assertEqual(written, manifests.read(self.folder))
		self.assertEqual([], manifests.damaged(self.folder, written))
		self.folder.write(files[0].path, b"ROWS")
		self.folder.remove([files[1].path])
		self.assertEqual([file.path for file in files], manifests.damaged(self.folder, written))

	def test_a_list_that_leads_elsewhere_or_is_of_another_version_is_refused(self):
		self.assertEqual("east", manifests.parse(self.said()).site)
		for changes in (
			*({"file": {"path": path}} for path in ("../west/visits/a.parquet", f"visits/../../{NAME}.parquet", "/etc/passwd", f"s3://x/{NAME}.parquet")),
			*({"site": "../west"}, {"site": "a'; drop"}, {"schema_version": SCHEMA_VERSION + 1}, {"files": None}, {"as_of": "soon"}, {"file": {"more": 1}}),
		):
			with self.subTest(changes), self.assertRaises(UnreadableManifestError):
				manifests.parse(self.said(**changes))
		for content in (b"", b"[]", b"{", b"\xff"):
			with self.subTest(content), self.assertRaises(UnreadableManifestError):
				manifests.parse(content)

	def test_files_stay_as_long_as_a_list_that_is_kept_names_them(self):
		now = datetime(2026, 11, 23, 3, tzinfo=timezone.utc)
		for age, month in ((20, "2026-08"), (5, "2026-09"), (0, "2026-10")):
			file = self.put(f"visits/{month}/{NAME}.parquet")
			manifests.write(self.folder, Manifest("east", date(2026, 11, 23), (now - timedelta(days=age)).strftime(manifests.STAMP), (file,)))
		self.assertEqual(1, manifests.remove_old(self.folder, now, 7))
		self.assertEqual(["2026-09", "2026-10"], sorted(path.split("/")[1] for path in self.folder.sizes() if path.endswith(".parquet")))
		self.assertEqual(0, manifests.remove_old(self.folder, now, 7))

	def test_the_newest_list_stays_however_old_it_is(self):
		file = self.put(f"visits/2026-10/{NAME}.parquet")
		manifests.write(self.folder, Manifest("east", date(2026, 11, 23), "20200101T000000Z", (file,)))
		self.assertEqual(0, manifests.remove_old(self.folder, datetime(2026, 11, 23, tzinfo=timezone.utc), 7))
		self.assertEqual([], manifests.damaged(self.folder, manifests.read(self.folder)))
