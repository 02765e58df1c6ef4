"""Nobody writes to a customer but the sender, which asks for consent: looked for in the code, and tried with every purpose."""

import ast
from functools import cache
from pathlib import Path

import frappe

import crm4s
from crm4s.messages.kinds import EVERY
from crm4s.messages.tests.sending import SendingTestCase
from crm4s.messages.texts import declared

PACKAGE = Path(crm4s.__file__).resolve().parent
# What may hand over words to somebody, and why that needs no consent of a customer. Whoever adds a file here answers for it.
WAYS_OUT = {
	"sendmail": {
		"messages/adapters/mail.py": "the sender's own way for e-mail",
		"periodic_reports/letter.py": "reports to colleagues",
		"escalation/telling.py": "notices to colleagues",
		"interactions/auto_reply.py": "that a letter arrived, to whoever has just written, a few a day; it says nothing else",
	},
	"exchange": {
		"messages/adapters/web.py": "the sender's own way over HTTP",
		"egress.py": "addresses that somebody entered: webhooks to connected systems",
	},
}
# Nobody of ours goes round the framework's queue, or opens a connection of the own.
NEVER = ("smtplib", "send_sms", "make_post_request", "make_put_request", "urlopen", "http.client", "sendmail_to_system_managers")
OPEN_CONNECTIONS = {"messages/adapters/web.py", "egress.py", "interactions/exchange.py"}
# Who hands over to an adapter.
HAND_OVER = {"messages/worker.py": "after it has asked", "messages/api.py": "an administrator tries a channel with a number of the own"}
HANDED = {"http.send", "mail.send", "local.notice", "local.task"}


@cache
def sources() -> dict[str, ast.Module]:
	"""Path below the package → what stands there; no tests, and not the demo, which writes rows and sends nothing."""
	paths = [path for path in PACKAGE.rglob("*.py") if "tests" not in path.parts and not path.name.startswith("test_") and "demo" not in path.parts]
	return {str(path.relative_to(PACKAGE)): ast.parse(path.read_text()) for path in paths if "node_modules" not in path.parts}


def called(tree: ast.Module) -> set[str]:
	"""The last names of everything that is called."""
	calls = [node.func for node in ast.walk(tree) if isinstance(node, ast.Call)]
	return {func.attr if isinstance(func, ast.Attribute) else getattr(func, "id", "") for func in calls}


def imported(tree: ast.Module) -> set[str]:
	"""Modules, and `module.name` of what is taken from them."""
	found = set()
	for node in ast.walk(tree):
		if isinstance(node, ast.Import):
			found.update(name.name for name in node.names)
		elif isinstance(node, ast.ImportFrom):
			found.update({node.module or "", *(f"{node.module}.{name.name}" for name in node.names)})
	return found


def queued_rows(tree: ast.Module) -> list[ast.Dict]:
	"""Documents that would go out by the framework: a letter in its queue, or a communication that was sent."""
	rows = [node for node in ast.walk(tree) if isinstance(node, ast.Dict)]
	pairs = [{(getattr(key, "value", None), getattr(value, "value", None)) for key, value in zip(row.keys, row.values)} for row in rows]
	return [row for row, said in zip(rows, pairs) if ("doctype", "Email Queue") in said or ("sent_or_received", "Sent") in said and ("doctype", "Communication") in said]


