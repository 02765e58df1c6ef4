"""What a site's files are: one list, written when all of them are there. Readers follow it, so they see a whole export or the one before. Pure.

A file of its own, `manifest.json`, says what holds now; each night's list is kept beside it for as long as its files are.
"""

import hashlib
import json
import re
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta

from crm4s.group_data.data_sets import SCHEMA_VERSION
from crm4s.group_data.folders import PART, Folder

CURRENT, EARLIER = "manifest.json", "manifests"
STAMP = "%Y%m%dT%H%M%SZ"
TITLE = re.compile(r"\w[\w.-]{0,59}")
PATH = re.compile(r"[a-z]+/[0-9a-z-]+/[0-9a-f]{16}\.parquet")


class UnreadableManifestError(ValueError):
	"""It is not one of ours, or of a version that this app does not know."""


@dataclass(frozen=True)
class DataFile:
	data_set: str
	path: str
	rows: int
	bytes: int
	sha256: str


@dataclass(frozen=True)
class Manifest:
	"""One export of a site.

	Attributes:
		as_of: the first day whose dealings are not in it.
		written_at: UTC, as in the name of its list.
		mark: SHA-256 of the list.
	"""

	site: str
	as_of: date
	written_at: str
	files: tuple[DataFile, ...]
	mark: str = ""

	def of(self, data_set: str) -> list[DataFile]:
		return [file for file in self.files if file.data_set == data_set]

	@property
	def rows(self) -> int:
		return sum(file.rows for file in self.files)

	@property
	def bytes(self) -> int:
		return sum(file.bytes for file in self.files)


def is_title(title: str) -> bool:
	"""Whether a site may be called so: its files lie in a folder of this name."""
	return bool(TITLE.fullmatch(title)) and not title.endswith(".")


def read(folder: Folder) -> Manifest | None:
	"""What holds now; None where nothing was exported yet.

	Raises:
		UnreadableManifestError: it is broken, leads elsewhere, or is of another version.
	"""
	content = folder.read(CURRENT)
	return None if content is None else parse(content)


def parse(content: bytes) -> Manifest:
	try:
		found = json.loads(content)
		if found["schema_version"] != SCHEMA_VERSION:
			raise UnreadableManifestError(f"schema version {found['schema_version']}")
		files = tuple(DataFile(**file) for file in found["files"])
		manifest = Manifest(str(found["site"]), date.fromisoformat(found["as_of"]), str(found["written_at"]), files, hashlib.sha256(content).hexdigest())
	except UnreadableManifestError:
		raise
	except (ValueError, KeyError, TypeError) as error:
		raise UnreadableManifestError(str(error)) from error
	# Others wrote it: a path that leads out of the site's folder is no path.
	if not is_title(manifest.site) or not all(isinstance(file.path, str) and PATH.fullmatch(file.path) for file in files):
		raise UnreadableManifestError("a path leads elsewhere")
	return manifest


def write(folder: Folder, manifest: Manifest) -> Manifest:
	"""Write it beside the files, then as what holds now."""
	said = {"schema_version": SCHEMA_VERSION, **{key: value for key, value in asdict(manifest).items() if key != "mark"}, "as_of": str(manifest.as_of)}
	content = json.dumps(said, indent=1, ensure_ascii=False).encode()
	folder.write(f"{EARLIER}/{manifest.written_at}.json", content)
	folder.write(CURRENT, content)
	return parse(content)


def remove_old(folder: Folder, now: datetime, keep_days: int) -> int:
	"""Take away lists that are older than `keep_days`, and all files that none of the others names; how many files went.

	For the one who writes into the folder, with nobody else at it.
	"""
	current, sizes = read(folder), folder.sizes()
	if not current:
		return 0
	oldest = (now - timedelta(days=keep_days)).strftime(STAMP)
	lists = [path for path in sizes if path.startswith(f"{EARLIER}/") and path.endswith(".json")]
	kept = [path for path in lists if path[len(EARLIER) + 1 : -len(".json")] >= oldest or path == f"{EARLIER}/{current.written_at}.json"]
	named = {file.path for file in current.files}
	for path in kept:
		named.update(file.path for file in _parsed(folder, path))
	old = [path for path in sizes if (path.endswith(".parquet") and path not in named) or path.endswith(PART)]
	# The lists first: none that is there names a file that is not.
	folder.remove([path for path in lists if path not in kept])
	folder.remove(old)
	return len(old)


def _parsed(folder: Folder, path: str) -> tuple[DataFile, ...]:
	try:
		return parse(folder.read(path) or b"").files
	except UnreadableManifestError:
		return ()


def damaged(folder: Folder, manifest: Manifest) -> list[str]:
	"""Paths of files that are missing or hold something else than was written; reads all of them."""
	sizes = folder.sizes()
	return [file.path for file in manifest.files if sizes.get(file.path) != file.bytes or folder.sha256(file.path) != file.sha256]
