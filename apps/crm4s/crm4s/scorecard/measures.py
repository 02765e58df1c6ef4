"""The quantities that KPIs are made of: by each measure's name how it is counted, which documents stand behind it, and for which windows it is.

A measure answers with amounts by store and person for a window of months. KPIs name measures; a new KPI out of these needs no code.
"""

from collections.abc import Callable
from dataclasses import dataclass

from crm4s.scorecard import customers, dealings, team, voice
from crm4s.scorecard.counting import Amounts, Window
from crm4s.reports.returns import WINDOWS as RETURN_WINDOWS


@dataclass(frozen=True)
class Measure:
	"""How a quantity is counted.

	Attributes:
		count: the rows (store, person, amount) of a window; person is empty where the measure knows none.
		documents: the type of the documents behind it, the field that puts one into the window, and what else they have in common.
		windows: the only windows for which it is counted; empty: any.
		rests_on_answers: whether it tells what customers answered about a person.
	"""

	count: Callable[[Window], Amounts]
	documents: tuple[str, str, dict]
	windows: tuple[int, ...] = ()
	rests_on_answers: bool = False


VISIT, LEAD, DEAL, COMPLAINT = "C4S Service Visit", "C4S Lead", "C4S Deal", "C4S Complaint"
ANSWERS = ("C4S Survey Response", "responded_on", {"survey_kind": ["in", list(voice.SATISFACTION)]})
RECOMMENDED = ("C4S Survey Response", "responded_on", {"nps_group": ["is", "set"]})
DELIVERED = (DEAL, "delivered_on", {"status": "Delivered"})
SETTLED = (VISIT, "settled_on", {"status": "Settled"})
TRAINED = ("C4S Training Record", "trained_on", {"result": "Passed"})
PLANS = ("C4S Work Plan", "month", {})

MEASURES: dict[str, Measure] = {
	"Satisfaction Points": Measure(voice.satisfaction_points, ANSWERS, rests_on_answers=True),
	"Surveys Answered": Measure(voice.surveys_answered, ANSWERS, rests_on_answers=True),
	"Promoters Less Detractors": Measure(voice.promoters_less_detractors, RECOMMENDED, rests_on_answers=True),
	"Recommendation Answers": Measure(voice.recommendation_answers, RECOMMENDED, rests_on_answers=True),
	"Cars Delivered": Measure(dealings.cars_delivered, DELIVERED),
	"Cars Bought Again": Measure(dealings.cars_bought_again, (DEAL, "delivered_on", {"status": "Delivered", "purchase_kind": ["in", ["Replacement", "Additional"]]})),
	"Cars Delivered to Known Customers": Measure(dealings.cars_delivered_to_known, DELIVERED),
	"Cars Delivered on Recommendation": Measure(dealings.cars_delivered_on_recommendation, DELIVERED),
	"Customers Served Before": Measure(customers.served_before, SETTLED),
	"Customers Served Again": Measure(customers.served_again, SETTLED),
	"Cars Served Before": Measure(customers.cars_served_before, SETTLED, RETURN_WINDOWS),
	"Cars Not Back Since": Measure(customers.cars_not_back, SETTLED, RETURN_WINDOWS),
	"Leads Received": Measure(dealings.leads_received, (LEAD, "received_on", {})),
	"Leads Won": Measure(dealings.leads_won, (LEAD, "won_on", {"status": "Won"})),
	"Relationship Cost": Measure(dealings.relationship_cost, ("C4S Customer Cost", "incurred_on", {})),
	"Margin Earned": Measure(dealings.margin_earned, SETTLED),
	"Complaints Due": Measure(voice.complaints_due, (COMPLAINT, "resolve_by", {})),
	"Complaints Resolved in Time": Measure(voice.complaints_in_time, (COMPLAINT, "resolve_by", {})),
	"Complaints Judged": Measure(voice.complaints_judged, (COMPLAINT, "closed_on", {"satisfaction": [">", 0]})),
	"Complaints Handled Effectively": Measure(voice.complaints_effective, (COMPLAINT, "closed_on", {"satisfaction": [">=", voice.SATISFIED_FROM]})),
	"Hand-Overs Due": Measure(team.hand_overs_due, ("C4S Interaction", "due_on", {})),
	"Hand-Overs in Time": Measure(team.hand_overs_in_time, ("C4S Interaction", "due_on", {})),
	"Staff": Measure(team.staff, TRAINED),
	"Staff Trained": Measure(team.staff_trained, TRAINED),
	"Work Planned": Measure(team.work_planned, PLANS),
	"Work Done": Measure(team.work_done, PLANS),
	"Visits Settled": Measure(dealings.visits_settled, SETTLED),
	"Comebacks": Measure(dealings.comebacks, (VISIT, "settled_on", {"status": "Settled", "comeback_of": ["is", "set"]})),
}
