// What every page needs: words, the question before an act, htmx's token and errors, files, the menu.
"use strict";

window.words = JSON.parse(document.body.dataset.words || "{}");

const byId = (id) => document.getElementById(id);
const csrfToken = () => document.querySelector("meta[name=csrf-token]").content;

window.toast = (text) => {
  const line = byId("toast");
  line.textContent = text;
  clearTimeout(line.timer);
  line.timer = setTimeout(() => { line.textContent = ""; }, 6000);
};

// The question. Resolves to true when the person agrees.
window.ask = (text, { yes = "", tone = "primary" } = {}) => new Promise((resolve) => {
  const dialog = byId("ask");
  const button = dialog.querySelector("[data-ask-yes]");
  byId("ask-text").textContent = text;
  button.textContent = yes || button.dataset.label;
  button.className = `btn btn-${tone === "danger" ? "danger" : "primary"}`;
  dialog.returnValue = "";
  dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true });
  dialog.showModal();
});

const needsRows = (button) => button?.hasAttribute("data-needs-rows")
  && !document.querySelector(`:is([name=rowid], [data-every])[form="${button.form.id}"]:checked`);

document.addEventListener("submit", async (event) => {
  const form = event.target;
  const asking = event.submitter?.dataset.confirm ? event.submitter : form;
  if (needsRows(event.submitter)) {
    event.preventDefault();
    toast(words.nothing_selected);
  } else if (asking.dataset.confirm && !form.agreed) {
    event.preventDefault();
    event.stopImmediatePropagation();
    const { confirm, yes, tone } = asking.dataset;
    if (!await ask(confirm, { yes, tone })) return;
    form.agreed = true;
    form.requestSubmit(event.submitter);
    form.agreed = false;
  }
}, true);

// A form that is on its way is not sent twice.
document.addEventListener("submit", (event) => {
  if (event.defaultPrevented || event.target.method !== "post") return;
  if (event.target.sending) event.preventDefault();
  event.target.sending = true;
});
window.addEventListener("pageshow", () => { for (const form of document.forms) form.sending = false; });

document.addEventListener("htmx:confirm", async (event) => {
  const source = event.detail.elt;
  if (source.tagName === "FORM" || !source.dataset.confirm) return;
  event.preventDefault();
  if (await ask(source.dataset.confirm, source.dataset)) event.detail.issueRequest(true);
});
document.addEventListener("htmx:configRequest", (event) => {
  event.detail.headers["X-CSRFToken"] = csrfToken();
});
document.addEventListener("htmx:sendError", () => toast(words.offline));
document.addEventListener("htmx:responseError", (event) => {
  const { status } = event.detail.xhr;
  if (status === 413) toast(words.too_big);
  else if (status !== 409 && status !== 422) toast(words.refused);
});

document.addEventListener("click", (event) => {
  const hit = (selector) => event.target.closest(selector);
  if (hit("[data-dismiss-note]")) hit(".note").remove();
  else if (hit("[data-menu]")) toggleMenu(hit("[data-menu]"));
  else if (hit("[data-fold-all]")) foldAll(hit("[data-fold-all]").dataset.foldAll === "open");
  else if (hit("[data-open-dialog]")) byId(hit("[data-open-dialog]").dataset.openDialog).showModal();
  else if (hit("[data-close-dialog]")) hit("dialog").close();
  else if (hit("[data-print]")) window.print();
  else if (hit("[data-close-preview]")) byId("preview").hidden = true;
  else if (hit("a[data-preview]") && byId("preview") && !event.ctrlKey && !event.metaKey) showPreview(event, hit("a[data-preview]"));
});

function toggleMenu(button) {
  const open = byId("menu").classList.toggle("open");
  button.setAttribute("aria-expanded", String(open));
}

function foldAll(open) {
  for (const branch of document.querySelectorAll(".tree details")) branch.open = open;
}
window.addEventListener("beforeprint", () => foldAll(true));

function showPreview(event, link) {
  event.preventDefault();
  const pane = byId("preview");
  for (const other of document.querySelectorAll("a[data-preview][aria-current]")) other.removeAttribute("aria-current");
  link.setAttribute("aria-current", "true");
  pane.querySelector("[data-preview-name]").textContent = link.textContent.trim();
  pane.querySelector("[data-preview-open]").href = link.href;
  pane.querySelector("iframe").src = link.href;
  pane.hidden = false;
}

document.addEventListener("change", (event) => {
  if (event.target.matches("[data-mark-all]")) {
    for (const box of event.target.closest("table").querySelectorAll("[name=rowid]")) box.checked = event.target.checked;
  } else if (event.target.matches("[data-marks]") && event.target.value.trim()) {
    event.target.closest("tr").querySelector("[name=rowid]").checked = true;
  } else if (event.target.matches("[data-submit-on-change]")) {
    event.target.form.requestSubmit();
  } else if (event.target.matches("[data-drop] input[type=file]")) {
    const name = event.target.closest("[data-drop]").querySelector("[data-file-name]");
    if (name && event.target.files.length) name.textContent = event.target.files[0].name;
  }
});

// Files dropped on a zone go into its own input, as if chosen there.
for (const kind of ["dragover", "dragleave", "drop"]) {
  document.addEventListener(kind, (event) => {
    const zone = event.target.closest?.("[data-drop]");
    if (!zone) return;
    event.preventDefault();
    zone.classList.toggle("over", kind === "dragover");
    if (kind !== "drop" || !event.dataTransfer.files.length) return;
    const input = zone.querySelector("input[type=file]");
    input.files = event.dataTransfer.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  });
}
document.addEventListener("htmx:xhr:progress", (event) => {
  const bar = event.target.querySelector?.("[data-drop] progress");
  if (!bar || !event.detail.lengthComputable) return;
  bar.hidden = false;
  bar.value = (100 * event.detail.loaded) / event.detail.total;
});
document.addEventListener("htmx:afterRequest", (event) => {
  const bar = event.target.querySelector?.("[data-drop] progress");
  if (bar) bar.hidden = true;
});

// A list that no other page shows: asked before leaving until it was printed or saved.
const leaving = document.querySelector("[data-leaving]");
if (leaving) {
  const ask = (event) => { event.preventDefault(); };
  window.addEventListener("beforeunload", ask);
  for (const way of document.querySelectorAll("[data-kept]")) {
    way.addEventListener("click", () => window.removeEventListener("beforeunload", ask));
  }
  for (const form of document.forms) form.addEventListener("submit", () => window.removeEventListener("beforeunload", ask));
}

// On a narrow screen the tabs scroll sideways: the open one is in sight.
for (const tab of document.querySelectorAll(".tabs [aria-current]")) {
  const tabs = tab.parentElement;
  tabs.scrollLeft += tab.getBoundingClientRect().right - tabs.getBoundingClientRect().right;
}
