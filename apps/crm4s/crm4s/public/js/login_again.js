// Frappe's page to sign in leaves "Verifying…" on its button when too many tries are refused (429); the reason stands in the message.
$(document).on("login_rendered", () => {
	const buttons = $("section .btn-primary").map((_place, button) => ({ button, says: $(button).text() })).get();
	window.login.login_handlers[429] = () => buttons.forEach(({ button, says }) => $(button).text(says));
});
