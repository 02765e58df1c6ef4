"""Pack a site into one file, and unpack it again. Runs in Frappe's own Python; what to do comes by standard input, so `ps` shows no secret.

A packed site is a tar archive, sealed with age to a public key: database.sql.gz, files/ (the site's folder without its logs), secrets.json, and at
its end manifest.json with the SHA-256 of each part and the rows and check sum of each table, taken in the very snapshot that was dumped.
"""

import gzip
import hashlib
import io
import json
import os
import shutil
import subprocess
import sys
import tarfile
import threading
import time
from contextlib import closing, suppress
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, BinaryIO

import pymysql
import pyrage

DUMP, MANIFEST, SECRETS, FILES = "database.sql.gz", "manifest.json", "secrets.json", "files"
# What a restored site makes anew.
NOT_KEPT = ("logs", "locks", "private/backups", "task-logs")
PIECE = 1 << 20
# Whoever writes waits so long at most while the snapshot begins.
LONGEST_PAUSE_SECONDS = 20
WAITED_TOO_LONG = (1205, 1969)
TOO_BUSY = "the database was too busy to be dumped; try again in a quieter hour"
# The program begins its transaction, then writes this.
FIRST_TABLE = b"-- Table structure for table"
DAMAGED = "the file is damaged or not whole"


def main() -> None:
	request = json.load(sys.stdin)
	work = {"pack": pack, "unpack": unpack, "sums": sums, "key": key}[request.pop("work")]
	try:
		print("RESULT " + json.dumps(work(**request)))
	except (BadArchiveError, pyrage.DecryptError, pyrage.IdentityError, pymysql.Error, tarfile.TarError, EOFError) as error:
		sys.exit(_sentence(error))


class BadArchiveError(Exception):
	"""The file is not what was packed; the text says what is wrong."""


def _sentence(error: Exception) -> str:
	if isinstance(error, pyrage.DecryptError):
		return "the file was sealed for another key, or it is damaged"
	if isinstance(error, pyrage.IdentityError):
		return "the key file holds no key"
	if isinstance(error, tarfile.TarError | EOFError):
		return DAMAGED
	if isinstance(error, pymysql.Error) and error.args[0] in WAITED_TOO_LONG:
		return TOO_BUSY
	return str(error)


def key() -> dict:
	"""A new pair of keys: who has `public` seals, who has `private` opens."""
	identity = pyrage.x25519.Identity.generate()
	return {"public": str(identity.to_public()), "private": str(identity)}


# Packing


def pack(site_folder: str, secrets: str, database: dict, dump: list[str], target: str, public: str | None, about: dict) -> dict:
	"""Write the site into `target`; the manifest without its lists.

	Args:
		database: how to reach the server as its administrator: port, password and name of the database.
		dump: command line of the program that dumps, which takes the password from MYSQL_PWD.
		public: the key to which the file is sealed; None leaves it open.
	"""
	part = Path(target + ".part")
	dumped = Path(target + ".sql.gz")
	try:
		tables = _dump(database, dump, dumped)
		manifest = {**about, "made_on": datetime.now(timezone.utc).isoformat(timespec="seconds"), "tables": tables, "parts": {}}
		with open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
			_write(file, public, lambda archive: _fill(archive, manifest, dumped, Path(secrets), Path(site_folder)))
			file.flush()
			os.fsync(file.fileno())
		part.replace(target)
	finally:
		for left in (part, dumped):
			left.unlink(missing_ok=True)
	return {"tables": len(tables), "rows": sum(table["rows"] for table in tables.values()), "parts": len(manifest["parts"]), "bytes": Path(target).stat().st_size}


def _dump(database: dict, command: list[str], target: Path) -> dict[str, dict]:
	"""Dump the database, and count the rows of each table in the same snapshot."""
	with closing(_connect(database)) as gate, closing(_connect(database)) as counter:
		run(gate, f"set session lock_wait_timeout = {LONGEST_PAUSE_SECONDS}")
		run(gate, "flush tables with read lock")
		environment = {**os.environ, "MYSQL_PWD": database["password"]}
		with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment) as dump:
			failed, begun = [], threading.Event()
			writer = threading.Thread(target=_compress, args=(dump.stdout, target, begun))
			listener = threading.Thread(target=lambda: failed.append(dump.stderr.read()))
			for thread in (writer, listener):
				thread.start()
			run(counter, "start transaction with consistent snapshot")
			_wait_for_snapshot(begun, dump)
			run(gate, "unlock tables")
			tables = _sums(counter, database["name"])
			for thread in (writer, listener):
				thread.join()
		if dump.returncode:
			raise BadArchiveError(f"the database could not be dumped: {failed[0].decode(errors='replace').strip()}")
	return tables


