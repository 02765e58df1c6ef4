// A button with data-place="FORM" fills the form's fields latitude and longitude with the phone's place and sends it, if the person agrees.
document.querySelectorAll("[data-place]").forEach((button) => {
	if (!("geolocation" in navigator)) return;
	button.hidden = false;
	button.addEventListener("click", () => {
		const form = document.getElementById(button.dataset.place);
		button.disabled = true;
		navigator.geolocation.getCurrentPosition(
			({ coords }) => {
				form.elements.latitude.value = coords.latitude.toFixed(5);
				form.elements.longitude.value = coords.longitude.toFixed(5);
				if (button.dataset.then === "stay") {
					button.disabled = false;
					button.classList.add("done");
				} else form.requestSubmit();
			},
			() => {
				button.disabled = false;
				document.getElementById(button.dataset.failed)?.removeAttribute("hidden");
			},
			{ enableHighAccuracy: true, timeout: 15000, maximumAge: 60000 }
		);
	});
});
