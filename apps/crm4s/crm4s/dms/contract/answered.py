"""What methods answer, for the description of the contract. Members may be added without notice; those that are named stay."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class Answered(BaseModel):
	model_config = ConfigDict(extra="allow")


class Fault(Answered):
	"""What is wrong with one field. `code` never changes; `message` is a sentence in the user's language."""

	code: str
	field: str | None = Field(None, description="As the record names it; parts are named by their number: items.0.part_id.")
	message: str


class ProblemObject(Answered):
	"""A refusal as RFC 9457 describes it."""

	type: str = Field(description="urn:crm4s:problem: and the code.")
	title: str
	status: int
	detail: str
	code: str
	errors: list[Fault] = Field([], description="Where single fields are wrong.")


class WaitsFor(Answered):
	entity: str
	external_id: str


class Result(Answered):
	"""What became of one record; in the order in which they were sent."""

	external_id: str | None = None
	state: Literal["created", "updated", "unchanged", "waiting", "rejected"]
	name: str | None = Field(None, description="Our name of the document.")
	code: str | None = Field(None, description="Why nothing was changed: older, deleted.")
	errors: list[Fault] | None = None
	waits_for: WaitsFor | list[WaitsFor] | None = Field(None, description="What must come first; it is taken in by itself then.")


class PushAnswer(Answered):
	results: list[Result]
	counts: dict[str, int] = Field(description="How many records came to each state.")


class EntityHealth(Answered):
	"""How one entity stands in one direction."""

	entity: str
	direction: Literal["in", "out"]
	last_success: datetime | None = Field(None, description="When a request last went well.")


class HealthAnswer(Answered):
	link: str
	state: Literal["ok", "waiting", "failing", "silent"] = Field(description="In one word; failing before waiting.")
	now: datetime
	entities: list[EntityHealth]
	waiting_records: int = Field(description="Records whose referents have not come yet.")
	oldest_waiting_on: datetime | None = None
	open_conflicts: int
	changes_behind: int | None = Field(None, description="Changes that are not acknowledged yet.")
	deliveries_waiting: int
	deliveries_dead: int
	endpoints_away: int = Field(0, description="Addresses for webhooks that failed several times in a row; they are asked every quarter of an hour.")
	requests_last_hour: int
	failed_last_hour: int = Field(description="Requests answered by 500 or more.")
	refused_last_hour: int = Field(description="Requests answered by 400 to 499.")
	rejected_last_hour: int = Field(description="Records refused one by one.")


class UploadAnswer(Answered):
	"""How far a file of records has come."""

	upload: str = Field(description="Its number, by which to ask again.")
	entity: str
	status: Literal["queued", "under_way", "finished", "failed"]
	progress: float = Field(description="Percent.")
	lines: int = Field(description="How many lines are done.")
	counts: dict[str, int] = Field(description="How many records came to each state.")
	message: str | None = Field(None, description="Why it failed.")


ANSWERS: dict[str, type[BaseModel]] = {"push": PushAnswer, "upload": UploadAnswer, "upload_state": UploadAnswer, "health": HealthAnswer}
