"""Bring Frappe 15 in: one wheel by version and hash, its original names restored, our patches applied.

The wheel is the only package of the Python registry that holds the whole of Frappe 15's source. Its authors changed the
framework's name throughout; `RENAMES` turns the text and the file names back, so that an app imports plain `frappe` here
as in any bench. Why, and what the risks are: docs/decisions/embedded-frappe.md.
"""

import hashlib
import os
import re
import shutil
import subprocess
import zipfile
from pathlib import Path

from . import layout
from .console import Refusal

PACKAGE = "criscostack"
VERSION = "1.0.0"
WHEEL = f"{PACKAGE}-{VERSION}-py3-none-any.whl"
SHA256 = "dc58aaf29c59b7666edc953596e5b31f77d7286b2ed6b14c6a205b217c210349"

# Order matters: the longer name contains the shorter one.
RENAMES = (
	("criscostack", "frappe"),
	("Criscostack", "Frappe"),
	("CRISCOSTACK", "FRAPPE"),
	("criscoerp", "erpnext"),
	("Criscoerp", "ERPNext"),
	("Crisco", "Frappe"),
	("brik_helper", "bench_helper"),
)
_NAME = re.compile("|".join(re.escape(old) for old, _ in RENAMES))
_NEW_NAME = dict(RENAMES)


def restore_names(text: str) -> str:
	"""Return `text` with the framework's original names."""
	return _NAME.sub(lambda match: _NEW_NAME[match.group()], text)


def sha256(path: Path) -> str:
	with open(path, "rb") as file:
		return hashlib.file_digest(file, "sha256").hexdigest()


def verify(wheel: Path) -> None:
	"""Refuse a wheel whose content is not the one that was examined."""
	found = sha256(wheel)
	if found != SHA256:
		wheel.unlink()
		raise Refusal(
			f"The downloaded {WHEEL} is not the file that was examined (sha256 {found[:12]}…, wanted {SHA256[:12]}…); "
			"it was deleted: check which package index pip uses, then start again."
		)


def unpack(wheel: Path, target: Path) -> int:
	"""Write the wheel's package with restored names below `target`; return the number of files."""
	count = 0
	with zipfile.ZipFile(wheel) as archive:
		for entry in archive.infolist():
			if entry.is_dir() or not entry.filename.startswith(PACKAGE + "/"):
				continue
			path = target / restore_names(entry.filename)
			if not path.resolve().is_relative_to(target.resolve()):
				raise Refusal(f"The wheel holds a file outside its own folder ({entry.filename}); it is not used.")
			path.parent.mkdir(parents=True, exist_ok=True)
			path.write_bytes(_restore_content(archive.read(entry)))
			count += 1
	return count


def _restore_content(content: bytes) -> bytes:
	try:
		return restore_names(content.decode()).encode()
	except UnicodeDecodeError:  # pictures, fonts, sounds
		return content


def patches() -> list[Path]:
	return sorted((layout.EMBEDDED / "patches").glob("*.patch"))


def apply_patches(target: Path) -> None:
	"""Apply every patch below `target`, loudly: one that does not fit stops the set-up."""
	# Without the ceiling git would take the surrounding repository for the patch's own and skip ignored files silently.
	environment = os.environ | {"GIT_CEILING_DIRECTORIES": str(target.parent)}
	for patch in patches():
		done = subprocess.run(
			["git", "apply", "--whitespace=nowarn", str(patch)],
			cwd=target,
			env=environment,
			capture_output=True,
			text=True,
		)
		if done.returncode:
			raise Refusal(f"The patch {patch.name} does not fit Frappe's source: {done.stderr.strip()}")


def fingerprint() -> str:
	"""Changes whenever the restored source would."""
	digest = hashlib.sha256(SHA256.encode())
	for path in (Path(__file__), *patches()):
		digest.update(path.name.encode() + path.read_bytes())
	return digest.hexdigest()


def restore(wheel: Path) -> int:
	"""Replace the installed framework by a fresh one, whole or not at all; return its number of files."""
	verify(wheel)
	fresh = layout.FRAMEWORK.with_name("frappe.new")
	shutil.rmtree(fresh, ignore_errors=True)
	count = unpack(wheel, fresh)
	apply_patches(fresh)
	shutil.rmtree(layout.FRAMEWORK, ignore_errors=True)
	fresh.rename(layout.FRAMEWORK)
	return count
