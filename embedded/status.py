"""What runs, where it listens, how much memory it holds, and how old the last backup is."""

import datetime
import json
from pathlib import Path

from . import nightly
from .console import say
from .instance import Instance
from .lock import holder


def show(instance: Instance) -> int:
	starter = holder(instance.root / "lock")
	table = instance.run / "processes.json"
	if not starter or not table.exists():
		say("CRM4S is not running; ./run start starts it.")
		if instance.site_folder.exists():
			say(nightly.standing(instance, datetime.datetime.now()))
		return 3
	ports = instance.running_ports()
	config = json.loads((instance.sites / "common_site_config.json").read_text())
	listens = {"gateway": config["webserver_port"], "web": ports["application"]} | ports
	total = 0.0
	say(f"{'process':<16}{'number':>9}{'port':>8}{'memory':>12}")
	for name, number in json.loads(table.read_text()).items():
		if name == "starter":
			continue
		megabytes = sum(map(proportional_megabytes, family(number)))
		total += megabytes
		say(f"{name:<16}{number:>9}{listens.get(name, ''):>8}{megabytes:>9.0f} MB")
	say(f"{'together':<33}{total:>9.0f} MB")
	say(f"\nhttp://localhost:{config['webserver_port']}")
	say(nightly.standing(instance, datetime.datetime.now()))
	return 0


def family(number: int) -> list[int]:
	"""A process and all processes below it."""
	children = []
	for task in Path(f"/proc/{number}/task").glob("*/children"):
		children += [int(child) for child in task.read_text().split()]
	return [number] + [relative for child in children for relative in family(child)]


def proportional_megabytes(number: int) -> float:
	"""Memory of a process with shared pages divided among their users (PSS), in MB."""
	try:
		lines = Path(f"/proc/{number}/smaps_rollup").read_text().splitlines()
	except OSError:
		return 0.0
	return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("Pss:")), 0.0)
