"""Fills a site with a million customers, 100,000 answered surveys and a day of visits, by statements that make the rows inside the database."""

from time import perf_counter

import frappe
from frappe.utils import add_days, nowdate

from benchmarks.rows import dice, finish, insert, named, noted, one, reserve
from crm4s.demo.documents import insert_missing, make_users
from crm4s.demo.group import Person

# Counted up when the rows change: data of another recipe are made anew.
RECIPE = 1
STATE = "crm4s_voice_benchmark"
CUSTOMER, RELATIONSHIP, PHONE, VISIT = "C4S Customer", "C4S Store Relationship", "C4S Customer Phone", "C4S Service Visit"
RESPONSE, ANSWER = "C4S Survey Response", "C4S Survey Answer"
STORES = tuple(f"VB-{number:02d}" for number in range(1, 41))
AGENT, MANAGER = "voice-agent@bench.example", "voice-manager@bench.example"
ADVISORS = tuple(f"voice-advisor-{number}@bench.example" for number in range(1, 21))
# One customer in so many answered, one was in the workshop on the day; one answer in so many has words.
ANSWERED_ONE_IN, VISITED_ONE_IN, WORDS_ONE_IN = 10, 50, 5
INDICATORS = ("Maintenance Satisfaction", "Appointment", "Service Advisor", "Service Quality", "Service Time", "Service Charges", "Service Facilities", "After-Sales Satisfaction")
TEXTS = ("等待时间太长，休息区没有座位", "服务顾问很专业，讲解清楚", "交车很快，车洗得很干净", "价格比外面贵，项目说明不清楚", "同样的问题修了两次还没有修好", "预约很方便，到店马上就安排了", "配件等了一个星期", "师傅态度好，下次还来")


def fill(rows: int, commit: bool = True) -> dict:
	"""Make so many customers with what belongs to them, unless they are there; what the fill took, also where it was made earlier."""
	found = filled()
	if found:
		return found
	began = perf_counter()
	survey = _longest_survey()
	rated = [question.name for question in survey.questions if question.question_kind == "Rating 1-10"]
	_make_masters()
	first = reserve("CU-", rows)
	_insert_customers(rows, first, commit)
	responses, visits = rows // ANSWERED_ONE_IN, rows // VISITED_ONE_IN
	_insert_responses(responses, first, survey, rated, commit)
	_insert_visits(visits, first, commit)
	state = {
		"recipe": RECIPE, "rows": rows, "first": first, "responses": responses, "visits": visits, "texts": responses // WORDS_ONE_IN,
		"questions": len(survey.questions), "survey": survey.name, "seconds": perf_counter() - began,
	}
	return finish(STATE, state, (CUSTOMER, RELATIONSHIP, PHONE, VISIT, RESPONSE, ANSWER), commit)


def filled() -> dict | None:
	"""What an earlier fill noted, and whether it made what this version makes."""
	return noted(STATE, RECIPE)


def _longest_survey():
	"""The one that is asked after a visit, not one of those that ask about a detail."""
	surveys = [frappe.get_doc("C4S Survey", name) for name in frappe.get_all("C4S Survey", {"survey_kind": "CSI", "published_version": ["is", "set"]}, pluck="name")]
	return max(surveys, key=lambda survey: len(survey.questions))


def _make_masters() -> None:
	outlet = {"doctype": "C4S Dealership", "node_kind": "Outlet", "outlet_type": "4S Store"}
	insert_missing({**outlet, "dealership_code": code, "dealership_name": code} for code in STORES)
	make_users(
		[
			Person(AGENT, "Agent", "C4S Customer Service Representative", "Agent", STORES[0]),
			Person(MANAGER, "Manager", "C4S CRM Manager", "Manager", STORES[0]),
		]
	)


# Of a customer: `c1` store, `c2` to `c6` answers, `c0` when.
STORE = one(STORES, "c1")


