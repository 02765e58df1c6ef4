"""What can set a rule off. A new trigger is a function in one of these files, a line here and an option of C4S Care Rule."""

from crm4s.care.triggers import (
	birthdays,
	cars,
	deals,
	festivals,
	files,
	forecast,
	membership,
	recalls,
	surveys,
	value,
	visits,
)
from crm4s.care.triggers.kinds import DAY, STANDING, WINDOW, Trigger

TRIGGERS: dict[str, Trigger] = {
	"Birthday": Trigger(birthdays.read, DAY, "C4S Customer: birthday; lunar_birth_month, lunar_birth_day"),
	"Festival": Trigger(festivals.read, DAY, "C4S Customer: name, on the day of the festival only"),
	"Purchase Anniversary": Trigger(cars.purchase_anniversaries, DAY, "C4S Vehicle: delivered_on"),
	"First Service": Trigger(forecast.first_service, WINDOW, "C4S Vehicle: next_service_on; C4S Service Visit: vehicle, settled_on"),
	"Service Due": Trigger(forecast.service_due, WINDOW, "C4S Vehicle: next_service_on; C4S Service Visit: vehicle, settled_on"),
	"Insurance End": Trigger(cars.insurance_ends, DAY, "C4S Vehicle: insurance_until"),
	"Inspection Due": Trigger(cars.inspections, DAY, "C4S Vehicle: inspection_due_on; first_registered_on"),
	"Warranty End": Trigger(cars.warranty_ends, DAY, "C4S Vehicle: warranty_until; extended_warranty_until"),
	"Finance End": Trigger(deals.finance_ends, DAY, "C4S Deal: delivered_on"),
	"No Visit for Months": Trigger(visits.not_seen_for_months, DAY, "C4S Service Visit: settled_on; vehicle, settled_on"),
	"No Visit in Own Rhythm": Trigger(visits.out_of_rhythm, DAY, "C4S Customer: last_visit_on, average_visit_interval_days"),
	"Churn Stage Reached": Trigger(visits.churn_stage_reached, WINDOW, "C4S Vehicle: churn_stage_since"),
	"After Delivery": Trigger(cars.deliveries, DAY, "C4S Vehicle: delivered_on"),
	"After Visit": Trigger(visits.visits_settled, DAY, "C4S Service Visit: settled_on"),
	"Waiting for Delivery": Trigger(deals.waiting, DAY, "C4S Deal: ordered_on"),
	"Replacement Window": Trigger(cars.replacement_windows, DAY, "C4S Vehicle: delivered_on"),
	"Low Score": Trigger(surveys.low_scores, DAY, "C4S Survey Response: responded_on"),
	"Value Change": Trigger(value.changes, DAY, "C4S Customer: value_level_changed_on"),
	"Value Class Change": Trigger(value.class_changes, DAY, "C4S Value Change: changed_on"),
	"Points Expiry": Trigger(membership.points_expire, WINDOW, "C4S Membership: next_expiry_on"),
	"Coupon Expiry": Trigger(membership.coupons_expire, DAY, "C4S Coupon: valid_until"),
	"Recall": Trigger(recalls.cars_called_back, STANDING, "C4S Recall Vehicle: recall, vin; C4S Vehicle: vin"),
	# What grows old is looked for in all files, in the order of their names.
	"Phone Not Confirmed": Trigger(files.phones_not_confirmed, STANDING, "C4S Customer: name; C4S Customer Phone: parent"),
	"File Not Changed": Trigger(files.files_not_changed, STANDING, "C4S Customer: modified"),
	"No Reading for Months": Trigger(files.cars_without_reading, STANDING, "C4S Vehicle: name"),
	"Consent Is Old": Trigger(files.consents_old, STANDING, "C4S Consent: customer, decided_on"),
}

__all__ = ["DAY", "STANDING", "TRIGGERS", "WINDOW", "Trigger"]
