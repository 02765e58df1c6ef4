"""The programs that set-up runs: they die with it, and when one fails, a sentence says what is wrong."""

import ctypes
import errno
import os
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

from . import layout
from .console import Refusal

PR_SET_PDEATHSIG = 1
NO_ROOM = 20 * 2**20
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
	done = subprocess.run(
		command, cwd=cwd, env=os.environ | environment, capture_output=True, text=True, preexec_fn=die_with_parent
	)
	said = done.stdout + done.stderr
	# npm leaves out the files that find no room, warns, and calls that a success.
	if done.returncode or "ENOSPC" in said:
		check_room(said)
		raise Refusal(f"{sentence} ({last_line(said)}).")


def check_room(said: str) -> None:
	"""Raise ENOSPC when a tool that failed said so, or has left no room on the disk."""
	if any(words in said for words in FULL) or shutil.disk_usage(layout.STATE).free < NO_ROOM:
		raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def full_disk() -> str:
	"""The folder whose disk is full, as far as can be told: tools unpack in the folder of temporary files, too."""
	temporary = tempfile.gettempdir()
	return temporary if shutil.disk_usage(temporary).free < NO_ROOM else str(layout.STATE)


def last_line(text: str) -> str:
	lines = [line.strip() for line in text.splitlines() if line.strip()]
	return lines[-1] if lines else "it said nothing"
