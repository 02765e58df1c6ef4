// What makes the customers' pages more comfortable; without it everything can be read and sent as well.
import "./portal/forms";
import "./portal/place";

if ("serviceWorker" in navigator) navigator.serviceWorker.register("/my/worker.js", { scope: "/my" }).catch(() => {});
