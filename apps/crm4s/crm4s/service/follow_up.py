"""The call some days after the visit: planned at settlement, its outcome kept on the visit."""

from frappe import _, throw
from frappe.utils import add_days, escape_html, getdate, now_datetime

from crm4s import follow_up
from crm4s.settings import setting
from crm4s.workflows.states import STATE
from crm4s.workflows.touchpoints import lets_pass
from crm4s.workflows.ways import open_ways

SETTLED, COUNTER_SALE = "Settled", "Counter Sale"


def plan(visit) -> None:
	"""One call some days after the settlement, on the list of the advisor."""
	if visit.follow_up_task or visit.visit_kind == COUNTER_SALE or not visit.customer:
		return
	day = add_days(getdate(visit.settled_on), setting("service_follow_up_days"))
	question = _("Call {0} after the service: is the trouble gone, was everything clear?").format(escape_html(visit.title))
	follow_up.plan_call(visit, day, visit.service_advisor, question)


def log(visit, outcome: str, note: str | None = None, next_call_on: str | None = None) -> None:
	"""Keep how a call went. Who was not reached is called again, the next day if nobody says when; any other outcome ends the task."""
	if visit.status != SETTLED:
		throw(_("The call follows the settlement; this visit is {0}.").format(_(visit.status)))
	outcomes = [option for option in visit.meta.get_field("follow_up_outcome").options.split("\n") if option]
	follow_up.validate_call(visit, outcome, outcomes, note)
	visit.follow_up_outcome, visit.follow_up_note = outcome, (note or "").strip() or None
	follow_up.note_outcome(visit, outcome, now_datetime(), next_call_on)
	visit.save_facts()
	visit.add_comment("Info", " · ".join(escape_html(part) for part in (_("Follow-Up"), _(outcome), visit.follow_up_note) if part))
	follow_up.update_task(visit)
	if visit.followed_up_on:
		_go_on(visit)


def _go_on(visit) -> None:
	"""Take the one step that leads on within the settled states, where the workflow lets this person take it."""
	states = [state for state in open_ways(visit).values() if lets_pass(visit, state)]
	if len(set(states)) == 1:
		visit.set(STATE, states[0])
		visit.save_facts()
