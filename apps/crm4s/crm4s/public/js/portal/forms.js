// A form is sent once; what is wrong is read out; a field that is chosen may send its form: data-sends.
document.addEventListener("submit", (event) => {
	const form = event.target;
	if (form.dataset.sent) return event.preventDefault();
	const question = event.submitter?.dataset.ask;
	if (question && !window.confirm(question)) return event.preventDefault();
	form.dataset.sent = "1";
	// The value of a button is only sent while the button is alive.
	setTimeout(() => form.querySelectorAll("button").forEach((button) => (button.disabled = true)));
});

// Back from the next page: the browser shows this one as it was left.
window.addEventListener("pageshow", () => {
	document.querySelectorAll("form[data-sent]").forEach((form) => {
		delete form.dataset.sent;
		form.querySelectorAll("button").forEach((button) => (button.disabled = false));
	});
});

document.addEventListener("change", (event) => {
	if (event.target.matches("[data-sends]")) event.target.form.requestSubmit();
});

document.getElementById("problem")?.focus();
