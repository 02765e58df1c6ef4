// What the reception page, the visit's form and a consultant's notice share: one step of a visit, with its undo.
frappe.provide("crm4s.reception");

Object.assign(crm4s.reception, {
	async call(method, values) {
		return await frappe.xcall(`crm4s.reception.api.${method}`, values);
	},

	// Ask the own consultant, the next in line, or the one named; the answer says who it is and offers the undo.
	async hand_over(visit, consultant = null) {
		const answer = await this.call("hand_over", { visit, consultant });
		this.say(__("{0} was asked to take the visitor.", [bold(answer.consultant_name)]), () => this.take_back(visit));
		return answer;
	},

	async take(visit) {
		const answer = await this.call("take", { visit });
		this.say(__("The visitor is with {0}.", [bold(answer.consultant_name)]));
		return answer;
	},

	async pass_on(visit) {
		const answer = await this.call("pass_on", { visit });
		this.say(
			answer.consultant_name
				? __("{0} was asked to take the visitor.", [bold(answer.consultant_name)])
				: __("Nobody else is available; the visitor waits.")
		);
		return answer;
	},

	async take_back(visit) {
		await this.call("take_back", { visit });
		this.say(__("Taken back; the visitor waits."));
	},

	async come_back(visit) {
		await this.call("come_back", { visit });
		this.say(__("Taken back; the visitor is here."));
	},

	async open_lead(visit) {
		const answer = await this.call("open_lead", { visit });
		this.say(__("The visit is about lead {0}.", [bold(answer.lead)]));
		return answer;
	},

	// A result may be chosen or not; whoever noted something already is not asked.
	async leave({ name, note, visitor_name }) {
		const said = note ? {} : await ask_for_result(visitor_name);
		if (!said) return null;
		const answer = await this.call("leave", { visit: name, ...said });
		this.say(__("The visitor has left."), () => this.come_back(name));
		return answer;
	},

	say(message, undo) {
		const link = undo ? `<a href="#" class="bold ml-2" data-action="undo">${__("Undo")}</a>` : "";
		const alert = frappe.show_alert({ message: message + link, indicator: "green" }, undo ? 10 : 5, {
			undo: (event) => {
				event.preventDefault();
				alert.remove();
				undo();
			},
		});
	},
});

function bold(text) {
	return `<b>${frappe.utils.escape_html(text || "")}</b>`;
}

async function ask_for_result(visitor_name) {
	const { results } = await crm4s.reception.call("get_choices");
	const fields = [
		{
			fieldname: "result",
			fieldtype: "Select",
			label: __("Visit Result"),
			options: [{ value: "", label: "" }, ...crm4s.forms.choices(results)],
		},
		{ fieldname: "note", fieldtype: "Small Text", label: __("Note") },
	];
	const title = visitor_name ? __("{0} Leaves", [visitor_name]) : __("The Visitor Leaves");
	return crm4s.forms.answer_to(title, fields, __("Leave"));
}

// A consultant is told wherever he or she is in the desk.
function show_notice({ visit, visitor, purpose, party_size, model }) {
	const facts = [purpose && __(purpose), party_size > 1 && __("{0} people", [party_size]), model];
	const buttons = `
		<button class="btn btn-primary btn-sm" data-action="take">${__("Take")}</button>
		<button class="btn btn-default btn-sm ml-2" data-action="pass_on">${__("Pass On")}</button>
		<button class="btn btn-default btn-sm ml-2" data-action="open">${__("Details")}</button>`;
	const escaped = facts.filter(Boolean).map(frappe.utils.escape_html).join(" · ");
	frappe.utils.play_sound("alert");
	frappe.show_alert(
		{
			message: __("A visitor waits for you: {0}", [bold(visitor || __("Visitor"))]),
			subtitle: `<div class="text-muted mb-2">${escaped}</div>${buttons}`,
			indicator: "orange",
		},
		120,
		{
			take: () => crm4s.reception.take(visit),
			pass_on: () => crm4s.reception.pass_on(visit),
			open: () => frappe.set_route("Form", "C4S Showroom Visit", visit),
		}
	);
}

$(document).on("app_ready", () => frappe.realtime.on("c4s_visitor_handed_over", show_notice));
