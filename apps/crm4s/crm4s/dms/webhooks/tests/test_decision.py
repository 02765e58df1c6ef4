"""What an answer means and what follows."""

from datetime import datetime, timedelta
from unittest import TestCase

from crm4s.dms.webhooks.decision import (
	BROKEN,
	DEAD,
	DELIVERED,
	FAILING,
	FAILURES_UNTIL_BROKEN,
	GOOD,
	LONGEST_PAUSE_SECONDS,
	MOST_TRIES,
	WAITING,
	State,
	after_answer,
	after_attempt,
	meaning,
)

NOON = datetime(2026, 3, 1, 12)


class TestDecision(TestCase):
	def test_what_answers_mean(self):
		said = {status: meaning(status) for status in (200, 204, 302, 400, 401, 404, 409, 422, 429, 500, 503, None)}
		self.assertEqual([200, 204], [status for status, word in said.items() if word == "taken"])
		self.assertEqual([400, 409, 422], [status for status, word in said.items() if word == "refused"])

	def test_a_receiver_that_is_away_for_a_day_uses_up_no_try(self):
		state, now = State(), NOON
		while now < NOON + timedelta(days=1):
			state = after_attempt(state, None, now, 0.5)
			wait = (state.endpoint_waits_until - now).total_seconds()
			self.assertLessEqual(wait, LONGEST_PAUSE_SECONDS)
			now = state.endpoint_waits_until
		self.assertEqual((WAITING, 0, BROKEN), (state.status, state.tries, state.connection))
		self.assertEqual((DELIVERED, GOOD, None), _facts(after_attempt(state, 200, now, 0.5)))

	def test_waits_grow_from_a_minute(self):
		state, waits = State(), []
		for _turn in range(FAILURES_UNTIL_BROKEN):
			state = after_attempt(state, 503, NOON, 0.5)
			waits.append((state.endpoint_waits_until - NOON).total_seconds())
		self.assertEqual([60, 120, 240, 480, 900], waits)
		self.assertEqual([FAILING, BROKEN], [State(failures=count).connection for count in (FAILURES_UNTIL_BROKEN - 1, FAILURES_UNTIL_BROKEN)])

	def test_a_receiver_says_when_to_come_again(self):
		state = after_attempt(State(), 429, NOON, 0.5, wished_seconds=3600)
		self.assertEqual(NOON + timedelta(hours=1), state.endpoint_waits_until)

	def test_a_message_that_is_refused_is_dead_in_the_end(self):
		state, now, waits = State(), NOON, []
		while state.status == WAITING:
			state = after_attempt(state, 422, now, 0.5)
			if state.delivery_waits_until:
				waits.append((state.delivery_waits_until - now).total_seconds())
				now = state.delivery_waits_until
		self.assertEqual((DEAD, MOST_TRIES, GOOD), (state.status, state.tries, state.connection))
		self.assertEqual([60, 120, 240], waits[:3])
		self.assertLessEqual(max(waits), 24 * 3600)

	def test_a_message_at_which_the_receiver_breaks_down_does_not_hold_up_the_others_for_ever(self):
		state = after_attempt(State(), 500, NOON, 0.5)
		self.assertEqual((0, 1), (state.tries, state.failures))
		# It is asked whether it is there, and is.
		state = after_answer(state, NOON + timedelta(hours=1))
		state = after_attempt(state, 500, NOON + timedelta(hours=2), 0.5)
		self.assertEqual((1, 0), (state.tries, state.failures))
		self.assertIsNone(state.endpoint_waits_until)


def _facts(state: State) -> tuple:
	return state.status, state.connection, state.endpoint_waits_until
