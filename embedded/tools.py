"""The programs that set-up runs: they die with it, and when one fails, a sentence says what is wrong."""

import ctypes
import errno
import os
import shutil
import signal
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from . import layout
from .console import Refusal

PR_SET_PDEATHSIG = 1
NO_ROOM = 20 * 2**20
# With fewer bytes than this nothing goes on any more; a tool that does not see it within these seconds is ended.
NO_ROOM_AT_ALL, PATIENCE_WITHOUT_ROOM = 2**20, 5
# A database says in many words that its disk is full.
FULL = ("No space left", "ENOSPC", "Errcode: 28", "error 28", "is full")
_libc = ctypes.CDLL(None, use_errno=True)


def end_with_parent() -> None:
	"""For `preexec_fn` of what serves: when its starter dies, it ends in order."""
	_libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def die_with_parent() -> None:
	"""For `preexec_fn` of set-up's tools: left alone, one would go on writing into what the next attempt makes."""
	_libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def run_or_refuse(command: list[str], sentence: str, cwd: Path | None = None, **environment: str) -> None:
	"""Run a command quietly; when it fails, refuse with `sentence` and the end of what it said."""
	with subprocess.Popen(
		command,
		cwd=cwd,
		env=os.environ | environment,
		stdin=subprocess.DEVNULL,
		stdout=subprocess.PIPE,
		stderr=subprocess.STDOUT,
		text=True,
		errors="replace",
		preexec_fn=die_with_parent,
		start_new_session=True,
	) as tool, ended_on_full_disk(tool):
		said = tool.communicate()[0]
	# npm leaves out the files that find no room, warns, and calls that a success.
	if tool.returncode or "ENOSPC" in said:
		check_room(said)
		raise Refusal(f"{sentence} ({last_line(said)}).")


@contextmanager
def ended_on_full_disk(tool: subprocess.Popen) -> Iterator[None]:
	"""Within the block a tool with a session of its own is ended, with all that it started, when its disk stays full, and at the end anyway.

	MariaDB waits on a full disk until somebody frees space, and whoever asks it waits with it.
	"""
	over = threading.Event()
	watcher = threading.Thread(target=_end_when_full, args=(tool, over), daemon=True)
	watcher.start()
	try:
		yield
	finally:
		over.set()
		watcher.join()
		_end_group(tool)


def _end_when_full(tool: subprocess.Popen, over: threading.Event) -> None:
	seconds = 0
	while not over.wait(timeout=1):
		seconds = seconds + 1 if shutil.disk_usage(layout.STATE).free < NO_ROOM_AT_ALL else 0
		if seconds > PATIENCE_WITHOUT_ROOM:
			_end_group(tool)
			return


def _end_group(tool: subprocess.Popen) -> None:
	with suppress(ProcessLookupError):
		os.killpg(tool.pid, signal.SIGKILL)


def check_room(said: str) -> None:
	"""Raise ENOSPC when a tool that failed said so, or has left no room on the disk."""
	if any(words in said for words in FULL) or shutil.disk_usage(layout.STATE).free < NO_ROOM:
		raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def full_disk() -> str:
	"""The folder whose disk is full, as far as can be told: tools unpack in the folder of temporary files, too."""
	temporary = tempfile.gettempdir()
	return temporary if shutil.disk_usage(temporary).free < NO_ROOM else str(layout.STATE)


def forget_compiled() -> None:
	"""Delete Python's compiled modules: on a full disk it writes some half, and would stumble over them at every later start."""
	for root in (layout.STATE, layout.REPOSITORY):
		for folder in list(root.rglob("__pycache__")):
			shutil.rmtree(folder, ignore_errors=True)


def last_line(text: str) -> str:
	lines = [line.strip() for line in text.splitlines() if line.strip()]
	return lines[-1] if lines else "it said nothing"
