"""The command line: start, test, stop, status, bench, reset."""

import argparse
import datetime
import errno
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

from . import audit, backup, machine, nightly, processes, services, setup, site, status, testing, tools, upgrade
from .console import Refusal, say, step
from .instance import LIVE, Instance
from .lock import holder, only_one

EXAMPLES = """examples:
  ./run start                      set up and run the CRM with demo data at http://localhost:8000
  ./run start --port 8080 --lang en    on another port, English for those who have not chosen
  ./run start --no-demo            an empty CRM
  ./run stop                       stop it from another terminal
  ./run status                     each process with port and memory
  ./run test                       run every test on a site of its own
  ./run test -k lead               only tests with "lead" in their name
  ./run bench migrate              one of Frappe's own commands on the site
  ./run backup                     the whole site in one sealed file, while people work
  ./run restore FILE               a new place out of a backup, proven to be equal
  ./run reset                      delete the site and its data, after asking
"""


def main(arguments: list[str] | None = None) -> int:
	options = parse(sys.argv[1:] if arguments is None else arguments)
	# Said explicitly: a shell that starts us in the background has SIGINT ignored.
	for ending in (signal.SIGINT, signal.SIGTERM):
		signal.signal(ending, _interrupt)
	try:
		return options.run(options) or 0
	except Refusal as refusal:
		say(f"\n{refusal}")
	except KeyboardInterrupt:
		say("\nStopped; nothing is left running.")
		return 130
	except OSError as error:
		if error.errno != errno.ENOSPC:
			raise
		full = tools.full_disk()
		tools.forget_compiled()
		say(f"\nThe disk of {full} is full: free some space, then start again; what is done is kept.")
	return 1


def _interrupt(*_) -> None:
	raise KeyboardInterrupt


def parse(arguments: list[str]) -> argparse.Namespace:
	parser = argparse.ArgumentParser(
		prog="./run",
		description="CRM4S on one machine: sets up what is missing and runs it on loopback.",
		epilog=EXAMPLES,
		formatter_class=argparse.RawDescriptionHelpFormatter,
	)
	verbs = parser.add_subparsers(metavar="command", required=True)

	def verb(name: str, function, summary: str, example: str) -> argparse.ArgumentParser:
		made = verbs.add_parser(name, help=summary, description=summary, epilog=f"example: {example}")
		made.set_defaults(run=function)
		return made

	start_verb = verb("start", start, "Set up what is missing and run the CRM until Ctrl-C.", "./run start --port 8080 --lang en")
	start_verb.add_argument("--port", type=int, default=LIVE.default_port, help="public port on loopback (default 8000)")
	start_verb.add_argument("--no-demo", action="store_true", help="leave the site empty")
	start_verb.add_argument("--lang", choices=("zh", "en"), help="language of those who have not chosen one (default zh)")
	start_verb.add_argument("--backup-at", type=nightly.moment, default="03:30", metavar="HH:MM", help="back up every night at this time, or never (default 03:30)")
	start_verb.add_argument("--backup-to", type=absolute, metavar="FOLDER", help="where the backups of the nights and before upgrades go (default: backups in the state folder)")
	start_verb.add_argument("--backup-keep", type=int, metavar="N", help=f"how many of the newest stay there, 0 keeps all (default {backup.KEEP})")
	start_verb.add_argument("--place", metavar="NAME", help="run a restored site instead")
	verb("stop", stop, "Stop the running CRM.", "./run stop")
	verb("status", show_status, "Show each process with its port and memory.", "./run status")
	bench_verb = verb("bench", bench, "Run one of Frappe's own commands on the site.", "./run bench migrate")
	bench_verb.add_argument("words", nargs=argparse.REMAINDER, help="the command and its options")
	backup_verb = verb("backup", backup.make, "Put the whole site into one sealed file; people go on working.", "./run backup --to /mnt/backups --keep 30")
	backup_verb.add_argument("--to", metavar="FOLDER", help="where the file goes (default: backups in the state folder)")
	backup_verb.add_argument("--keep", type=int, default=backup.KEEP, help=f"delete all but so many of the newest there, 0 deletes none (default {backup.KEEP})")
	backup_verb.add_argument("--open", action="store_true", help="do not seal it")
	restore_verb = verb("restore", backup.restore, "Make a new place out of a backup, and prove that it is equal.", "./run restore .state/backups/crm4s-20261123-033000.tar.age")
	restore_verb.add_argument("file", help="the backup")
	restore_verb.add_argument("--key", metavar="FILE", help="the key file that was made at the first backup")
	restore_verb.add_argument("--replace", action="store_true", help="put it in the place of the site that is here, which is kept beside it")
	reset_verb = verb("reset", reset, "Delete the site and all its data, after asking.", "./run reset")
	reset_verb.add_argument("--yes", action="store_true", help="do not ask")
	test_verb = verb("test", testing.run, "Run every test on a site of its own.", "./run test -k lead")
	test_verb.add_argument("--framework", action="store_true", help="run Frappe's own test modules instead")
	test_verb.add_argument("--drills", action="store_true", help="run the long drills as well")
	test_verb.add_argument("--bench", metavar="PATH", help="run the suite in this existing bench")
	test_verb.add_argument("--site", metavar="NAME", help="the bench's site (with --bench)")
	lock_verb = verb("lock", lock, "Pin the Python packages that the lists name (for developers).", "./run lock --upgrade")
	lock_verb.add_argument("--upgrade", action="store_true", help="the newest of all, not only what is not pinned yet")
	verb("audit", audit.run, "Ask whether pinned packages have known faults (for developers).", "./run audit")

	options, rest = parser.parse_known_args(arguments)
	if rest and options.run is not testing.run:
		parser.error(f"unknown option {rest[0]}")
	options.rest = rest
	return options