class TestNoWayRound(SendingTestCase):
	def test_letters_and_calls_go_out_where_it_was_said_why(self):
		for way, allowed in WAYS_OUT.items():
			found = {path for path, tree in sources().items() if way in called(tree)}
			self.assertEqual(set(), found - set(allowed), f"{way} goes round the sender, or is not on the list with its reason")
			self.assertEqual(set(), set(allowed) - found, f"{way}: the list names what does not send any more")

	def test_nobody_opens_a_connection_of_the_own(self):
		for path, tree in sources().items():
			used = {name for name in NEVER if name in called(tree) or any(module.split(".")[0] == name for module in imported(tree))}
			self.assertEqual(set(), used, path)
			if path not in OPEN_CONNECTIONS:
				self.assertFalse({"requests", "http.client", "socket", "urllib.request"} & imported(tree), path)

	def test_nobody_puts_letters_into_the_frameworks_queue_by_hand(self):
		self.assertEqual([], [path for path, tree in sources().items() if queued_rows(tree)])

	def test_only_the_worker_hands_over_to_the_adapters(self):
		ways = {f"crm4s.messages.adapters.{name}" for name in ("http", "mail", "local")}
		for path, tree in sources().items():
			named = {f"{node.value.id}.{node.attr}" for node in ast.walk(tree) if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)}
			self.assertEqual(path in HAND_OVER, bool(ways & imported(tree) and HANDED & named), path)

	def test_a_withdrawal_stops_every_purpose_that_may_be_refused(self):
		for purpose in frappe.get_all("C4S Contact Purpose", {"enabled": 1}, ["name", "ignores_suppression"]):
			if purpose.ignores_suppression:
				continue
			with self.subTest(purpose=purpose.name):
				self.change(frappe.get_doc("C4S Contact Purpose", purpose.name), ignores_quiet_times=1, most_messages=0)
				self.change(frappe.get_doc("C4S Message Template", self.template), purpose=purpose.name)
				self.consent("Given", purpose=purpose.name)
				before = self.asked_for(purpose.name)
				self.consent("Withdrawn", purpose=purpose.name, evidence=None)
				self.assertEqual((1, 0), (before, self.asked_for(purpose.name)))

	def test_a_withdrawal_stops_what_each_rule_and_each_template_of_ours_sends(self):
		"""Each as its sender asks for it: a care rule with its own purpose, everybody else with the template's."""
		tried = set()
		for purpose, template in self.ways():
			with self.subTest(purpose=purpose, template=template):
				asked = self.change(frappe.get_doc("C4S Contact Purpose", purpose), ignores_quiet_times=1, most_messages=0)
				self.consent("Given", purpose=purpose)
				before = self.asked_for(purpose, template=template, values=self.values_of(template))
				# What needs no consent is refused by its name only.
				self.consent("Withdrawn", purpose=None if asked.needs_consent else purpose, evidence=None)
				self.assertEqual((1, 0), (before, self.asked_for(purpose, template=template, values=self.values_of(template))))
				tried.add(template)
		self.assertGreater(len(tried), 10)

	def ways(self) -> set[tuple[str, str]]:
		"""Purpose and template of all that goes out by SMS as shipped, but for what lets somebody in."""
		text = {"parenttype": "C4S Message Template", "channel_kind": ["in", ["SMS", EVERY]]}
		templates = frappe.get_all("C4S Message Text", text, pluck="parent", distinct=True, order_by=None)
		found = set(frappe.get_all("C4S Message Template", {"name": ["in", templates], "enabled": 1, "purpose": ["is", "set"]}, ["purpose", "name"], as_list=True))
		found |= set(frappe.get_all("C4S Care Rule", {"template": ["in", templates], "purpose": ["is", "set"]}, ["purpose", "template"], as_list=True))
		stoppable = frappe.get_all("C4S Contact Purpose", {"enabled": 1, "ignores_suppression": 0}, pluck="name")
		return {(purpose, template) for purpose, template in found if purpose in stoppable}

	def values_of(self, template: str) -> dict[str, str]:
		return dict.fromkeys(declared(frappe.db.get_value("C4S Message Template", template, "placeholders")), "7")

	def test_what_nobody_can_refuse_says_nothing_but_what_lets_somebody_in(self):
		unstoppable = frappe.get_all("C4S Contact Purpose", {"ignores_suppression": 1, "name": ["!=", self.purpose]}, ["name", "is_marketing"])
		self.assertEqual([], [row.name for row in unstoppable if row.is_marketing])

	def asked_for(self, purpose: str, **wished) -> int:
		"""How many requests the provider gets for one message."""
		before = len(self.gateway.requests)
		self.wish(purpose=purpose, **wished)
		self.run_worker()
		return len(self.gateway.requests) - before