def _wait_for_snapshot(begun: threading.Event, dump: subprocess.Popen) -> None:
	"""Until the program that dumps has its snapshot, nobody writes; so both see the same rows."""
	deadline = time.monotonic() + LONGEST_PAUSE_SECONDS
	while not begun.wait(0.01) and dump.poll() is None:
		if time.monotonic() > deadline:
			dump.kill()
			raise BadArchiveError(TOO_BUSY)


def _compress(source: BinaryIO, target: Path, begun: threading.Event) -> None:
	"""Write what is dumped into `target`, and tell when the first table comes: its snapshot was taken before that."""
	start = b""
	with open(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file, gzip.GzipFile("", "wb", 5, file, 0) as packed:
		while piece := source.read1(PIECE):
			packed.write(piece)
			if not begun.is_set():
				start += piece
				if FIRST_TABLE in start:
					begun.set()


def _fill(archive: tarfile.TarFile, manifest: dict, dumped: Path, secrets: Path, site_folder: Path) -> None:
	_add(archive, manifest, DUMP, dumped)
	_add(archive, manifest, SECRETS, secrets)
	for path in sorted(site_folder.rglob("*")):
		inside = path.relative_to(site_folder).as_posix()
		if path.is_file() and not path.is_symlink() and not any(inside == name or inside.startswith(name + "/") for name in NOT_KEPT):
			# A file that goes away just now was deleted by somebody.
			with suppress(FileNotFoundError):
				_add(archive, manifest, f"{FILES}/{inside}", path)
	text = json.dumps(manifest, ensure_ascii=False).encode()
	archive.addfile(_member(MANIFEST, len(text)), io.BytesIO(text))


def _add(archive: tarfile.TarFile, manifest: dict, name: str, path: Path) -> None:
	"""A part as it is now: what grows meanwhile is kept as long as it was."""
	with open(path, "rb") as file:
		size = os.fstat(file.fileno()).st_size
		source = _Hashing(file, size)
		archive.addfile(_member(name, size), source)
	manifest["parts"][name] = source.digest.hexdigest()


def _member(name: str, size: int) -> tarfile.TarInfo:
	member = tarfile.TarInfo(name)
	member.size, member.mode, member.mtime = size, 0o600, int(time.time())
	return member


class _Hashing:
	"""Reads a file and hashes what it read."""

	def __init__(self, file: BinaryIO, size: int):
		self.file, self.left, self.digest = file, size, hashlib.sha256()

	def read(self, size: int = -1) -> bytes:
		piece = self.file.read(self.left if size < 0 else min(size, self.left))
		self.left -= len(piece)
		self.digest.update(piece)
		return piece


def _write(file: BinaryIO, public: str | None, fill) -> None:
	"""The archive into `file`, sealed on its way."""
	if not public:
		with tarfile.open(fileobj=file, mode="w|") as archive:
			fill(archive)
		return
	outlet, inlet = os.pipe()
	sealing = _Thread(lambda: pyrage.encrypt_io(os.fdopen(outlet, "rb"), file, [pyrage.x25519.Recipient.from_str(public)]))
	sealing.start()
	with os.fdopen(inlet, "wb") as stream, tarfile.open(fileobj=stream, mode="w|") as archive:
		fill(archive)
	sealing.end()


class _Thread(threading.Thread):
	"""Whose error is ours."""

	def __init__(self, work):
		super().__init__(daemon=True)
		self.work, self.error = work, None

	def run(self) -> None:
		try:
			self.work()
		except BaseException as error:
			self.error = error

	def end(self) -> None:
		self.join()
		if self.error:
			raise self.error


# Unpacking


def unpack(source: str, private: str | None, target: str) -> dict:
	"""Put the parts into the folder `target`, each proven to be what was packed; the manifest.

	Raises:
		BadArchiveError: a part is missing, changed, or too much.
	"""
	folder = Path(target)
	folder.mkdir(mode=0o700, parents=True)
	with open(source, "rb") as file:
		sealed = file.read(len(SEAL)) == SEAL
		file.seek(0)
		if sealed and not private:
			raise BadArchiveError("the file is sealed: name its key with --key")
		_read(file, private if sealed else None, lambda archive: _extract(archive, folder))
	return _proven(folder)


SEAL = b"age-encryption.org/v1"


def _extract(archive: tarfile.TarFile, folder: Path) -> None:
	"""Files only, and nowhere but below the folder."""
	for member in archive:
		path = folder / member.name
		if not member.isfile() or ".." in path.parts or not path.is_relative_to(folder):
			raise BadArchiveError(f"the file holds a part that no backup has, {member.name}")
		path.parent.mkdir(parents=True, exist_ok=True)
		with archive.extractfile(member) as source, open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as target:
			shutil.copyfileobj(source, target, PIECE)


def _read(file: BinaryIO, private: str | None, take) -> None:
	if not private:
		with tarfile.open(fileobj=file, mode="r|") as archive:
			take(archive)
		return
	identity = pyrage.x25519.Identity.from_str(next((line for line in private.split() if line.startswith("AGE-SECRET-KEY-")), ""))
	outlet, inlet = os.pipe()

	def open_seal() -> None:
		with os.fdopen(inlet, "wb") as stream:
			try:
				pyrage.decrypt_io(file, stream, [identity])
			except BrokenPipeError:
				# Who reads has found something wrong, and says what.
				pass
			except OSError as error:
				if error.errno:
					raise
				raise BadArchiveError(DAMAGED) from error

	opening = _Thread(open_seal)
	opening.start()
	stream = os.fdopen(outlet, "rb")
	try:
		with stream, tarfile.open(fileobj=stream, mode="r|") as archive:
			take(archive)
			# To the end, so that a damaged end is seen.
			while stream.read(PIECE):
				pass
	except (tarfile.TarError, EOFError):
		opening.end()
		raise
	opening.end()


def _proven(folder: Path) -> dict:
	listed = folder / MANIFEST
	if not listed.exists():
		raise BadArchiveError("the file is not whole: it has no list of its parts")
	manifest = json.loads(listed.read_text())
	found = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()} - {MANIFEST}
	wrong = sorted(found ^ manifest["parts"].keys()) or sorted(name for name in found if _digest(folder / name) != manifest["parts"][name])
	if wrong:
		raise BadArchiveError(f"{len(wrong)} parts differ from what was packed, the first is {wrong[0]}")
	return manifest