def absolute(folder: str) -> Path:
	return Path(folder).absolute()


def start(options: argparse.Namespace) -> int:
	began = time.monotonic()
	instance = backup.place_named(options.place)
	refusal = "CRM4S is already starting or running (process {process}): use it, or stop it with ./run stop."
	with only_one(instance.root / "lock", refusal):
		machine.check_port(options.port)
		say("Setting up CRM4S (what is done already is skipped)")
		setup.prepare()
		first = not instance.secrets_file.exists()
		instance.prepare()
		services.create_database_folder(instance)
		instance.write_common_config(options.port)
		with processes.Processes(instance) as running:
			with step("MariaDB and Redis"):
				running.start_stores()
			upgrade.ensure(instance, options.backup_to)
			if not options.no_demo and not options.place:
				site.ensure_demo(instance)
			if options.lang:
				site.set_language(instance, options.lang)
			with step("Web server, workers, scheduler, realtime"):
				running.start_application(options.port)
			say(f"\nCRM4S is running after {time.monotonic() - began:.0f} s at http://localhost:{options.port}")
			announce_logins(instance, first)
			announce_customer(instance, options.port)
			if not first and not options.place:
				say(f"  {nightly.standing(LIVE, datetime.datetime.now())}")
			say("\nCtrl-C stops all of it.")
			running.watch(nightly_backups(options))
	return 0


def nightly_backups(options: argparse.Namespace):
	"""What `watch` calls again and again; a restored place that is only looked at makes none."""
	if options.place or not options.backup_at:
		return None
	return nightly.Nightly(options.backup_at, options.backup_to, options.backup_keep).look


def announce_logins(instance: Instance, first: bool) -> None:
	"""One login per role; the administrator's password is shown once, then only its file."""
	if first:
		say(f"  {'系统管理员 System administrator':<34} admin@example.com          {instance.secrets['administrator']}")
		say(f"  (this password is shown once; it stays in {instance.secrets_file}, which only you can read)")
	else:
		say(f"  admin@example.com: the password is in {instance.secrets_file}")
	people = instance.site_folder / "demo_people.json"
	if people.exists():
		for person in json.loads(people.read_text()):
			say(f"  {person['title']:<34} {person['user']:<26} {instance.secrets['demo']}")


def announce_customer(instance: Instance, port: int) -> None:
	"""A customer has no password: a link lets him or her in once, and is made anew at each start."""
	if (instance.site_folder / "demo_people.json").exists() and (path := site.demo_customer_link(instance)):
		say(f"  {'车主 customer':<34} http://localhost:{port}{path}")
		say("  (this link counts once, for seven days; the phone or browser stays signed in)")


def stop(options: argparse.Namespace) -> int:
	process = holder(LIVE.root / "lock")
	if not process:
		say("CRM4S is not running.")
		return 0
	os.kill(process, signal.SIGTERM)
	for _ in range(300):
		if not holder(LIVE.root / "lock"):
			say("CRM4S is stopped.")
			return 0
		time.sleep(0.1)
	raise Refusal(f"Process {process} did not end within 30 s: end it with kill -9 {process}, its children follow.")


def show_status(options: argparse.Namespace) -> int:
	return status.show(LIVE)


def bench(options: argparse.Namespace) -> int:
	if not (LIVE.site_folder / site.MIGRATED).exists():
		raise Refusal("There is no site yet: make it with ./run start, then use ./run bench.")
	with processes.stores_of(LIVE):
		if options.words[:1] == ["migrate"]:
			return upgrade.migrate(LIVE, lambda: run_bench(LIVE, options.words))
		return run_bench(LIVE, options.words)


def run_bench(instance: Instance, words: list[str]) -> int:
	command = processes.bench_command("--site", instance.site, *(words or ["--help"]))
	return subprocess.run(command, cwd=instance.sites, env=processes.frappe_environment(instance)).returncode


def reset(options: argparse.Namespace) -> int:
	if not LIVE.root.exists():
		say("There is nothing to reset.")
		return 0
	if not options.yes:
		say(f"This deletes the site {LIVE.site} with all its data in {LIVE.root}.")
		if input("Type its name to go on: ").strip() != LIVE.site:
			say("Nothing was deleted.")
			return 1
	with only_one(LIVE.root / "lock", "CRM4S is running (process {process}): stop it first with ./run stop."):
		shutil.rmtree(LIVE.root)
	say("The site is deleted; ./run start makes a new one.")
	return 0


def lock(options: argparse.Namespace) -> int:
	setup.prepare()
	return setup.pin_packages(options.upgrade)
