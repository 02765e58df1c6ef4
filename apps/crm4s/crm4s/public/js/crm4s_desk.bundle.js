// What the desk has of ours on every page; pages of their own load their bundles when they open.
import "./desk/own_store";
import "./desk/forms";
import "./desk/dialogs";
import "./desk/pages";
import "./desk/reports";
import "./desk/calendars";
import "./desk/boards";
import "./desk/appointments";
import "./desk/dispatch";
import "./desk/leads";
import "./desk/insurance";
import "./desk/deals";
import "./desk/finder";
import "./desk/papers";
import "./desk/processes";
import "./desk/reception";
import "./desk/conversion";
