// Small words of the reception page.

export { clock, moment_of, safe } from "../text";

const COLOURS = { "In Line": "green", Serving: "orange", Away: "gray" };

export const state_pill = ({ state }) => `<span class="indicator-pill ${COLOURS[state]}">${__(state)}</span>`;
