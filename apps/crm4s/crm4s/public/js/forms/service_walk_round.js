// The walk round a car with the customer: a drawing to mark damage on, a list of points with photos, a signature. Made for a thumb.
frappe.provide("crm4s.service");

const OUTLINE = "/assets/crm4s/images/car-outline.svg";
const MARK_COLOURS = { Scratch: "#d97706", Dent: "#2563eb", Crack: "#b3261e", Missing: "#6b21a8" };
const LONGEST_SIDE = 1600;
const plain = (value) => frappe.utils.escape_html(String(value ?? ""));

/** HTML of the drawing with its marks ({kind, x, y, remark}; x and y in percent). */
crm4s.service.drawing = (marks) => {
	const dots = marks.map(
		(mark, position) => `<span class="c4s-damage" data-mark="${position}" title="${plain(__(mark.kind))} ${plain(mark.remark)}"
			style="left: ${flt(mark.x)}%; top: ${flt(mark.y)}%; background: ${MARK_COLOURS[mark.kind]}">${position + 1}</span>`
	);
	return `<div class="c4s-car"><img src="${OUTLINE}" alt="${__("Drawing of the Car")}" draggable="false">${dots.join("")}</div>`;
};

crm4s.service.list_of_marks = (marks) =>
	marks
		.map(
			(mark, position) => `<div class="small"><span class="c4s-damage c4s-damage-inline" style="background: ${MARK_COLOURS[mark.kind]}">${position + 1}</span>
				${__(mark.kind)} ${plain(mark.remark)}</div>`
		)
		.join("");

/** The dialog; `run(action, values)` calls an action of the visit and returns its answer. */
crm4s.service.walk_round = (doc, marks, run, done) => {
	const rows = doc.walk_round.map((row) => ({ ...row, section: row.area }));
	marks = marks.map((mark) => ({ ...mark }));
	const dialog = crm4s.forms.ask(
		__("Walk-Round"),
		[
			{ fieldname: "drawing", fieldtype: "HTML" },
			{ fieldname: "points", fieldtype: "HTML" },
			{ fieldname: "signature", fieldtype: "Signature", label: __("Customer's Signature") },
		],
		__("Save"),
		async ({ signature }) => {
			const points = rows.map(({ name, result, remark }) => ({ name, result: result || "", remark: remark || "" }));
			await run("fill_walk_round", { points, marks, signature });
			if (!signature) frappe.show_alert({ message: __("Saved; it is done when it is signed."), indicator: "orange" });
			done();
		},
		{ size: "large" }
	);
	crm4s.service.mark_damage(dialog.get_field("drawing").$wrapper, marks);
	const $points = dialog.get_field("points").$wrapper;
	const draw = crm4s.forms.checklist($points, rows, { finding, beside });
	$points.on("click", "[data-photo]", async ({ currentTarget }) => {
		const row = rows[currentTarget.dataset.photo];
		const content = await crm4s.service.photo_from_device();
		if (!content) return;
		row.photo = await run("add_photo", { point: row.name, content });
		draw();
	});
};

/** Draw the car into `$wrapper` to mark damage on; `marks` is kept as they are set and taken away. */
crm4s.service.mark_damage = ($wrapper, marks) => {
	let kind = "Scratch";
	const draw = () => {
		const buttons = Object.entries(MARK_COLOURS).map(
			([name, colour]) => `<button type="button" class="btn btn-sm ${name === kind ? "text-white" : "btn-default"}" data-kind="${name}"
				style="flex: 1; ${name === kind ? `background: ${colour}` : ""}">${__(name)}</button>`
		);
		const remarks = marks.map(
			(mark, position) => `<div class="d-flex align-items-center mt-1" style="gap: 6px">
				<span class="c4s-damage c4s-damage-inline" style="background: ${MARK_COLOURS[mark.kind]}">${position + 1}</span>
				<span class="small" style="min-width: 48px">${__(mark.kind)}</span>
				<input class="form-control form-control-sm" data-remark="${position}" placeholder="${__("Remark")}" value="${plain(mark.remark)}">
				<button type="button" class="btn btn-sm btn-default" data-remove="${position}" aria-label="${__("Remove")}">✕</button></div>`
		);
		$wrapper.html(`<p class="small text-muted mb-2">${__("Choose what it is, then tap where it is.")}</p>
			<div class="d-flex mb-2" style="gap: 6px">${buttons.join("")}</div>${crm4s.service.drawing(marks)}${remarks.join("")}`);
	};
	$wrapper.on("click", "[data-kind]", ({ currentTarget }) => {
		kind = currentTarget.dataset.kind;
		draw();
	});
	$wrapper.on("click", ".c4s-car", (event) => {
		if ($(event.target).closest("[data-mark]").length) return;
		const box = event.currentTarget.getBoundingClientRect();
		const percent = (value, size) => Math.min(Math.max(flt((value / size) * 100, 1), 0), 100);
		marks.push({ kind, x: percent(event.clientX - box.left, box.width), y: percent(event.clientY - box.top, box.height), remark: "" });
		draw();
	});
	$wrapper.on("click", "[data-remove]", ({ currentTarget }) => {
		marks.splice(currentTarget.dataset.remove, 1);
		draw();
	});
	$wrapper.on("change", "[data-remark]", ({ currentTarget }) => (marks[currentTarget.dataset.remark].remark = currentTarget.value));
	draw();
};

function finding(row, position) {
	if (row.result !== "Not OK" && !row.remark) return "";
	return `<input class="form-control form-control-sm mt-1" data-row="${position}" data-field="remark"
		placeholder="${__("What is not OK?")}" value="${plain(row.remark)}">`;
}

function beside(row, position) {
	return row.photo
		? `<a class="small" href="${plain(row.photo)}" target="_blank">${__("Photo")}</a>`
		: `<a class="small text-muted" role="button" data-photo="${position}">${__("Add Photo")}</a>`;
}

// Made smaller before it is sent: a phone's photo is too large for the network of a workshop.
crm4s.service.photo_from_device = () =>
	new Promise((resolve) => {
		const input = $('<input type="file" accept="image/*" capture="environment" hidden>').appendTo(document.body);
		input.on("cancel", () => resolve(null));
		input.on("change", async () => {
			const file = input[0].files[0];
			input.remove();
			resolve(file ? await smaller(file) : null);
		});
		input[0].click();
	});

async function smaller(file) {
	try {
		const picture = await createImageBitmap(file);
		const scale = Math.min(1, LONGEST_SIDE / Math.max(picture.width, picture.height));
		const canvas = Object.assign(document.createElement("canvas"), {
			width: Math.round(picture.width * scale),
			height: Math.round(picture.height * scale),
		});
		canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
		return canvas.toDataURL("image/jpeg", 0.85);
	} catch {
		// The server says what is wrong with it.
		return await frappe.dom.file_to_base64(file);
	}
}
