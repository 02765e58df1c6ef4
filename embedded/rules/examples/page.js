// Examples for the rules; never loaded.
function draw(element, remark) {
	// wrong: markup-out-of-values
	element.innerHTML = `<b>${remark}</b>`;
	// wrong: markup-out-of-values
	element.insertAdjacentHTML("beforeend", remark);
	// wrong: markup-out-of-values
	document.write(remark);
	// wrong: markup-out-of-values
	$(element).html(remark.text);
	// wrong: markup-out-of-values
	$(element).html(remark[0]);
	$(element).html(`<b>${safe(remark.text)}</b>`);
	// wrong: value-within-markup
	$(element).append(`<b>${remark.text}</b>`);
	$(element).append(`<b>${safe(remark.text)}</b> ${remark.list.length} ${cint(remark.count)}`);
	element.innerHTML = "";
	element.textContent = remark;
	// wrong: text-that-is-run-in-a-page
	eval(remark);
	// wrong: text-that-is-run-in-a-page
	new Function(remark)();
	// wrong: text-that-is-run-in-a-page
	setTimeout("draw()", 10);
	setTimeout(() => draw(element, remark), 10);
}
