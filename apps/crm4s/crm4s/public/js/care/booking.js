// When the car comes: a day, and the beginnings at which a bay and a technician are free. Resolves to the appointment, to {} where it was
// booked elsewhere, to null when the dialog is closed.
const ask = (method, values) => frappe.xcall(`crm4s.appointments.api.${method}`, values);

export async function ask_booking(contact, dealership) {
	const task = contact.tasks.find(({ vehicle }) => vehicle);
	if (!task || !frappe.model.can_create("C4S Service Appointment")) return confirm_booked();
	const { minutes } = await ask("get_choices");
	return new Promise((resolve) => {
		let answer = null;
		const dialog = new frappe.ui.Dialog({
			title: `${__("Book")} · ${task.plate_number || contact.customer_name}`,
			fields: [
				{ fieldname: "day", fieldtype: "Date", label: __("Day"), reqd: 1, default: frappe.datetime.add_days(frappe.datetime.get_today(), 1), change: () => offer(dialog, dealership, minutes) },
				{ fieldname: "slot", fieldtype: "Select", label: __("Time"), options: [], reqd: 1 },
				{ fieldname: "concern", fieldtype: "Small Text", label: __("Concern"), default: task.why },
			],
			primary_action_label: __("Book"),
			primary_action: async ({ slot, concern }) => {
				dialog.disable_primary_action();
				try {
					const values = { dealership, customer: contact.customer, vehicle: task.vehicle, planned_from: slot, channel: "Phone", concern };
					answer = await ask("make", { values });
					dialog.hide();
				} finally {
					dialog.enable_primary_action();
				}
			},
			secondary_action_label: __("Booked Already"),
			secondary_action: () => {
				answer = {};
				dialog.hide();
			},
			on_hide: () => resolve(answer),
		});
		dialog.show();
		offer(dialog, dealership, minutes);
	});
}

async function offer(dialog, dealership, minutes) {
	const day = dialog.get_value("day");
	if (!day) return;
	const { days, next } = await ask("slots", { dealership, day, minutes });
	const found = days[0]?.slots || [];
	const options = (found.length ? found : next).map((moment) => ({
		value: moment,
		label: found.length ? moment.slice(11, 16) : frappe.datetime.str_to_user(moment),
	}));
	dialog.set_df_property("slot", "options", options);
	dialog.set_value("slot", options[0]?.value || "");
}

const confirm_booked = () => new Promise((resolve) => frappe.confirm(__("Has the customer booked?"), () => resolve({}), () => resolve(null)));
