// Small words of the desk's own pages.

export const safe = (text) => frappe.utils.escape_html(String(text ?? ""));

// The server's times, which are the store's, whatever zone the screen is in.
export const moment_of = (text) => moment(text, "YYYY-MM-DD HH:mm:ss.SSSSSS");

export const clock = (text) => (text ? moment_of(text).format("HH:mm") : "");

// `state` is what a page read: `now` of the server, and `read_at` by the screen's own clock.
// Minutes from a moment of the server until now, by the server's clock.
export function minutes_since(state, text) {
	const passed = moment_of(state.now).diff(moment_of(text)) + performance.now() - state.read_at;
	return Math.max(0, Math.floor(passed / 60_000));
}