def _insert_customers(rows: int, first: int, commit: bool) -> None:
	source, name = dice("voice", rows), named("CU-", first, "n")
	number = "concat('+86139', lpad(n, 8, '0'))"
	who = {"name": name, "customer_name": "concat('基准', n)", "customer_kind": "'Private'", "external_key": "concat('voice:', n)"}
	insert(CUSTOMER, source, {**who, "primary_phone": number, "masked_phone": "concat('139****', lpad(n mod 10000, 4, '0'))"}, rows, commit)
	tie = {"name": "concat('vbr', lpad(n, 7, '0'))", "customer": name, "customer_name": "concat('基准', n)", "dealership": STORE, "since": "curdate() - interval 300 day"}
	insert(RELATIONSHIP, source, tie, rows, commit)
	phone = {"name": "concat('vbp', lpad(n, 7, '0'))", "parent": name, "parenttype": f"'{CUSTOMER}'", "parentfield": "'phones'", "idx": "1", "phone": number, "is_primary": "1"}
	insert(PHONE, source, phone, rows, commit)


def _points(chance: str) -> str:
	return f"round(500 + 500 * {chance}, 1)"


def _measures(rated: list[str]) -> str:
	"""SQL of what the response's controller stores: points of the indicators, shares of the questions; both follow from few chances, as people's answers do."""
	chances = ("c2", "(c2 + c3) / 2", "(c2 + c4) / 2", "(c3 + c4) / 2", "(c2 + c5) / 2", "c3", "(c4 + c6) / 2", "c5")
	points = ", ',', ".join(f"'\"{name}\":', {_points(chances[position % 8])}" for position, name in enumerate(INDICATORS))
	shares = ", ',', ".join(f"'\"{row}\":', round(floor(10 * {chances[position % 8]}) / 9, 4)" for position, row in enumerate(rated))
	return f"concat('{{\"i\":{{', {points}, '}},\"q\":{{', {shares}, '}}}}')"


def _insert_responses(rows: int, first: int, survey, rated: list[str], commit: bool) -> None:
	source, name = dice("voice-response", rows), "concat('SR-V', lpad(n, 7, '0'))"
	when = "now() - interval floor(364 * c0) day - interval floor(600 * c7) minute"
	who = {"name": name, "customer": named("CU-", first, f"n * {ANSWERED_ONE_IN}"), "dealership": STORE, "service_advisor": one(ADVISORS, "c6")}
	what = {"survey": frappe.db.escape(survey.name), "survey_kind": "'CSI'", "version": frappe.db.escape(survey.published_version), "channel": one(("WeChat", "Phone", "SMS"), "c5"), "responded_on": when}
	nps = "floor(4 + 7 * c2)"
	group = f"if({nps} > 8, 'Promoter', if({nps} > 6, 'Passive', 'Detractor'))"
	figures = {"score": _points("(c2 + c3 + c4) / 3"), "rated_answers": str(len(rated)), "nps_answer": nps, "nps_group": group, "measures": _measures(rated)}
	insert(RESPONSE, source, {**who, **what, **figures}, rows, commit)
	words = f"(select * from {dice('voice-response', rows)} where n mod {WORDS_ONE_IN} = 0) dice"
	row = {"name": "concat('vba', lpad(n, 7, '0'))", "parent": name, "parenttype": f"'{RESPONSE}'", "parentfield": "'answers'", "idx": "14", "question_kind": "'Text'", "text": one(TEXTS, "c3")}
	insert(ANSWER, words, row, rows, commit)


def _insert_visits(rows: int, first: int, commit: bool) -> None:
	"""Of customers who did not answer lately, all settled three days ago."""
	settled = f"'{add_days(nowdate(), -3)} 15:00:00'"
	who = {"name": "concat('SV-V', lpad(n, 7, '0'))", "customer": named("CU-", first, f"(n - 1) * {VISITED_ONE_IN} + 3"), "dealership": STORE}
	what = {"visit_kind": "'Workshop'", "status": "'Settled'", "arrived_on": settled, "settled_on": settled, "customer_amount": "800", "total_amount": "800"}
	insert(VISIT, dice("voice-visit", rows), {**who, **what}, rows, commit)
