"""`./run backup` and `./run restore`: a site in one sealed file, and a site out of it in a new place, proven to be the same.

A backup is made while people work. It is sealed for the public half of a key that is made at the first backup; only the private half, which its
owner keeps elsewhere, opens it. A restore never touches the site that runs: it makes a new place, compares every table and file with what was packed,
and only then, if that was asked for, changes places with the old site, which is kept.
"""

import argparse
import datetime
import json
import re
import secrets
import shutil
import subprocess
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from . import layout, nightly, processes, services, setup, site
from .console import Refusal, say, step
from .instance import LIVE, Instance, write_private
from .lock import only_one
from .tools import die_with_parent

ENDING, SEALED_ENDING = ".tar", ".tar.age"
KEEP = 14


def make(options: argparse.Namespace) -> int:
	if not (LIVE.site_folder / site.MIGRATED).exists():
		raise Refusal("There is no site yet: make it with ./run start, then back it up.")
	folder = Path(options.to or nightly.default_folder()).absolute()
	with only_one(layout.STATE / "backup.lock", "A backup is under way (process {process}): wait for it."), processes.stores_of(LIVE):
		file = pack(LIVE, folder, None if options.open else public_key())
		nightly.note(LIVE, file)
		tell_site()
		forget_older(folder, options.keep)
	say(f"\nThe backup is {file}.")
	if options.open:
		say("It is not sealed: whoever reads the file reads everything, passwords of connected systems included.")
	return 0


def tell_site() -> None:
	"""So that its monitoring knows. A site that is not brought up to this version yet cannot be told; the backup is good nevertheless."""
	with suppress(Refusal):
		site.run(LIVE, processes.bench_command("--site", LIVE.site, "execute", "crm4s.health.backups.note"), "The site was not told of its backup")


def public_key() -> str:
	"""Of the key to which backups are sealed; made, and told, at the first one."""
	public, private = LIVE.root / "backup-key.pub", LIVE.root / "backup-key.txt"
	if not public.exists():
		pair = archive("The key could not be made", work="key")
		write_private(private, pair["private"] + "\n")
		write_private(public, pair["public"] + "\n")
		say(f"  A key for backups was made. Keep a copy of {private} where this machine is not: without it no backup can be opened.")
		say("  Then you may delete it here; backups go on.")
	return public.read_text().strip()


def pack(instance: Instance, folder: Path, public: str | None) -> Path:
	folder.mkdir(parents=True, exist_ok=True)
	folder.chmod(0o700)
	check_room(instance, folder)
	file = folder / f"crm4s-{datetime.datetime.now():{nightly.STAMP}}{SEALED_ENDING if public else ENDING}"
	name = database_name(instance.site_folder)
	with step("Database and files packed") as shown:
		made = archive(
			"The backup could not be made",
			work="pack",
			site_folder=str(instance.site_folder),
			secrets=str(instance.secrets_file),
			database=reach(instance, name),
			dump=dump_command(instance, name),
			target=str(file),
			public=public,
			about={"site": instance.site, "version": site.app_fingerprint()},
		)
		shown.title = f"{made['tables']} tables with {made['rows']:,} rows and {made['parts']:,} files packed"
	return file


def check_room(instance: Instance, folder: Path) -> None:
	"""Dump and archive lie side by side for a while; both are smaller than what they hold."""
	holds = sum(path.stat().st_size for part in (instance.root / "mariadb", instance.site_folder) for path in part.rglob("*") if path.is_file())
	free = shutil.disk_usage(folder).free
	if free < holds:
		raise Refusal(f"The disk of {folder} has {free / 2**30:.1f} GB left and the site takes {holds / 2**30:.1f} GB: free some space, or name another folder with --to, at a start with --backup-to.")


def dump_command(instance: Instance, name: str) -> list[str]:
	return [
		services.binary("mariadb-dump", "mysqldump"), "--no-defaults", "--host=127.0.0.1", f"--port={instance.ports['database']}", "--user=root", "--skip-ssl",
		"--single-transaction", "--quick", "--routines", "--triggers", "--hex-blob", "--default-character-set=utf8mb4", "--max-allowed-packet=64M", name,
	]


def forget_older(folder: Path, keep: int) -> None:
	"""Only files that are named as ours are; the newest stay."""
	ours = sorted((path for path in folder.iterdir() if nightly.NAME.fullmatch(path.name)), key=lambda path: path.name.split(".")[0])
	for path in ours[:-keep] if keep else []:
		path.unlink()
		say(f"  {path.name} is deleted: {keep} newer ones are kept.")


# Back again


def restore(options: argparse.Namespace) -> int:
	file = Path(options.file).absolute()
	if not file.is_file():
		raise Refusal(f"There is no file {file}: name the backup that shall come back.")
	private = private_key(options.key)
	setup.prepare()
	place = new_place()
	try:
		manifest = fill(place, file, private)
	except BaseException:
		shutil.rmtree(place.root, ignore_errors=True)
		raise
	say(f"\nThe site of {manifest['made_on']} is in {place.root}, equal to what was packed.")
	if not options.replace:
		say(f"Look at it with ./run start --place {place.name}, or put it in the place of the running one with ./run restore --replace.")
		return 0
	change_places(place)
	return 0


def private_key(named: str | None) -> str | None:
	path = Path(named) if named else LIVE.root / "backup-key.txt"
	if named and not path.is_file():
		raise Refusal(f"There is no key file {path}: name the file that was made at the first backup.")
	return path.read_text() if path.is_file() else None


