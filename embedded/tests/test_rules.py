"""The rules of embedded/rules: each finds the examples that are wrong and no others, and the app keeps all of them."""

import json
import re
import subprocess
import unittest
from collections import Counter
from functools import cache
from pathlib import Path

from embedded import layout

RULES = layout.EMBEDDED / "rules"
EXAMPLES = RULES / "examples"
APP = layout.APP / "crm4s"
SEMGREP = layout.RULES / "bin" / "semgrep"
WRONG = re.compile(r"(?:#|//|<!--) wrong: ([\w-]+)")
EXCEPTION = re.compile(r"nosemgrep\b(?P<which>:? ?[\w-]*)(?P<reason>.*)")

Found = tuple[str, str, int]


@cache
def found() -> list[Found]:
	"""Rule, file and line of each finding in the examples and the app. Nothing is fetched and nothing told."""
	rules = [word for file in sorted(RULES.glob("*.yml")) for word in ("--config", str(file))]
	silent = ["--metrics=off", "--disable-version-check", "--no-git-ignore", "--quiet", "--json", "--jobs=1"]
	left_out = ["--exclude=tests", "--exclude=test_*.py", "--exclude=dist"]
	command = [str(SEMGREP), "scan", *silent, *left_out, *rules, str(EXAMPLES), str(APP)]
	ended = subprocess.run(command, capture_output=True, text=True, cwd=layout.REPOSITORY)
	assert ended.returncode == 0, ended.stderr
	answer = json.loads(ended.stdout)
	assert not answer["errors"], answer["errors"]
	return [(one["check_id"].rpartition(".")[2], one["path"], one["start"]["line"]) for one in answer["results"]]


@cache
def named_rules() -> set[str]:
	return {name for file in RULES.glob("*.yml") for name in re.findall(r"^  - id: (\S+)", file.read_text(), re.M)}


@unittest.skipUnless(SEMGREP.exists(), "needs semgrep, which ./run test fetches (embedded/requirements-rules.lock)")
class Rules(unittest.TestCase):
	def test_each_rule_finds_what_is_wrong_and_nothing_else(self):
		meant = {
			(name, str(file), number + 1)
			for file in EXAMPLES.iterdir()
			for number, line in enumerate(file.read_text().splitlines(), start=1)
			for name in WRONG.findall(line)
		}
		self.assertEqual(named_rules(), {name for name, _file, _line in meant}, "each rule has an example")
		self.assertEqual(sorted(meant), sorted({one for one in found() if EXAMPLES in Path(one[1]).parents}))

	def test_the_app_keeps_them(self):
		self.assertEqual([], [one for one in found() if EXAMPLES not in Path(one[1]).parents])


class Exceptions(unittest.TestCase):
	def test_each_says_from_which_rule_and_why(self):
		seen = Counter()
		for file in (*APP.rglob("*.py"), *APP.glob("public/js/**/*.js"), *APP.glob("crm4s/**/*.js")):
			for line in file.read_text().splitlines():
				if exception := EXCEPTION.search(line):
					name = exception["which"].strip(": ")
					self.assertIn(name, named_rules(), f"{file.name}: {line.strip()}")
					self.assertRegex(exception["reason"], r" -- \w+", f"{file.name}: {line.strip()}")
					seen[name] += 1
		self.assertLessEqual(seen.total(), 12, "rules with many exceptions say the wrong thing")


if __name__ == "__main__":
	unittest.main()
