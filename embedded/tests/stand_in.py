"""Stands in for Python's venv, pip, uv, npm, node and MariaDB's installer: does in no time what set-up needs of each.

Run under one of their names; what it is called with tells which step this is. `plan.json` beside it says where to note the
steps and in which one to `hang` (half-way, for good), to `fill` the disk until it is full, or to fill it and `wait`.
"""

import json
import os
import shutil
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

HERE = Path(__file__).resolve().parent


def main(name: str, words: list[str]) -> int:
	plan = json.loads((HERE / "plan.json").read_text())
	if words == ["--version"]:
		print("v20.0.0")
		return 0
	if "config" in words:  # pip config get …: nothing is set
		return 1
	step, folder = recognise(name, words)
	with open(HERE / "steps", "a") as notes:
		notes.write(step + "\n")
	folder.mkdir(parents=True, exist_ok=True)
	if step == plan.get("hang"):
		(folder / "half").touch()
		(HERE / "hanging").write_text(str(os.getpid()))
		time.sleep(120)
	if step == plan.get("fill"):
		try:
			fill(folder / "filling", plan["disk"])
		except OSError as error:
			print(f"{name}: {error}", file=sys.stderr)
			if name != "npm":
				return 1
			print("npm warn tar TAR_ENTRY_ERROR ENOSPC: no space left on device, write", file=sys.stderr)
	if step == plan.get("wait"):
		# As MariaDB does: until somebody frees space.
		with suppress(OSError):
			fill(folder / "filling", plan["disk"], leave=True)
		time.sleep(120)
	if step == "download":
		shutil.copy(plan["wheel"], folder)
	elif step in DONE:
		DONE[step](folder)
	return 0


def recognise(name: str, words: list[str]) -> tuple[str, Path]:
	"""The step, and the folder that it writes."""
	if name == "npm":
		return "npm", Path.cwd() / "node_modules"
	if name == "node":
		return "bundles", Path(words[2])
	if name == "mariadb-install-db":
		return "database", Path(next(word for word in words if word.startswith("--datadir=")).split("=")[1])
	if name == "uv":
		return "packages", Path(sys.argv[0]).parent.parent / "lib" / "python3" / "site-packages"
	if "venv" in words:
		return "venv", Path(words[-1])
	if "download" in words:
		return "download", Path(words[words.index("--dest") + 1])
	if "install" in words:
		return "uv", Path(sys.argv[0]).parent
	if "embedded.inside.new_site" in words:
		return "site", Path.cwd() / json.load(sys.stdin)["site"]
	if "embedded.inside.demo" in words:
		return "demo", Path.cwd() / "demo"
	raise ValueError(f"nothing stands in for {name} {words}")


def link_to_me(path: Path) -> None:
	path.parent.mkdir(exist_ok=True)
	path.unlink(missing_ok=True)
	path.symlink_to(HERE / "stand_in.py")


def fill(file: Path, disk: str, leave: bool = False) -> None:
	"""Write until the disk, made small for this, takes no more."""
	resize(disk, shutil.disk_usage(disk).used + 2**20)
	try:
		with open(file, "wb") as filling:
			while True:
				filling.write(b"0" * 2**20)
	finally:
		if not leave:
			file.unlink()


def resize(disk: str, size: int) -> None:
	subprocess.run(["mount", "-o", f"remount,size={size}", disk], check=True)


DONE = {
	"venv": lambda folder: link_to_me(folder / "bin" / "python"),
	"uv": lambda folder: link_to_me(folder / "uv"),
	"bundles": lambda folder: (folder / "assets.json").write_text("{}"),
	"database": lambda folder: (folder / "ibdata1").touch(),
	"site": lambda folder: (folder / "site_config.json").write_text('{"db_name": "x"}'),
}

if __name__ == "__main__":
	sys.exit(main(Path(sys.argv[0]).name, sys.argv[1:]))
