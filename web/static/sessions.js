// Deciding case after case by keyboard. The page works without it; the keys can be switched off and rest while typing.
const OFF = "zujian.keys.off";
const button = document.querySelector("[data-keys]");

function areOn() {
  return localStorage.getItem(OFF) === null;
}

function say() {
  button.textContent = areOn() ? button.dataset.on : button.dataset.off;
  button.setAttribute("aria-pressed", String(areOn()));
}

if (button) {
  button.hidden = false;
  say();
  button.addEventListener("click", () => {
    if (areOn()) localStorage.setItem(OFF, "yes");
    else localStorage.removeItem(OFF);
    say();
  });
}

function isTyping(target) {
  return target.closest("textarea, select, input:not([type=radio]):not([type=checkbox])") !== null;
}

document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && event.ctrlKey && event.target.form) {
    event.target.form.requestSubmit();
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || !areOn() || isTyping(event.target)) return;
  if (!/^[a-z]$/.test(event.key)) return;
  const wanted = document.querySelector(`[data-key="${event.key}"]`);
  if (!wanted) return;
  event.preventDefault();
  wanted.click();
  // An answer is only chosen: what it needs comes next, and Enter keeps it.
  if (wanted.type === "radio") {
    const next = wanted.value === "agree" ? document.getElementById("keep") : document.getElementById("f-reason");
    next.focus();
  }
});
