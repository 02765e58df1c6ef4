"""The site of an instance: made once, brought up to date when the app changed, filled with the demo group when wanted."""

import json
import os
import shutil
import subprocess

from . import framework, layout
from .console import Refusal, step
from .instance import Instance
from .processes import bench_command, frappe_environment
from .setup import file_digest

MIGRATED = ".migrated"
DEMO = ".demo"


def app_fingerprint() -> str:
	return file_digest(layout.APP / "crm4s") + framework.fingerprint()


def ensure(instance: Instance) -> bool:
	"""Make the site, or migrate it when the app changed since; return whether it was made."""
	marker = instance.site_folder / MIGRATED
	fingerprint = app_fingerprint()
	if not marker.exists():
		with step("Site with Frappe and CRM4S"):
			make(instance)
		marker.write_text(fingerprint)
		return True
	if marker.read_text() != fingerprint:
		with step("Site brought up to this version"):
			run(instance, bench_command("--site", instance.site, "migrate"), "The site could not be migrated")
			run(instance, bench_command("--site", instance.site, "clear-cache"), "The cache could not be cleared")
		marker.write_text(fingerprint)
	return False


def make(instance: Instance) -> None:
	"""Make the site from nothing. What a killed attempt left is dropped: it never became usable."""
	shutil.rmtree(instance.site_folder, ignore_errors=True)
	request = {
		"site": instance.site,
		"database_password": instance.secrets["database"],
		"database_port": instance.ports["database"],
		"administrator_password": instance.secrets["administrator"],
		"testing": not instance.durable,
	}
	run(
		instance,
		[str(layout.PYTHON), "-m", "embedded.inside.new_site"],
		"The site could not be made",
		text=json.dumps(request),
	)


def ensure_demo(instance: Instance) -> None:
	"""Fill the site with the demo group once. A killed attempt is continued by the generator, which is idempotent."""
	marker = instance.site_folder / DEMO
	if marker.exists():
		return
	with step("Demo group: 3 stores, 18 months of history") as shown:
		run(
			instance,
			[str(layout.PYTHON), "-m", "embedded.inside.demo"],
			"The demo data could not be made",
			text=json.dumps({"site": instance.site, "password": instance.secrets["demo"]}),
			progress=shown.note,
		)
	marker.touch()


def set_language(instance: Instance, language: str) -> None:
	"""Language of people who have not chosen one, and of the login page."""
	run(
		instance,
		[str(layout.PYTHON), "-m", "embedded.inside.language"],
		"The language could not be set",
		text=json.dumps({"site": instance.site, "language": language}),
	)


def run(instance: Instance, command: list[str], sentence: str, text: str = "", progress=None) -> None:
	"""Run a command in the sites folder; its output goes to a log, its `PROGRESS …` lines to `progress`."""
	log = instance.logs / "setup.log"
	with open(log, "a") as output:
		process = subprocess.Popen(
			command,
			cwd=instance.sites,
			env=frappe_environment(instance) | {"PYTHONUNBUFFERED": "1"},
			stdin=subprocess.PIPE,
			stdout=subprocess.PIPE,
			stderr=subprocess.STDOUT,
			text=True,
		)
		process.stdin.write(text)
		process.stdin.close()
		last = ""
		try:
			for line in process.stdout:
				output.write(line)
				last = line.strip() or last
				if progress and line.startswith("PROGRESS "):
					progress(line.removeprefix("PROGRESS ").strip())
		except BaseException:
			process.kill()
			raise
		finally:
			process.wait()
	if process.returncode:
		if "No space left" in last:
			raise OSError(28, os.strerror(28))
		raise Refusal(f"{sentence}: {last or 'it said nothing'} (all of it is in {log}).")


def restore_clean_copy(instance: Instance, name: str) -> bool:
	"""Put the stores' folders back to the copy kept under `name`; return whether there was one for this version."""
	copy = instance.root / name
	if not (copy / MIGRATED).exists() or (copy / MIGRATED).read_text() != app_fingerprint():
		return False
	for part in ("mariadb", instance.site):
		target = instance.root / part if part == "mariadb" else instance.site_folder
		shutil.rmtree(target, ignore_errors=True)
		shutil.copytree(copy / part, target)
	return True


def keep_clean_copy(instance: Instance, name: str) -> None:
	"""Keep a copy of the site and its database (whose server must not run) for `restore_clean_copy`."""
	copy = instance.root / name
	shutil.rmtree(copy, ignore_errors=True)
	copy.mkdir()
	shutil.copytree(instance.root / "mariadb", copy / "mariadb", ignore=shutil.ignore_patterns("*.sock"))
	shutil.copytree(instance.site_folder, copy / instance.site)
	(copy / MIGRATED).write_text(app_fingerprint())