def _digest(path: Path) -> str:
	with open(path, "rb") as file:
		return hashlib.file_digest(file, "sha256").hexdigest()


# Counting


def sums(database: dict) -> dict[str, dict]:
	"""Rows and check sum of each table as it is now."""
	with closing(_connect(database)) as connection:
		return _sums(connection, database["name"])


def _sums(connection, name: str) -> dict[str, dict]:
	"""By table. MariaDB's own check sum is over all columns of all rows, whatever their order.

	The framework's search index knows no snapshots: it is dumped, but may have gone on meanwhile.
	"""
	tables = run(
		connection,
		"select table_name from information_schema.tables where table_schema = %s and table_type = 'BASE TABLE' and engine = 'InnoDB' order by table_name",
		name,
	)
	found = {}
	for (table,) in tables:
		quoted = f"`{name}`.`{table}`"
		found[table] = {"rows": run(connection, f"select count(*) from {quoted}")[0][0], "sum": run(connection, f"checksum table {quoted} extended")[0][1]}
	return found


def _connect(database: dict):
	return pymysql.connect(
		host="127.0.0.1", port=database["port"], user="root", password=database["password"], database=database["name"], charset="utf8mb4", ssl_disabled=True
	)


def run(connection, statement: str, *values: Any) -> tuple:
	with connection.cursor() as cursor:
		cursor.execute(statement, values)
		return cursor.fetchall()


if __name__ == "__main__":
	main()
