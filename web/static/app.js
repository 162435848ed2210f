// Small comforts. Every page works without this file.

// After a refused form the summary of errors is where reading goes on.
document.querySelector("[data-focus]")?.focus();

// What was typed and not sent is not left behind without a word: by the other language, a link, a closed tab.
document.addEventListener("input", ({ target }) => {
  if (target.form?.method === "post") target.form.dataset.typed = "yes";
});
const somethingTyped = () => document.querySelector("form[data-typed]") !== null;
window.addEventListener("beforeunload", (event) => {
  if (somethingTyped()) event.preventDefault();
});

// A second press while the first is still on its way would only be refused: say that it is on its way instead.
document.addEventListener("submit", (event) => {
  if (event.defaultPrevented) return;
  if (event.target.dataset.sent) {
    event.preventDefault();
    return;
  }
  delete event.target.dataset.typed;
  // Whoever stays with what is typed elsewhere on the page may press this again.
  if (somethingTyped()) return;
  // A file comes back and the page stays as it is, with the form still to be sent.
  if (event.submitter?.hasAttribute("data-download")) return;
  event.target.dataset.sent = "yes";
  event.submitter?.setAttribute("aria-busy", "true");
});

// Coming back with the back button finds the form usable again.
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) {
    delete form.dataset.sent;
    form.querySelector("[aria-busy]")?.removeAttribute("aria-busy");
  }
});

// A kept wording goes into the field it is for; what stands there stays.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-fill]");
  const field = button && button.form?.elements[button.dataset.fill];
  if (!field) return;
  field.value = field.value ? `${field.value}\n${button.dataset.text}` : button.dataset.text;
  field.focus();
});

// Ballots list candidates by the strokes of their surnames (姓氏笔画). The browser knows that order; where it does not,
// the button is not there and names stay as they were typed.
const byStrokes = new Intl.Collator("zh-u-co-stroke");
if (byStrokes.resolvedOptions().collation === "stroke") {
  for (const button of document.querySelectorAll("[data-by-strokes]")) button.hidden = false;
}
document.addEventListener("click", (event) => {
  const rows = event.target.closest("[data-by-strokes]")?.closest("fieldset").querySelectorAll(".row-of-fields");
  if (!rows) return;
  const cells = [...rows].map((row) => [...row.querySelectorAll("input, select")]);
  const typed = cells.map((row) => row.map((cell) => cell.value));
  typed.sort(([one], [other]) => (one === "") - (other === "") || byStrokes.compare(one, other));
  cells.forEach((row, at) => row.forEach((cell, place) => (cell.value = typed[at][place])));
});
