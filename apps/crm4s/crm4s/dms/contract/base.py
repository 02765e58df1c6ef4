"""What every record has: the system's number, and how new it is."""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

# Signs of which the database thinks as we do. Upper and lower case are one: nobody numbers two things "a1" and "A1".
EXTERNAL_ID = "^[0-9A-Za-z\u4e00-\u9fff][0-9A-Za-z\u4e00-\u9fff ._/#:+-]*$"

ExternalId = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80, pattern=EXTERNAL_ID)]


class Part(BaseModel):
	"""A piece of a record. Unknown fields are refused by name, so that a misspelt one is never lost in silence."""

	model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


class Record(Part):
	"""What a system sends of one thing. A field that is left out, or null, says nothing; what is stored stays."""

	external_id: ExternalId = Field(description="The system's own number of it, for ever the same.")
	version: int | None = Field(None, ge=0, le=9_000_000_000_000_000, description="Goes up with each change; an older one never overwrites a newer one.")
	modified_on: datetime | None = Field(None, description="When the system changed it last; used where there is no version.")
