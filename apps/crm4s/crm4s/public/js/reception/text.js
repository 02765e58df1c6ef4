// Small words of the reception page.

export const safe = (text) => frappe.utils.escape_html(String(text ?? ""));

export const moment_of = (text) => moment(text, "YYYY-MM-DD HH:mm:ss.SSSSSS");

export const clock = (text) => moment_of(text).format("HH:mm");

const COLOURS = { "In Line": "green", Serving: "orange", Away: "gray" };

export const state_pill = ({ state }) => `<span class="indicator-pill ${COLOURS[state]}">${__(state)}</span>`;
