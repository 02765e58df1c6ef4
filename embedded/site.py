"""The site of an instance: made once, brought up to date when the app changed, filled with the demo group when wanted."""

import json
import shutil
import subprocess
from contextlib import suppress
from pathlib import Path

from . import framework, layout
from .console import Refusal, step
from .instance import Instance, write_private
from .processes import bench_command, frappe_environment
from .setup import file_digest
from .tools import check_room, die_with_parent, ended_on_full_disk

MIGRATED = ".migrated"
DEMO = ".demo"


def app_fingerprint() -> str:
	"""Changes whenever a site would: with the app's files but its tests, and with the framework."""
	return file_digest(layout.APP / "crm4s", but=_is_test) + framework.fingerprint()


def _is_test(file: Path) -> bool:
	return "tests" in file.parts or file.name.startswith("test_")


def is_behind(instance: Instance) -> bool:
	"""Whether there is a site that was made, or migrated, with other code than what is here."""
	marker = instance.site_folder / MIGRATED
	return marker.exists() and marker.read_text() != app_fingerprint()


def ensure(instance: Instance) -> bool:
	"""Make the site, or migrate it when the app changed since; return whether it was made."""
	marker = instance.site_folder / MIGRATED
	fingerprint = app_fingerprint()
	if not marker.exists():
		with step("Site with Frappe and CRM4S"):
			make(instance)
			leave_address_to_instance(instance)
		marker.write_text(fingerprint)
		return True
	leave_address_to_instance(instance)
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


def leave_address_to_instance(instance: Instance) -> None:
	"""Frappe notes in the site where its database was; the instance knows better, for its ports may change."""
	file = instance.site_folder / "site_config.json"
	config = json.loads(file.read_text())
	kept = {name: value for name, value in config.items() if name not in ("db_host", "db_port")}
	if kept != config:
		write_private(file, json.dumps(kept, indent=1))


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


def demo_customer_link(instance: Instance) -> str | None:
	"""Path of a new link by which a demo customer signs in; None where there is no demo."""
	if not (instance.site_folder / DEMO).exists():
		return None
	said: list[str] = []
	command = [str(layout.PYTHON), "-m", "embedded.inside.customer_link"]
	run(instance, command, "The demo customer's link could not be made", text=json.dumps({"site": instance.site}), progress=said.append)
	return said[-1] if said and said[-1] else None


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
			preexec_fn=die_with_parent,
			start_new_session=True,
		)
		with process, ended_on_full_disk(process):
			# Who ends before it has read that says why in what it printed.
			with suppress(BrokenPipeError):
				process.stdin.write(text)
				process.stdin.close()
			last = ""
			for line in process.stdout:
				output.write(line)
				last = line.strip() or last
				if progress and line.startswith("PROGRESS "):
					progress(line.removeprefix("PROGRESS ").strip())
	if process.returncode:
		check_room(last)
		raise Refusal(f"{sentence}: {last or 'it said nothing'} (all of it is in {log}).")


def has_clean_copy(copy: Path) -> bool:
	"""Whether `copy` holds a site of this very version."""
	return (copy / MIGRATED).exists() and (copy / MIGRATED).read_text() == app_fingerprint()


def restore_clean_copy(instance: Instance, copy: Path) -> None:
	"""Put the instance's site and database (whose server must not run) back to those kept in `copy`."""
	for part in ("mariadb", instance.site):
		target = instance.root / part if part == "mariadb" else instance.site_folder
		shutil.rmtree(target, ignore_errors=True)
		shutil.copytree(copy / part, target)
	leave_address_to_instance(instance)


def keep_clean_copy(instance: Instance, copy: Path) -> None:
	"""Keep the site and its database (whose server must not run) in `copy` for `restore_clean_copy`."""
	shutil.rmtree(copy, ignore_errors=True)
	copy.mkdir()
	shutil.copytree(instance.root / "mariadb", copy / "mariadb", ignore=shutil.ignore_patterns("*.sock"))
	shutil.copytree(instance.site_folder, copy / instance.site)
	(copy / MIGRATED).write_text(app_fingerprint())
