"""The one way in which an identifier or a calendar date is refused."""

from collections.abc import Callable


class Problem(ValueError):
	"""A refusal in one sentence, to be shown to the person who typed the value.

	`template` is that sentence in English with `{name}` placeholders, and at the same time the key of its translation:
	a caller with a language shows `_(problem.template).format(**problem.arguments)`. The arguments may repeat what was
	typed, so whoever puts them into HTML escapes them.

	The template stands as a literal in the call, `Problem("…", …)`, so that it can be collected for translation.
	"""

	def __init__(self, template: str, /, **arguments):
		super().__init__(template)
		self.template = template
		self.arguments = arguments

	def __str__(self) -> str:
		return self.template.format(**self.arguments)


def value_or_none(rule: Callable, *arguments):
	"""What `rule` makes of the arguments, or None where it refuses them: for text that may be something else."""
	try:
		return rule(*arguments)
	except Problem:
		return None
