// What the forms of appointments share with the appointment desk: choosing a time, and the car that is read from its VIN at reception.
frappe.provide("crm4s.appointments");

const DAYS = 7;

Object.assign(crm4s.appointments, {
	call(method, values) {
		return frappe.xcall(`crm4s.appointments.api.${method}`, values);
	},

	clock: (moment_text) => moment_text.slice(11, 16),

	// In the user's language; the desk's own dates know no names of days in Chinese.
	weekday: (day) => new Date(`${day}T12:00:00`).toLocaleDateString(frappe.boot.lang, { weekday: "short" }),

	date_of: (day) => new Date(`${day}T12:00:00`).toLocaleDateString(frappe.boot.lang, { month: "short", day: "numeric" }),


	// A dialog with a week of free times; `take` gets the chosen beginning.
	choose_slot({ dealership, kind, skill, minutes, day, appointment, take }) {
		const today = frappe.datetime.get_today();
		const dialog = new frappe.ui.Dialog({
			title: __("Find a Free Slot"),
			size: "large",
			fields: [
				{ fieldname: "day", fieldtype: "Date", label: __("From Day"), default: day > today ? day : today, reqd: 1, change: () => show() },
				{ fieldtype: "Column Break" },
				{ fieldname: "minutes", fieldtype: "Int", label: __("Minutes"), default: minutes || 60, reqd: 1, change: () => show() },
				{ fieldtype: "Section Break" },
				{ fieldname: "slots", fieldtype: "HTML" },
			],
		});
		const $area = dialog.fields_dict.slots.$wrapper;
		let asked = 0;

		async function show() {
			const { day, minutes } = dialog.get_values(true) || {};
			if (!day || !minutes) return;
			const question = ++asked;
			const found = await crm4s.appointments.call("slots", { dealership, kind, skill, day, minutes, days: DAYS, appointment });
			if (question !== asked) return;
			$area.empty();
			if (!found.days.some(({ slots }) => slots.length)) crm4s.appointments.say_none(found.next).appendTo($area);
			for (const { day, slots } of found.days.filter(({ slots }) => slots.length)) draw(`${crm4s.appointments.weekday(day)} ${crm4s.appointments.date_of(day)}`, slots);
			if (found.next.length) draw(__("Next Free"), found.next, true);
		}

		function draw(label, slots, with_day = false) {
			$("<h6>").addClass("mt-3").text(label).appendTo($area);
			for (const start of slots) {
				const text = with_day ? frappe.datetime.str_to_user(start) : crm4s.appointments.clock(start);
				$("<button>")
					.addClass("btn btn-default btn-sm mr-2 mb-2")
					.text(text)
					.on("click", () => {
						dialog.hide();
						take(start);
					})
					.appendTo($area);
			}
		}

		dialog.show();
		show();
	},

	say_none: (next) =>
		$("<p>")
			.addClass("text-muted")
			.text(next.length ? __("These days are full.") : __("No time is free within two weeks; a shorter job or another technician may fit.")),

	// Who comes, or waits for a team: empty fields only, so that what somebody typed stays. The server does the same.
	async fill_contact(frm) {
		if (!frm.doc.customer) return;
		const { message } = await frappe.db.get_value("C4S Customer", frm.doc.customer, ["customer_name", "primary_phone"]);
		if (!frm.doc.contact_name) frm.set_value("contact_name", message?.customer_name);
		if (!frm.doc.contact_phone && message?.primary_phone) frm.set_value("contact_phone", message.primary_phone);
	},

	// Ask for the VIN of a car that was booked by its plate only; resolves to the car, or to null.
	ask_car: (appointment, plate_number) =>
		crm4s.appointments.ask_vin(plate_number, (values) => crm4s.appointments.call("enter_car", { name: appointment, ...values })),

	// The same for whatever document keeps the car: `enter(values)` does, and resolves to the car.
	async ask_vin(plate_number, enter) {
		const fields = [
			{
				fieldname: "vin",
				fieldtype: "Data",
				label: __("VIN"),
				reqd: 1,
				description: __("As it stands on the car {0}.", [frappe.utils.escape_html(plate_number || "")]),
			},
			{ fieldname: "model", fieldtype: "Link", options: "C4S Vehicle Model", label: __("Model") },
			{ fieldname: "confirmed", fieldtype: "Check", label: __("VIN Confirmed") },
		];
		let car = null;
		await crm4s.forms.ask_until_saved(__("Which Car Is It?"), fields, __("Continue"), async (values) => {
			car = await enter(values);
		});
		return car;
	},
});
