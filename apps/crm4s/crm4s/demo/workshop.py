"""What happened in the workshops in the last three months, and what happens now: steps of each visit, jobs, times of work, checks, decisions. Pure.

The visits are those of `visits.py`: each keeps its arrival and settlement, and between them goes from reception to wash in working time.
A technician works on one car at a time and a bay holds one; a car that finds neither free stays without a job.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import pandas as pd

from crm4s.demo.chance import one, stream
from crm4s.demo.drives import CARS_OF_STORE
from crm4s.demo.group import OUTLETS, Person, users_of
from crm4s.demo.opening import Calendar
from crm4s.demo.standards import standard, table
from crm4s.demo.vehicles import Vehicles
from crm4s.demo.visits import Visits
from crm4s.workshop.times import minutes_between, worked_minutes

TOPIC = 14
JOB_KEY = "demo:job-{:05d}"
# As far back as the reports look at first.
DAYS = 95
# The visit's own steps by what enters them; the first is reception, the last its settlement.
EVENTS = (None, "Items Quoted", "Items Decided", "Jobs Dispatched", "Work Started", "Work Finished", "Quality Passed", "Car Washed")
QUOTED, DECIDED, DISPATCHED, STARTED, FINISHED, PASSED, WASHED = range(1, 8)
MEANS = {"Desk": 62, "Phone": 22, "Link": 16}
BAYS = {"QL-YT1": 6, "QL-LJ1": 5, "QL-QH1": 3}
COURTESY_CARS, DRIVERS = 2, 1
RENTAL_CLASSES = ("Compact Car", "Middle-Class Car")
# Rest beyond this is spent waiting, not working.
LONGEST_SLACK_MINUTES = 70
SENT_BACK, DECLINES, DAMAGED = 0.04, 0.2, 0.3
COMEBACKS = 24
WAITS, SHIFT, REWORK = "Waiting for Parts", "End of Shift", "Rework"
# Columns of the tables, also of those that are empty in a small group.
COLUMNS = {
	"passages": ("visit", "dealership", "event", "entered_on", "left_on", "by"),
	"jobs": (
		*("key", "visit", "dealership", "bay", "technician", "planned_from", "planned_to", "planned_minutes", "_entered_on", "status"),
		*("started_on", "finished_on", "worked_minutes", "pause_reason", "rework_count"),
	),
	"job_items": ("job", "visit", "idx"),
	"intervals": ("job", "idx", "technician", "worked_by", "started_at", "ended_at", "minutes", "pause_reason"),
	"checks": ("visit", "job", "dealership", "check_kind", "result", "remark", "checked_by", "checked_on", "rework_count"),
	"bookings": ("job", "field", "resource", "dealership", "starts_at", "ends_at"),
	"decisions": ("visit", "idx", "approval", "approved_by", "approved_on", "approval_note", "technician", "job"),
	"facts": ("visit", "status", "quoted_on", "jobs_total", "jobs_open", "quality", "comeback_of"),
	"damages": ("visit", "vehicle", "marks", "signed_on", "signed_by", "is_begun"),
}

Span = tuple[datetime, datetime]


@dataclass(frozen=True)
class Workshop:
	"""`resources` are documents with a `key`; the frames name visits by key, items by the visit's key and `idx`, resources and jobs by key.

	passages: visit, event (None: reception; "Settled": the end), entered_on, left_on. decisions: visit, idx, approval, approved_by, approved_on,
	approval_note, technician. facts: visit, and what the visit knows. walk_round: visit, areas with what was found, marks.
	"""

	resources: list[dict]
	passages: pd.DataFrame
	jobs: pd.DataFrame
	job_items: pd.DataFrame
	intervals: pd.DataFrame
	checks: pd.DataFrame
	bookings: pd.DataFrame
	decisions: pd.DataFrame
	facts: pd.DataFrame
	damages: pd.DataFrame
	schedule: "Schedule"


class Schedule:
	"""What is taken of each resource."""

	def __init__(self):
		self.taken: dict[str, list[Span]] = {}

	def is_free(self, resource: str, spans: list[Span]) -> bool:
		return not any(begins < until and since < ends for since, until in self.taken.get(resource, []) for begins, ends in spans)

	def take(self, resource: str, spans: list[Span]) -> None:
		self.taken.setdefault(resource, []).extend(spans)


def make_workshop(seed: int, now: datetime, vehicles: Vehicles, visits: Visits, staff: list[Person]) -> Workshop:
	"""Jobs of about 1,300 visits at scale 1, those in the house now among them."""
	return _Floor(seed, now, vehicles, visits, staff).make()


class _Floor:
	def __init__(self, seed: int, now: datetime, vehicles: Vehicles, visits: Visits, staff: list[Person]):
		self.rng, self.now = stream(seed, TOPIC), now
		first = now.date() - timedelta(days=DAYS + 30)
		nodes = {node["dealership_code"]: node for node in table("group")["nodes"]}
		self.calendars = {outlet: Calendar(nodes[outlet]["outlet_type"], first, now.date()) for outlet in OUTLETS}
		self.names = {person.user: person.name for person in staff}
		self.staff = staff
		self.words = table("work")["workshop"]
		self.resources = list(self.make_resources(vehicles))
		self.schedule = Schedule()
		self.rows: dict[str, list[dict]] = {name: [] for name in COLUMNS}
		since = datetime.combine(now.date() - timedelta(days=DAYS), datetime.min.time())
		kept = visits.visits.loc[(visits.visits["visit_kind"] == "Workshop") & (visits.visits["status"] != "Cancelled") & ((visits.visits["arrived_on"] >= since) | (visits.visits["status"] == "Open"))]
		self.visits = kept.sort_values(["arrived_on", "external_key"]).to_dict("records")
		self.items = {key: rows.to_dict("records") for key, rows in visits.items.loc[visits.items["parent"].isin(kept["external_key"])].groupby("parent")}
		self.settled_before = visits.visits.loc[(visits.visits["status"] == "Settled") & (visits.visits["visit_kind"] == "Workshop")]

	# Who and where

	def make_resources(self, vehicles: Vehicles) -> Iterator[dict]:
		skills = [row["skill"] for row in standard("C4S Skill")]
		for outlet in OUTLETS:
			for number in range(BAYS[outlet]):
				yield {"key": f"{outlet}:bay-{number}", "kind": "Bay", "resource_name": self.words["bays"][number], "dealership": outlet}
			for user in users_of(self.staff, "Technician", outlet):
				known = [{"skill": skill} for skill in skills if skill == skills[0] or self.rng.random() < 0.45]
				yield {"key": user, "kind": "Technician", "resource_name": self.names[user], "user": user, "dealership": outlet, "skills": known}
			for number in range(DRIVERS):
				yield {"key": f"{outlet}:driver-{number}", "kind": "Pick-Up Driver", "resource_name": self.words["drivers"][number], "dealership": outlet}
			yield from self.cars_to_lend(vehicles.cars, outlet)

	def cars_to_lend(self, cars: pd.DataFrame, outlet: str) -> Iterator[dict]:
		"""New cars in stock that are not those for test drives: courtesy cars, and one of each class to rent out."""
		rows = cars.loc[(cars["_status"] == "In Stock") & (cars["dealership"] == outlet) & cars["vin"].notna()]
		rows = rows.drop(index=rows.drop_duplicates("model").index[:CARS_OF_STORE])
		for number, (_row, car) in enumerate(rows.tail(COURTESY_CARS).iterrows(), 1):
			yield {"key": f"{outlet}:courtesy-{number}", "kind": "Courtesy Car", "resource_name": f"代步车{number}号", "dealership": outlet, "vehicle": car["external_key"], "stays_out_overnight": 1}
		others = rows.iloc[:-COURTESY_CARS].tail(len(RENTAL_CLASSES))
		for rental_class, (_row, car) in zip(RENTAL_CLASSES, others.iterrows(), strict=False):
			name = f"租赁车 {car['vin'][-6:]}"
			yield {"key": f"{outlet}:rental-{rental_class}", "kind": "Rental Car", "resource_name": name, "rental_class": rental_class, "dealership": outlet, "vehicle": car["external_key"], "stays_out_overnight": 1}

	def of_kind(self, kind: str, outlet: str) -> list[str]:
		return [row["key"] for row in self.resources if row["kind"] == kind and row["dealership"] == outlet]

	def make(self) -> Workshop:
		for visit in self.visits:
			self.follow(visit)
		self.mark_comebacks()
		frames = {name: pd.DataFrame(rows, columns=COLUMNS[name], dtype=object) for name, rows in self.rows.items()}
		return Workshop(resources=self.resources, schedule=self.schedule, **frames)

	# One visit

	def follow(self, visit: dict) -> None:
		items = self.items.get(visit["external_key"], [])
		labour = [row for row in items if row["item_kind"] == "Labour"]
		minutes = round(sum(row["quantity"] for row in labour) * 60)
		moments, pauses = self.moments(visit, minutes)
		job = self.place(visit, labour, moments, minutes) if labour and moments[DISPATCHED] <= self.now else None
		if visit["status"] == "Open" and not job:
			moments = [*moments[:DISPATCHED], *[datetime.max] * (len(EVENTS) - DISPATCHED)]
		if job:
			self.work(job, moments, pauses)
		self.pass_through(visit, moments)
		self.decide(visit, items, moments, job)
		self.note_facts(visit, moments, job)
		self.walk_round(visit, moments)

	def moments(self, visit: dict, labour: int) -> tuple[list[datetime], list[str]]:
		"""When each step was or will be entered; what lies beyond the work is partly spent before it, partly after, the rest waiting for a part."""
		rng, calendar, arrived = self.rng, self.calendars[visit["dealership"]], visit["arrived_on"]
		if visit["settled_on"]:
			total = self.minutes_open(calendar, arrived, visit["settled_on"])
		else:
			total = max(labour + rng.integers(40, 110), self.minutes_open(calendar, arrived, self.now) + rng.integers(5, 30 + labour))
		slack = max(total - labour, 12)
		before, after = min(slack * 0.45, LONGEST_SLACK_MINUTES * 0.6), min(slack * 0.5, LONGEST_SLACK_MINUTES)
		marks = [0, before * rng.uniform(0.3, 0.45), before * rng.uniform(0.55, 0.7), before * rng.uniform(0.78, 0.9), before]
		ends = total - after
		marks += [ends, ends + after * rng.uniform(0.25, 0.4), ends + after * rng.uniform(0.6, 0.85)]
		moments = [calendar.finish(arrived, float(mark)).replace(second=0, microsecond=0) for mark in marks]
		moments[0] = arrived
		# What came before today and is still here waits for a part.
		waits = slack - before - after > LONGEST_SLACK_MINUTES or (visit["status"] == "Open" and arrived.date() < self.now.date())
		return moments, [WAITS] if waits else []

	def minutes_open(self, calendar: Calendar, begins: datetime, ends: datetime) -> int:
		return sum(minutes_between(*span) for span in open_spans(calendar, begins, ends))

	def pass_through(self, visit: dict, moments: list[datetime]) -> None:
		steps = [(event, moment) for event, moment in zip(EVENTS, moments, strict=True) if moment <= self.now]
		if visit["settled_on"]:
			steps = [step for step in steps if step[1] <= visit["settled_on"]] + [("Settled", visit["settled_on"])]
		for position, (event, entered_on) in enumerate(steps):
			left_on = steps[position + 1][1] if position + 1 < len(steps) else None
			self.rows["passages"].append({"visit": visit["external_key"], "dealership": visit["dealership"], "event": event, "entered_on": entered_on, "left_on": left_on, "by": visit["service_advisor"]})

	# The job

	def place(self, visit: dict, labour: list[dict], moments: list[datetime], minutes: int) -> dict | None:
		"""A bay and a technician that are free for the whole of it; the one whom the invoice names first."""
		outlet, calendar = visit["dealership"], self.calendars[visit["dealership"]]
		starts_at, ends_at = moments[STARTED], moments[FINISHED]
		closes = datetime.combine(starts_at.date(), calendar.hours[starts_at.weekday()][1])
		planned = (starts_at, max(min(starts_at + timedelta(minutes=minutes), closes), starts_at + timedelta(minutes=5)))
		spans = [planned, *open_spans(calendar, starts_at, ends_at)]
		people = self.of_kind("Technician", outlet)
		named = labour[0]["technician"]
		bays = [bay for bay in self.of_kind("Bay", outlet) if self.schedule.is_free(bay, spans)]
		free = [person for person in sorted(people, key=lambda person: person != named) if self.schedule.is_free(person, spans)]
		if not bays or not free:
			return None
		bay = one(self.rng, bays)
		self.schedule.take(bay, spans)
		self.schedule.take(free[0], spans)
		job = {
			**{"key": JOB_KEY.format(len(self.rows["jobs"]) + 1), "visit": visit["external_key"], "dealership": outlet, "bay": bay, "technician": free[0]},
			**{"planned_from": planned[0], "planned_to": planned[1], "planned_minutes": max(minutes, 1), "_entered_on": moments[DISPATCHED], "status": "Planned"},
			**{"started_on": None, "finished_on": None, "worked_minutes": 0, "pause_reason": None, "rework_count": 0},
		}
		self.rows["jobs"].append(job)
		self.rows["job_items"] += [{"job": job["key"], "visit": visit["external_key"], "idx": row["idx"]} for row in labour]
		return job

	def work(self, job: dict, moments: list[datetime], pauses: list[str]) -> None:
		if moments[STARTED] > self.now:
			self.book(job)
			return
		calendar = self.calendars[job["dealership"]]
		pieces = open_spans(calendar, moments[STARTED], moments[FINISHED])
		if pauses and len(pieces) > 1:
			# Begun, taken apart, and waiting: the last day brings the part, which has not come yet where the car is still here.
			begun = (pieces[0][0], min(pieces[0][1], pieces[0][0] + timedelta(minutes=35)))
			pieces = [begun, pieces[-1]] if moments[FINISHED] <= self.now else [begun]
		is_sent_back = self.rng.random() < SENT_BACK and moments[FINISHED] <= self.now and len(pieces) == 1 and minutes_between(*pieces[0]) > 40
		if is_sent_back:
			pieces = self.send_back(job, pieces[0])
		worked = [piece for piece in pieces if piece[0] <= self.now]
		is_done = moments[FINISHED] <= self.now
		for position, (begins, ends) in enumerate(worked):
			is_last = position == len(worked) - 1
			ended = ends if ends <= self.now else None
			reason = None if (is_done and is_last) or not ended else REWORK if is_sent_back else pauses[0] if pauses else SHIFT
			self.rows["intervals"].append(
				{"job": job["key"], "idx": position + 1, "technician": job["technician"], "worked_by": job["technician"], "started_at": begins, "ended_at": ended, "minutes": minutes_between(begins, ended) if ended else 0, "pause_reason": None if reason == REWORK else reason}
			)
		running = bool(worked) and worked[-1][1] > self.now
		job |= {
			"status": "Finished" if is_done else "Working" if running else "Paused",
			"started_on": worked[0][0],
			"finished_on": worked[-1][1] if is_done else None,
			"worked_minutes": worked_minutes([span for span in worked if span[1] <= self.now], self.now),
			"pause_reason": None if is_done or running else pauses[0] if pauses else SHIFT,
		}
		self.book(job)
		if is_done:
			self.check(job, moments)

	def send_back(self, job: dict, piece: Span) -> list[Span]:
		"""The team check finds something; the rest is done again, on the same day."""
		begins, ends = piece
		found = begins + (ends - begins) * 0.7
		found = found.replace(second=0, microsecond=0)
		again = found + timedelta(minutes=8)
		job["rework_count"] = 1
		self.add_check(job, "Team Check", "Failed", found + timedelta(minutes=3), self.colleague(job), one(self.rng, self.words["failed"]), rework=0)
		return [(begins, found), (again, ends)]

	def check(self, job: dict, moments: list[datetime]) -> None:
		done = job["finished_on"]
		passed = moments[PASSED]
		span = max(minutes_between(done, passed), 3)
		for kind, share, person in (("Self Check", 0.2, job["technician"]), ("Team Check", 0.6, self.colleague(job)), ("Final Check", 1.0, self.manager(job))):
			moment = passed if share == 1 else done + timedelta(minutes=int(span * share))
			if moment <= self.now and person:
				self.add_check(job, kind, "Passed", moment, person, None, job["rework_count"])

	def add_check(self, job: dict, kind: str, result: str, moment: datetime, person: str, remark: str | None, rework: int) -> None:
		of_job = None if kind == "Final Check" else job["key"]
		self.rows["checks"].append(
			{"visit": job["visit"], "job": of_job, "dealership": job["dealership"], "check_kind": kind, "result": result, "remark": remark, "checked_by": person, "checked_on": moment, "rework_count": rework if of_job else 0}
		)

	def colleague(self, job: dict) -> str:
		others = [person for person in self.of_kind("Technician", job["dealership"]) if person != job["technician"]]
		return others[0] if others else job["technician"]

	def manager(self, job: dict) -> str | None:
		return next(iter(users_of(self.staff, "Workshop Manager", job["dealership"])), None)

	def book(self, job: dict) -> None:
		"""As the mechanism leaves it: what was finished early is free again."""
		ends_at = min(job["planned_to"], job["finished_on"]) if job["finished_on"] else job["planned_to"]
		if ends_at <= job["planned_from"]:
			return
		for field in ("bay", "technician"):
			self.rows["bookings"].append({"job": job["key"], "field": None if job["finished_on"] else f"{field}_booking", "resource": job[field], "dealership": job["dealership"], "starts_at": job["planned_from"], "ends_at": ends_at})

	# What the customer said, and what the visit knows

	def decide(self, visit: dict, items: list[dict], moments: list[datetime], job: dict | None) -> None:
		if moments[DECIDED] > self.now:
			return
		rng = self.rng
		means = one(rng, list(MEANS), list(MEANS.values()))
		# One can do without what is no part of the work itself.
		may_lack = [row for row in items if row["item_kind"] == "Other"] if visit["status"] == "Open" and len(items) > 1 else []
		declined = {row["idx"] for row in may_lack if rng.random() < DECLINES * 2}
		for row in items:
			self.rows["decisions"].append(
				{
					**{"visit": visit["external_key"], "idx": row["idx"], "approval": "Declined" if row["idx"] in declined else "Approved"},
					**{"approved_by": means, "approved_on": moments[DECIDED], "approval_note": one(rng, self.words["phone_notes"]) if means == "Phone" else None},
					**{"technician": job["technician"] if job and row["item_kind"] == "Labour" else None, "job": job["key"] if job and row["item_kind"] == "Labour" else None},
				}
			)

	def note_facts(self, visit: dict, moments: list[datetime], job: dict | None) -> None:
		is_passed = bool(job) and job["status"] == "Finished" and moments[PASSED] <= self.now
		self.rows["facts"].append(
			{
				**{"visit": visit["external_key"], "status": visit["status"], "quoted_on": moments[QUOTED] if moments[QUOTED] <= self.now else None},
				**{"jobs_total": int(bool(job)), "jobs_open": int(bool(job) and job["status"] != "Finished"), "quality": "Passed" if is_passed else ""},
				"comeback_of": None,
			}
		)

	def mark_comebacks(self) -> None:
		"""Of the visits that followed another one of the same car soon, the latest were for the same trouble."""
		facts = {row["visit"]: row for row in self.rows["facts"]}
		left = COMEBACKS
		for visit in reversed(self.visits):
			before = self.settled_before.loc[
				(self.settled_before["vehicle"] == visit["vehicle"]) & (self.settled_before["dealership"] == visit["dealership"])
				& (self.settled_before["settled_on"] < visit["arrived_on"]) & (self.settled_before["settled_on"] > visit["arrived_on"] - timedelta(days=60))
			] if left else []
			if len(before):
				facts[visit["external_key"]]["comeback_of"] = before.iloc[-1]["external_key"]
				left -= 1

	def walk_round(self, visit: dict, moments: list[datetime]) -> None:
		"""What was found; signed before the quotation. Of visits that are long settled the sheet lies in the archive."""
		if visit["settled_on"] and visit["settled_on"] < self.now - timedelta(days=3):
			return
		marks = [
			{"kind": one(self.rng, ("Scratch", "Scratch", "Dent", "Crack")), "x": round(float(self.rng.uniform(15, 85)), 1), "y": round(float(self.rng.uniform(20, 80)), 1), "remark": one(self.rng, self.words["damages"])}
			for _mark in range(int(self.rng.integers(1, 4)) if self.rng.random() < DAMAGED else 0)
		]
		signed_on = moments[QUOTED] - timedelta(minutes=1) if moments[QUOTED] <= self.now else None
		self.rows["damages"].append({"visit": visit["external_key"], "vehicle": visit["vehicle"], "marks": marks, "signed_on": signed_on and max(signed_on, visit["arrived_on"]), "signed_by": visit["service_advisor"], "is_begun": bool(signed_on) or self.rng.random() < 0.5})


def open_spans(calendar: Calendar, begins: datetime, ends: datetime) -> list[Span]:
	"""The parts of the time in which the outlet is open, day by day."""
	spans, day = [], begins.date()
	while day <= ends.date():
		hours = calendar.hours.get(day.weekday())
		is_known = 0 <= (day - calendar.first).days < len(calendar.weights)
		if hours and (not is_known or calendar.is_open(day)):
			since, until = max(begins, datetime.combine(day, hours[0])), min(ends, datetime.combine(day, hours[1]))
			if since < until:
				spans.append((since, until))
		day += timedelta(days=1)
	return spans
