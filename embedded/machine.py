"""What the machine must have, and how it gets there: from Debian's packages where we are root, else by a sentence."""

import os
import re
import shutil
import socket
import subprocess
from contextlib import contextmanager
from pathlib import Path

from . import services
from .console import Refusal

# A program that must be found → the Debian package that brings it.
PROGRAMS = {
	("mariadbd", "mysqld"): "mariadb-server",
	("mariadb-install-db", "mysql_install_db"): "mariadb-server",
	("mysql", "mariadb"): "mariadb-client",
	("redis-server",): "redis-server",
	("wkhtmltopdf",): "wkhtmltopdf",
}
TEST_PROGRAMS = {("chromium-headless-shell", "chromium"): "chromium-headless-shell"}
# Libraries have no program to look for: WeasyPrint draws with Pango, PDF and pictures need Chinese letters.
LIBRARIES = {
	"libpangoft2-1.0.so.0": "libpangoft2-1.0-0",
	"libpango-1.0.so.0": "libpango-1.0-0",
	"libcairo.so.2": "libcairo2",
}
CHINESE_FONT = "fonts-wqy-microhei"
# A program without which work goes on, only poorer.
OPTIONAL = {"wkhtmltopdf"}
NEEDED_DISK = 3 * 2**30


def check_node() -> None:
	node = shutil.which("node")
	version = subprocess.run([node, "--version"], capture_output=True, text=True).stdout if node else ""
	major = re.match(r"v(\d+)", version)
	if not major or int(major.group(1)) < 20:
		raise Refusal(f"CRM4S needs Node.js 20 or newer, found {version.strip() or 'none'}: install it, then start again.")
	if not shutil.which("npm"):
		raise Refusal("CRM4S needs npm beside Node.js: install it, then start again.")


def check_git() -> None:
	if not shutil.which("git"):
		raise Refusal("CRM4S needs git: install it, then start again.")


def check_disk(folder: Path) -> None:
	while not folder.exists():
		folder = folder.parent
	free = shutil.disk_usage(folder).free
	if free < NEEDED_DISK:
		raise Refusal(
			f"Only {free / 2**30:.1f} GB are free on the disk of {folder}, a first start needs {NEEDED_DISK / 2**30:.0f} GB: "
			"free some, then start again."
		)


def check_port(port: int) -> None:
	with socket.socket() as probe:
		probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
		try:
			probe.bind(("127.0.0.1", port))
		except OSError:
			raise Refusal(f"Port {port} is taken by another program: start with another one, for instance --port {port + 1}.")


def missing_packages(testing: bool) -> list[str]:
	"""Debian packages of what is not found on this machine, without doubles."""
	wanted = PROGRAMS | (TEST_PROGRAMS if testing else {})
	packages = [package for names, package in wanted.items() if not _has_program(names)]
	packages += [package for library, package in LIBRARIES.items() if not _has_library(library)]
	if not _has_chinese_font():
		packages.append(CHINESE_FONT)
	if not _has_venv():
		packages.append("python3-venv")
	return list(dict.fromkeys(packages))


def _has_program(names: tuple[str, ...]) -> bool:
	try:
		services.binary(*names)
	except FileNotFoundError:
		return False
	return True


def _has_library(name: str) -> bool:
	folders = ("/usr/lib", "/usr/lib64", "/lib", "/usr/local/lib")
	return any(next(Path(folder).rglob(name), None) for folder in folders if Path(folder).is_dir())


def _has_chinese_font() -> bool:
	fonts = ("*CJK*", "wqy*", "*SourceHan*", "*uming*", "*ukai*", "*PingFang*")
	folder = Path("/usr/share/fonts")
	return folder.is_dir() and any(next(folder.rglob(font), None) for font in fonts)


def _has_venv() -> bool:
	try:
		import ensurepip  # noqa: F401  Debian ships it apart
		import venv  # noqa: F401
	except ImportError:
		return False
	return True


def install_packages(packages: list[str]) -> None:
	"""Install Debian packages without letting them start services of their own."""
	needed = [package for package in packages if package not in OPTIONAL]
	if os.geteuid() != 0 or not shutil.which("apt-get"):
		if not needed or needed == [CHINESE_FONT]:
			return
		raise Refusal(
			"Some programs are missing and only root may install them: run `apt-get install "
			+ " ".join(packages)
			+ "` as root, or name the programs in CRM4S_MARIADBD, CRM4S_MARIADB_INSTALL_DB, CRM4S_MYSQL and "
			"CRM4S_REDIS_SERVER, then start again."
		)
	with services_kept_still():
		if not _apt("install", "--no-install-recommends", *packages):
			# The package lists may be old or missing.
			if not _apt("update") or not _apt("install", "--no-install-recommends", *packages):
				raise Refusal(
					f"Debian's packages {' '.join(packages)} could not be installed: check the network and "
					"`apt-get update`, then start again."
				)


def _apt(*words: str) -> bool:
	environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
	command = ["apt-get", "-q", "-y", "-o", "DPkg::Lock::Timeout=120", *words]
	return subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode == 0


@contextmanager
def services_kept_still():
	"""Debian's database packages start a server when installed; we run our own, so theirs stays off."""
	policy = Path("/usr/sbin/policy-rc.d")
	if policy.exists():
		yield
		return
	policy.write_text("#!/bin/sh\nexit 101\n")
	policy.chmod(0o755)
	try:
		yield
	finally:
		policy.unlink(missing_ok=True)