def new_place() -> Instance:
	return replace(LIVE, name=f"restored-{datetime.datetime.now():{nightly.STAMP}}-{secrets.token_hex(2)}")


def place_named(name: str | None) -> Instance:
	"""The live instance, or a restored one."""
	if not name:
		return LIVE
	if not re.fullmatch(r"restored-[0-9a-f-]+", name) or not (layout.STATE / name).is_dir():
		raise Refusal(f"There is no restored place {name}.")
	return replace(LIVE, name=name)


def fill(place: Instance, file: Path, private: str | None) -> dict:
	"""Make the place out of the file, and prove it."""
	parts = place.root / "parts"
	place.root.mkdir(mode=0o700, parents=True)
	with step("The file opened, every part as it was packed"):
		manifest = archive("The backup cannot be restored", work="unpack", source=str(file), private=private, target=str(parts))
	place.prepare()
	shutil.move(parts / "secrets.json", place.secrets_file)
	shutil.move(parts / "files", place.site_folder)
	for folder in ("public/files", "private/files", "logs", "locks"):
		(place.site_folder / folder).mkdir(parents=True, exist_ok=True)
	(place.site_folder / "site_config.json").chmod(0o600)
	services.create_database_folder(place)
	place.write_common_config(place.default_port)
	with processes.Processes(place) as running:
		running.start_stores()
		with step("The database filled"):
			load(place, parts / "database.sql.gz")
		with step("Every table compared") as shown:
			compare(place, manifest["tables"])
			shown.title = f"{len(manifest['tables'])} tables compared: rows and check sums are equal"
	shutil.rmtree(parts)
	return manifest


def load(place: Instance, dump: Path) -> None:
	config = json.loads((place.site_folder / "site_config.json").read_text())
	name, password = config["db_name"], config["db_password"]
	if not re.fullmatch(r"\w+", name) or not re.fullmatch(r"[\w-]+", password):
		raise Refusal("The site's own settings in this backup are damaged.")
	client = [services.binary("mariadb", "mysql"), "--no-defaults", "--host=127.0.0.1", f"--port={place.ports['database']}", "--user=root", "--skip-ssl", "--max-allowed-packet=64M"]
	environment = processes.frappe_environment(place) | {"MYSQL_PWD": place.secrets["database"]}
	grant = (
		f"CREATE DATABASE `{name}` CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;"
		f"CREATE USER `{name}`@`%` IDENTIFIED BY '{password}'; GRANT ALL PRIVILEGES ON `{name}`.* TO `{name}`@`%`;"
	)
	feed(client, environment, grant.encode())
	opened = subprocess.Popen(["gzip", "--decompress", "--stdout", str(dump)], stdout=subprocess.PIPE, preexec_fn=die_with_parent)
	with opened:
		feed([*client, name], environment, opened.stdout)
	if opened.returncode:
		raise Refusal("The database of this backup is damaged.")


def feed(command: list[str], environment: dict, what) -> None:
	given = {"input": what} if isinstance(what, bytes) else {"stdin": what}
	told = subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, preexec_fn=die_with_parent, **given)
	if told.returncode:
		raise Refusal(f"The database could not be filled: {told.stderr.decode(errors='replace').strip()[-300:]}")


def compare(place: Instance, packed: dict[str, dict]) -> None:
	found = archive("The tables could not be counted", work="sums", database=reach(place, database_name(place.site_folder)))
	different = sorted(table for table in packed.keys() | found.keys() if packed.get(table) != found.get(table))
	if different:
		first = different[0]
		raise Refusal(f"{len(different)} tables differ from what was packed, the first is {first}: {packed.get(first)} packed, {found.get(first)} restored.")


def change_places(place: Instance) -> None:
	with only_one(LIVE.root / "lock", "The restored site is ready, but CRM4S is running (process {process}): stop it with ./run stop, then restore again."):
		kept = layout.STATE / f"live-before-{datetime.datetime.now():{nightly.STAMP}}"
		for name in ("backup-key.txt", "backup-key.pub"):
			if (LIVE.root / name).exists():
				shutil.copy2(LIVE.root / name, place.root / name)
		if LIVE.root.exists():
			LIVE.root.rename(kept)
		place.root.rename(LIVE.root)
	say(f"It is in the place of the old one, which is kept in {kept}: delete that when you are sure. ./run start runs the restored site.")


# Shared


def reach(instance: Instance, name: str) -> dict:
	return {"port": instance.ports["database"], "password": instance.secrets["database"], "name": name}


def database_name(site_folder: Path) -> str:
	return json.loads((site_folder / "site_config.json").read_text())["db_name"]


def archive(sentence: str, **request) -> dict:
	"""What `embedded.inside.archive` answers; it has the packages that we have not."""
	told = subprocess.run(
		[str(layout.PYTHON), "-m", "embedded.inside.archive"],
		cwd=layout.REPOSITORY,
		env=processes.frappe_environment(LIVE),
		input=json.dumps(request),
		stdout=subprocess.PIPE,
		stderr=subprocess.PIPE,
		text=True,
		preexec_fn=die_with_parent,
	)
	if told.returncode:
		raise Refusal(f"{sentence}: {told.stderr.strip().splitlines()[-1] if told.stderr.strip() else 'it said nothing'}.")
	return json.loads(told.stdout.rsplit("RESULT ", 1)[1])
