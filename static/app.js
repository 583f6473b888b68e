// Four courtesies; every page works without them.

// A form goes once: a second tap on a slow network must not send it again. It is freed after a
// while and on coming back, because an answer that is a download leaves the page standing.
const PATIENCE = 10_000; // ms
function free(form) {
  delete form.dataset.sent;
  form.querySelector("[aria-busy]")?.removeAttribute("aria-busy");
}
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.sent) return event.preventDefault();
  form.dataset.sent = "yes";
  event.submitter?.setAttribute("aria-busy", "true");
  setTimeout(free, PATIENCE, form);
});
window.addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach(free));

// Printing needs a script, so the button appears only where there is one.
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}

// What stands behind # in an organisation's link no server sees: the form carries it in its body.
const door = document.querySelector("[data-door]");
if (door && location.hash.length > 1) {
  door.value = location.hash.slice(1);
  history.replaceState(null, "", location.pathname);
  door.form.requestSubmit();
}

// A file that is too big is told before it travels; the server refuses it in any case.
document.addEventListener("change", (event) => {
  const input = event.target, most = Number(input.dataset?.most);
  if (!most || !input.files) return;
  const big = [...input.files].find((file) => file.size > most);
  input.setCustomValidity(big ? `“${big.name}”太大，请换一个不超过${most / 1048576}MB的文件` : "");
  input.reportValidity();
});
