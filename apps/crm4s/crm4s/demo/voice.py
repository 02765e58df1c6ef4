"""What customers said: complaints with their handling, and answers to the seeded surveys. Pure."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

import numpy as np
import pandas as pd

from crm4s.demo.chance import one, stream
from crm4s.demo.group import Person, users_of
from crm4s.demo.people import People
from crm4s.demo.standards import standard, table
from crm4s.demo.vehicles import HISTORY_DAYS, Vehicles
from crm4s.demo.visits import Visits
from crm4s.surveys.questions import holds
from crm4s.value.satisfaction import NPS_KIND, NUMBER_SCALES, RATING_SCALES, Indicator, Rating, nps_group, satisfaction_index

TOPIC = 7
COMPLAINTS, RECENT_COMPLAINTS = 105, 18
# Of customers asked: after a purchase, after a visit, and asked anywhere whether they would recommend us.
ANSWERED_PURCHASES = 0.56
VISIT_RESPONSES, RECOMMENDATIONS = 820, 170
# What customers expect, and long talks with a few; the mean of a rating is higher for the one.
FURTHER = {"Expectation": 90, "Interview": 45}
EXPECTED = 0.7
# Codes of the questions that decide whether somebody recommends us, and how much: done right and in time counts, the coffee does not.
DECISIVE = {"Q5": 0.45, "Q7": 0.3}
SALES_CATEGORIES = (
	"Sales Consultant's Attitude",
	"Promise Not Kept",
	"Delivery Delayed",
	"Price and Contract",
	"Papers and Plates",
	"Body and Paint",
)
SERVICE_CATEGORIES = (
	"Waiting Too Long",
	"Repair Not Effective",
	"Repeated Repair",
	"Car Damaged or Dirty",
	"Work Done Without Consent",
	"Handed Over Late",
	"Part Not Available",
	"Service Too Expensive",
	"Invoice Unclear",
	"Warranty Refused",
	"Insurance Claim Handling",
)
CHANNELS = {
	"Phone": 50,
	"Visit": 20,
	"WeChat": 16,
	"Web": 5,
	"Manufacturer": 6,
	"Consumer Association": 2,
	"Social Account": 1,
}
SURVEY_CHANNELS = {"WeChat": 50, "Phone": 35, "SMS": 10, "Paper": 5}
# Mean of a rating out of ten: one store is better than the others, and all become better with time.
MEAN = {"QL-YT1": 8.9, "QL-LJ1": 8.4, "QL-QH1": 8.6}
YEARLY_IMPROVEMENT = 0.25


@dataclass(frozen=True)
class Voice:
	"""`complaints` and `responses` one row each, `key` first; `answers` has the response's key in `parent` and the number of the question
	in its survey in `question_number`. `score` of a response is not yet rounded."""

	complaints: pd.DataFrame
	responses: pd.DataFrame
	answers: pd.DataFrame


def make_voice(
	seed: int,
	scale: float,
	now: datetime,
	people: People,
	vehicles: Vehicles,
	visits: Visits,
	leads: pd.DataFrame,
	staff: list[Person],
) -> Voice:
	"""About 120 complaints and 1,250 responses at scale 1, nothing after `now`."""
	rng = stream(seed, TOPIC)
	complaints = _Complaints(rng, now, vehicles.cars, visits.visits, staff).make(scale)
	responses, answers = _Responses(rng, now, people, vehicles.cars, visits.visits, leads).make(scale)
	return Voice(complaints, responses, answers)


class _Complaints:
	def __init__(self, rng, now: datetime, cars: pd.DataFrame, visits: pd.DataFrame, staff: list[Person]):
		self.rng, self.now = rng, now
		self.templates = table("words")["complaints"]
		self.words = table("words")
		self.hours = {
			row["severity"]: (row["response_hours"], row["resolution_hours"])
			for row in standard("C4S Complaint Severity")
		}
		self.settled = visits.loc[(visits["status"] == "Settled") & visits["vehicle"].notna()].to_dict("records")
		self.owned = cars.loc[cars["_owner"].notna() & cars["first_registered_on"].notna()].to_dict("records")
		self.sold = [car for car in self.owned if car["_way"] == "sold"]
		self.handlers = {
			node: users_of(staff, "Customer Service Representative", node) or users_of(staff, "CRM Specialist", node)
			for node in MEAN
		}

	def make(self, scale: float) -> pd.DataFrame:
		rows = [self.past() for _ in range(max(2, round(COMPLAINTS * scale)))]
		count = max(4, round(RECENT_COMPLAINTS * scale))
		rows += [self.recent(number) for number in range(count)]
		frame = pd.DataFrame(sorted(rows, key=lambda row: (row["received_on"], row["customer"])), dtype=object)
		frame.insert(0, "key", [f"demo:complaint-{number:04d}" for number in range(1, len(frame) + 1)])
		return frame.where(frame.notna(), None)

	def past(self) -> dict:
		"""Received three weeks ago or earlier and closed since, a few only resolved."""
		rng = self.rng
		case = self.case(lambda received: received < self.now - timedelta(days=21))
		self.answer(case)
		self.solve(case)
		if rng.random() < 0.93:
			self.close(case)
		return case

	def recent(self, number: int) -> dict:
		"""Of the last days: every third is overdue, every third open in time, the others resolved."""
		days = (4, 12) if number % 3 == 0 else (0, 1)
		case = self.case(None)
		hours = self.rng.uniform(days[0] * 24 + 1, days[1] * 24 + 20)
		if number % 3 == 1:
			hours = min(hours, self.hours[case["severity"]][1] * 0.6)
		case["received_on"] = _minute(self.now - timedelta(hours=hours))
		case["service_visit"] = None
		self.set_deadlines(case)
		self.answer(case)
		if number % 3 == 2:
			self.solve(case)
		return case

	def case(self, fits) -> dict:
		"""A complaint as it came in, about a visit, a purchase or the car itself."""
		rng = self.rng
		while True:
			category, severity, text, solution, outcome, _weight = one(
				rng, self.templates, [row[5] for row in self.templates]
			)
			case = {
				"category": category,
				"severity": severity,
				"description": text,
				"_solution": solution,
				"_outcome": outcome,
			}
			case |= self.occasion(category)
			if fits is None or fits(case["received_on"]):
				break
		case |= {"subject": text[:60], "channel": one(rng, list(CHANNELS), list(CHANNELS.values())), "status": "Open"}
		case["handler"] = one(rng, self.handlers[case["dealership"]])
		self.set_deadlines(case)
		return case

	def occasion(self, category: str) -> dict:
		rng = self.rng
		if category in SERVICE_CATEGORIES:
			visit = one(rng, self.settled)
			received = min(
				visit["settled_on"] + timedelta(hours=float(rng.exponential(30)) + 0.5),
				self.now - timedelta(minutes=30),
			)
			return {
				"customer": visit["customer"],
				"vehicle": visit["vehicle"],
				"service_visit": visit["external_key"],
				"dealership": visit["dealership"],
				"received_on": _minute(received),
			}
		if category in SALES_CATEGORIES and self.sold:
			car = one(rng, self.sold)
			day, outlet = car["delivered_on"], car["_sold_by"]
		else:
			car = one(rng, self.owned)
			earliest = max((self.now.date() - timedelta(days=HISTORY_DAYS)), car["delivered_on"])
			day, outlet = (
				earliest + timedelta(days=int(rng.integers(0, max((self.now.date() - earliest).days, 1)))),
				car["_home"],
			)
		received = datetime.combine(day, time(9)) + timedelta(days=float(rng.uniform(0.1, 6)))
		return {
			"customer": car["_owner"],
			"vehicle": car["external_key"],
			"service_visit": None,
			"dealership": outlet,
			"received_on": _minute(min(received, self.now - timedelta(minutes=30))),
		}

	def set_deadlines(self, case: dict) -> None:
		response, resolution = self.hours[case["severity"]]
		case["respond_by"] = case["received_on"] + timedelta(hours=response)
		case["resolve_by"] = case["received_on"] + timedelta(hours=resolution)

	def answer(self, case: dict) -> None:
		"""Most are answered in time."""
		share = self.rng.uniform(0.1, 0.9) if self.rng.random() < 0.86 else self.rng.uniform(1.1, 2.5)
		responded = _minute(case["received_on"] + (case["respond_by"] - case["received_on"]) * share)
		case["responded_on"] = max(responded, case["received_on"]) if responded < self.now else None

	def solve(self, case: dict) -> None:
		rng = self.rng
		share = rng.uniform(0.25, 0.95) if rng.random() < 0.84 else rng.uniform(1.05, 2.2)
		latest = self.now - timedelta(minutes=5)
		resolved = _minute(case["received_on"] + (case["resolve_by"] - case["received_on"]) * share)
		case["responded_on"] = case["responded_on"] or _minute(
			case["received_on"] + (latest - case["received_on"]) * 0.3
		)
		resolved = max(min(resolved, _minute(latest)), case["responded_on"])
		case |= {
			"status": "Resolved",
			"resolved_on": resolved,
			"solution": case["_solution"],
			"outcome": case["_outcome"],
		}
		if case["outcome"] == "Compensate":
			case["compensation_amount"] = float(round(rng.lognormal(6.2, 0.6), -1)) + 50
		if rng.random() < 0.6:
			case |= {
				"root_cause": one(rng, self.words["root_causes"]),
				"prevention": one(rng, self.words["preventions"]),
			}

	def close(self, case: dict) -> None:
		rng = self.rng
		closed = _minute(case["resolved_on"] + timedelta(hours=float(rng.uniform(12, 96))))
		case |= {"status": "Closed", "closed_on": min(closed, _minute(self.now - timedelta(minutes=2)))}
		if rng.random() < 0.88:
			case["satisfaction"] = one(rng, (1, 2, 3, 4, 5), (4, 8, 22, 41, 25))
		else:
			case["closing_note"] = one(rng, self.words["closing_notes"])


class _Responses:
	def __init__(
		self, rng, now: datetime, people: People, cars: pd.DataFrame, visits: pd.DataFrame, leads: pd.DataFrame
	):
		self.rng, self.now = rng, now
		# Of several surveys of a kind the first is the usual one.
		self.surveys = {survey["survey_kind"]: survey for survey in reversed(standard("C4S Survey"))}
		self.indicators = {
			row["indicator_name"]: Indicator(float(row.get("weight", 1)), row.get("parent_indicator"))
			for row in standard("C4S Survey Indicator")
		}
		self.customers = people.customers
		self.sold = cars.loc[(cars["_way"] == "sold") & cars["_owner"].notna()].to_dict("records")
		self.settled = visits.loc[(visits["status"] == "Settled") & (visits["visit_kind"] == "Workshop")].to_dict(
			"records"
		)
		won = leads.loc[(leads["status"] == "Won") & leads["customer"].notna()]
		self.lead_of = dict(zip(won["customer"], won["external_key"], strict=True))
		self.texts = table("words")["survey_texts"]

	def make(self, scale: float) -> tuple[pd.DataFrame, pd.DataFrame]:
		asked = [self.purchase(car) for car in self.sold if self.rng.random() < ANSWERED_PURCHASES]
		order = self.rng.permutation(len(self.settled))[: round(VISIT_RESPONSES * scale)]
		asked += [self.visit(self.settled[position]) for position in order]
		asked += [self.anybody("NPS") for _ in range(max(1, round(RECOMMENDATIONS * scale)))]
		asked += [self.anybody(kind) for kind, count in FURTHER.items() for _ in range(max(1, round(count * scale)))]
		asked = [response for response in asked if response["responded_on"] < self.now]
		asked.sort(key=lambda response: (response["responded_on"], response["customer"]))
		answers = []
		for number, response in enumerate(asked, 1):
			response["key"] = f"demo:response-{number:05d}"
			answers += self.answers(response)
		columns = [
			"key",
			"survey",
			"survey_kind",
			"responded_on",
			"channel",
			"dealership",
			"customer",
			"vehicle",
			"lead",
			"service_visit",
			"comment",
			"score",
			"rated_answers",
			"nps_group",
			"nps_answer",
		]
		return pd.DataFrame(asked, dtype=object)[columns], pd.DataFrame(answers, dtype=object)

	def purchase(self, car: dict) -> dict:
		moment = datetime.combine(car["delivered_on"], time(9)) + timedelta(
			days=int(self.rng.integers(3, 10)), minutes=int(self.rng.integers(0, 640))
		)
		return self.response(
			"SSI",
			car["_sold_by"],
			car["_owner"],
			moment,
			vehicle=car["external_key"],
			lead=self.lead_of.get(car["_owner"]),
		)

	def visit(self, visit: dict) -> dict:
		moment = visit["settled_on"] + timedelta(
			days=int(self.rng.integers(1, 5)), minutes=int(self.rng.integers(-60, 60))
		)
		return self.response(
			"CSI",
			visit["dealership"],
			visit["customer"],
			_minute(moment),
			vehicle=visit["vehicle"],
			service_visit=visit["external_key"],
		)

	def anybody(self, kind: str) -> dict:
		"""Some customer, within the last year."""
		customer = self.customers.iloc[int(self.rng.integers(len(self.customers)))]
		moment = self.now - timedelta(days=float(self.rng.uniform(0.5, 360)))
		return self.response(kind, customer["_home"], customer["external_key"], _minute(moment))

	def response(self, kind: str, outlet: str, customer: str, moment: datetime, **links) -> dict:
		return {
			"survey": self.surveys[kind]["title"],
			"survey_kind": kind,
			"responded_on": moment,
			"dealership": outlet,
			"customer": customer,
			"channel": one(self.rng, list(SURVEY_CHANNELS), list(SURVEY_CHANNELS.values())),
			"vehicle": None,
			"lead": None,
			"service_visit": None,
			"comment": None,
			"nps_group": None,
			"nps_answer": 0,
			**links,
		}

	def answers(self, response: dict) -> list[dict]:
		"""Answer the questions out of one mood, so that the answers of a person agree; fill score and recommendation."""
		rng = self.rng
		years_ago = (self.now - response["responded_on"]).days / 365
		mood = (
			MEAN[response["dealership"]]
			- YEARLY_IMPROVEMENT * years_ago
			+ rng.normal(0, 0.9)
			- (rng.random() < 0.07) * rng.uniform(2, 5)
			+ EXPECTED * (response["survey_kind"] == "Expectation")
		)
		rows, ratings, given = [], [], {}
		for number, question in enumerate(self.surveys[response["survey_kind"]]["questions"], 1):
			kind = question["question_kind"]
			if question.get("shown_if_question") and not holds(question, given):
				continue
			if not question.get("mandatory") and rng.random() < (0.75 if kind == "Text" else 0.3):
				continue
			row = {
				"parent": response["key"],
				"idx": len(rows) + 1,
				"question_number": number,
				"question": question["question"],
				"question_kind": kind,
			}
			rows.append(row | self.answer(kind, question, self.decided(mood, given) if kind == NPS_KIND else mood))
			given[question["code"]] = (question, rows[-1]["text"])
			if kind in RATING_SCALES and question.get("weight", 1) > 0:
				lowest, highest = RATING_SCALES[kind]
				ratings.append(
					Rating(
						rows[-1]["number"], lowest, highest, float(question.get("weight", 1)), question.get("indicator")
					)
				)
			if kind == NPS_KIND:
				response |= {"nps_answer": rows[-1]["number"], "nps_group": nps_group(rows[-1]["number"])}
		index = satisfaction_index(ratings, self.indicators) if ratings else None
		response |= {"score": index or 0.0, "rated_answers": len(ratings) if index is not None else 0}
		return rows

	@staticmethod
	def decided(mood: float, given: dict) -> float:
		"""The mood after what was decisive went better or worse than the rest."""
		rated = {code: float(answer) for code, (question, answer) in given.items() if code in DECISIVE and question["question_kind"] == "Rating 1-10"}
		return mood + sum(DECISIVE[code] * (number - mood) for code, number in rated.items())

	def answer(self, kind: str, question: dict, mood: float) -> dict:
		rng = self.rng
		if kind in NUMBER_SCALES:
			lowest, highest = NUMBER_SCALES[kind]
			value = lowest + (mood + rng.normal(0, 0.8) - 1) / 9 * (highest - lowest)
			number = int(np.clip(round(value), lowest, highest))
			return {"number": number, "text": str(number)}
		if kind == "Multiple Choice":
			options = question["options"].split("\n")
			return {"number": 0, "text": "\n".join(options[place] for place in sorted(rng.permutation(len(options))[: 1 + int(rng.random() < 0.3)]))}
		if kind == "Yes/No":
			return {"number": (number := int(mood > 7)), "text": "Yes" if number else "No"}
		if kind == "Choice":
			return {"number": 0, "text": one(rng, question["options"].split("\n"))}
		return {"number": 0, "text": one(rng, self.texts["high" if mood > 8.4 else "middle" if mood > 6.5 else "low"])}


def _minute(moment: datetime) -> datetime:
	return moment.replace(second=0, microsecond=0)
