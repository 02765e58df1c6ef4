"""Files in a folder of this machine or of an object store, through fsspec: each is there whole or not at all."""

import hashlib
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

PART = ".part"
READ_AT_ONCE = 2**20


class Folder:
	"""A folder in a file system of fsspec; paths are relative to it."""

	def __init__(self, system: Any, root: str):
		self.system = system
		self.root = root.rstrip("/")

	def below(self, name: str) -> "Folder":
		return Folder(self.system, self.full(name))

	def full(self, path: str) -> str:
		return f"{self.root}/{path}"

	def sizes(self) -> dict[str, int]:
		"""The files in it and below, with their bytes; one look. Empty where the folder is not there yet."""
		try:
			self.system.invalidate_cache()
			found = self.system.find(self.root, detail=True)
		except FileNotFoundError:
			return {}
		start = len(self.system._strip_protocol(self.root)) + 1
		return {path[start:]: entry["size"] for path, entry in found.items()}

	def names(self) -> list[str]:
		"""The folders in it."""
		try:
			self.system.invalidate_cache()
			entries = self.system.ls(self.root, detail=True)
		except FileNotFoundError:
			return []
		return sorted(entry["name"].rstrip("/").rsplit("/", 1)[-1] for entry in entries if entry["type"] == "directory")

	def read(self, path: str) -> bytes | None:
		"""What a file holds; None where it is not there."""
		try:
			with self.system.open(self.full(path), "rb") as file:
				return file.read()
		except FileNotFoundError:
			return None

	@contextmanager
	def writing(self, path: str) -> Iterator["Counted"]:
		"""A file to write into. It gets its name at the end of the block; after an error it is gone."""
		full = self.full(path)
		temporary = f"{full}.{secrets.token_hex(4)}{PART}"
		self.system.makedirs(full.rsplit("/", 1)[0], exist_ok=True)
		try:
			with self.system.open(temporary, "wb") as file:
				counted = Counted(file)
				yield counted
			self.system.mv(temporary, full)
		except BaseException:
			if self.system.exists(temporary):
				self.system.rm_file(temporary)
			raise

	def write(self, path: str, content: bytes) -> None:
		with self.writing(path) as file:
			file.write(content)

	def remove(self, paths: list[str]) -> None:
		for path in paths:
			self.system.rm_file(self.full(path))

	def sha256(self, path: str) -> str:
		digest = hashlib.sha256()
		with self.system.open(self.full(path), "rb") as file:
			while piece := file.read(READ_AT_ONCE):
				digest.update(piece)
		return digest.hexdigest()


class Counted:
	"""A file that is only written, in order, with the count and the checksum of what was written."""

	mode, closed = "wb", False

	def __init__(self, file: Any):
		self._file, self._digest, self.size = file, hashlib.sha256(), 0

	def write(self, piece: Any) -> int:
		piece = bytes(piece)
		self._digest.update(piece)
		self.size += len(piece)
		self._file.write(piece)
		return len(piece)

	def tell(self) -> int:
		return self.size

	def flush(self) -> None:
		"""Written when the block ends."""

	def close(self) -> None:
		"""Whoever opened it closes it."""

	def writable(self) -> bool:
		return True

	def readable(self) -> bool:
		return False

	def seekable(self) -> bool:
		return False

	@property
	def sha256(self) -> str:
		return self._digest.hexdigest()
