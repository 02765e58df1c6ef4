"""Kinds of values that records share: how long a text may be, what an amount is."""

from datetime import date, datetime
from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints

from crm4s.dms.contract.base import ExternalId

# What the database holds.
LARGEST_AMOUNT = 999_999_999_999
LARGEST_COUNT = 2_147_483_647


def _whole_seconds(moment: datetime) -> datetime:
	return moment.replace(microsecond=0)


Text = Annotated[str, StringConstraints(strip_whitespace=True, max_length=140)]
Words = Annotated[str, StringConstraints(strip_whitespace=True, max_length=2000)]
Money = Annotated[float, Field(ge=0, le=LARGEST_AMOUNT, allow_inf_nan=False)]
Number = Annotated[float, Field(ge=0, le=LARGEST_AMOUNT, allow_inf_nan=False)]
Count = Annotated[int, Field(ge=0, le=LARGEST_COUNT)]
Moment = Annotated[datetime, AfterValidator(_whole_seconds)]
Day = date
Store = Annotated[Text, Field(description="The store: our name of it, or the system's own code that the link lists.")]
Reference = ExternalId
