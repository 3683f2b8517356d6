// The unit's sheet: what a saved row answers, filters, the next unfinished row, last year's values, drafts kept safe.
"use strict";

(() => {
  const tree = document.querySelector("[data-sheet]");
  const said = document.getElementById("sheet-words").dataset;
  const rows = () => [...tree.querySelectorAll(".leaf")];
  const kept = (row) => row.querySelector("[data-kept]")?.dataset || {};
  const changed = (node) => node.dispatchEvent(new Event("input", { bubbles: true }));

  // A page that is being left may be drawn again before its last save arrived: its drafts stay.
  let leaving = false;
  window.addEventListener("pagehide", () => { leaving = true; });
  window.addEventListener("beforeunload", () => { leaving = true; setTimeout(() => { leaving = false; }, 3000); });

  // The field's heading stays in sight below the bar, however many lines that has.
  const bar = document.querySelector(".sheet-bar");
  new ResizeObserver(() => tree.style.setProperty("--bar", `${bar.offsetHeight}px`)).observe(bar);

  // --- what the answer to a save says
  function applyKept(row) {
    const { version, suggested, markText } = kept(row);
    if (!version) return;
    row.querySelector("[name=version]").value = version;
    row.querySelector("[data-points]").placeholder = suggested;
    if (markText && row.dataset.state === "saved") row.querySelector("[data-mark]").textContent = markText;
    if (row.dataset.state === "saved" && !leaving) sessionStorage.removeItem(draftKey(row));
    markChanged(row);
  }

  // On a returned sheet: what has been changed since.
  function markChanged(row) {
    if (!("back" in tree.dataset)) return;
    row.dataset.returned = "";
    row.querySelector("[data-changed]")?.removeAttribute("hidden");
  }

  document.addEventListener("htmx:afterRequest", (event) => {
    const row = event.detail.elt;
    if (!row.matches("form[data-row]")) return;
    if (event.detail.successful) {
      applyKept(row);
      showSession(true);
    } else {
      markFields(row);
    }
    count();
  });

  function markFields(row) {
    const wrong = row.querySelector(".row-result [data-field]")?.dataset.field;
    if (wrong) row.querySelector(`[name="${wrong}"]`)?.setAttribute("aria-invalid", "true");
    if (row.querySelector(".collision")) row.querySelector("[data-mark]").textContent = said.mineOpen;
  }

  // --- the session may have ended: nothing typed is lost, and a new sign-in in another tab is enough
  const note = document.getElementById("session-note");
  function showSession(alive) {
    note.hidden = alive;
  }
  document.addEventListener("htmx:beforeSwap", (event) => {
    const { xhr, requestConfig } = event.detail;
    const elsewhere = xhr.responseURL && new URL(xhr.responseURL).pathname !== new URL(requestConfig.path, location).pathname;
    const signedOut = elsewhere || xhr.status === 401 || xhr.status === 400;
    if (!signedOut) return;
    event.detail.shouldSwap = false;
    event.detail.isError = true;
    showSession(false);
  });
  async function freshToken() {
    const page = await fetch(location.pathname, { credentials: "same-origin" });
    if (page.redirected || !page.ok) return false;
    const token = new DOMParser().parseFromString(await page.text(), "text/html").querySelector("meta[name=csrf-token]");
    document.querySelector("meta[name=csrf-token]").content = token.content;
    return true;
  }
  document.addEventListener("click", async (event) => {
    if (!event.target.closest("[data-retry]")) return;
    if (!await freshToken()) return;
    showSession(true);
    for (const row of tree.querySelectorAll("form[data-row]")) {
      if (row.dataset.state && row.dataset.state !== "saved") htmx.trigger(row, "save");
    }
  });

  // --- what is typed is kept on this computer until the server has it
  const draftKey = (row) => `sheet:${location.pathname}:${row.id}`;
  const typed = (row) => [...row.elements].filter((box) => box.name && box.name !== "version" && box.type !== "file");
  const valuesOf = (row) => typed(row).map((box) => (["radio", "checkbox"].includes(box.type) ? [box.name, box.value, box.checked] : [box.name, box.value]));
  function keepDraft(row) {
    const version = row.querySelector("[name=version]").value;
    sessionStorage.setItem(draftKey(row), JSON.stringify({ version, values: valuesOf(row) }));
  }
  function restoreDraft(row) {
    const draft = JSON.parse(sessionStorage.getItem(draftKey(row)) || "null");
    if (!draft) return;
    if (JSON.stringify(draft.values) === JSON.stringify(valuesOf(row))) {
      sessionStorage.removeItem(draftKey(row));
      return;
    }
    for (const [name, value, checked] of draft.values) {
      const box = typed(row).find((one) => one.name === name && (checked === undefined || one.value === value));
      if (box && checked === undefined) box.value = value;
      else if (box) box.checked = checked;
    }
    row.querySelector("[name=version]").value = draft.version;
    changed(row.querySelector("[data-points]"));
    row.querySelector("[data-mark]").textContent = said.restored;
  }

  tree.addEventListener("input", (event) => {
    const row = event.target.closest("form[data-row]");
    if (!row || event.target.type === "file") return;
    event.target.removeAttribute("aria-invalid");
    keepDraft(row);
    dress(row);
  });
  // A choice is made with one click: it is kept at once.
  tree.addEventListener("change", (event) => {
    const row = event.target.closest("form[data-row]");
    if (row && event.target.matches("[type=radio], [type=checkbox]")) htmx.trigger(row, "save");
  });

  function dress(row) {
    const claimed = row.querySelector("[name=na_claimed]").checked;
    row.classList.toggle("off", claimed);
    row.querySelector("[data-why-label]").textContent = claimed ? said.keptNa : said.why;
  }

  // --- buttons in a row
  function fill(row, name, value) {
    const box = row.querySelector(`[name="${name}"]:not([type=radio])`);
    if (box && value !== null && value !== undefined) box.value = value;
  }
  function takeBefore(row, before) {
    const option = before.option === null ? null : row.querySelector(`[name=option][value="${before.option}"]`);
    if (option) option.checked = true;
    for (const name of ["a", "b", "n", "points"]) fill(row, name, before[name]);
    if (!row.querySelector("[name=explanation]").value.trim()) fill(row, "explanation", before.explanation);
    row.querySelector("[name=na_claimed]").checked = before.na;
    changed(row.querySelector("[data-points]"));
    htmx.trigger(row, "save");
  }
  tree.addEventListener("click", (event) => {
    const row = event.target.closest("form[data-row]");
    const hit = (selector) => event.target.closest(selector);
    if (!row) return;
    if (hit("[data-before]")) takeBefore(row, JSON.parse(hit("[data-before]").dataset.before));
    else if (hit("[data-keep-mine]")) {
      row.querySelector("[name=version]").value = hit("[data-keep-mine]").dataset.keepMine;
      changed(row.querySelector("[data-points]"));
      htmx.trigger(row, "save");
    } else if (hit("[data-take-theirs]")) sessionStorage.removeItem(draftKey(row));
  });

  // --- filters and the next unfinished row
  const own = (row) => row.matches("form") || row.querySelector("[data-kept]");
  const tests = {
    unfinished: (row) => own(row) && kept(row).done === "0",
    bare: (row) => own(row) && row.dataset.required === "1" && !row.querySelector(".chip-file"),
    differs: (row) => own(row) && kept(row).differs === "1",
    returned: (row) => "returned" in row.dataset,
  };
  let filter = "";
  function count() {
    for (const [name, test] of Object.entries(tests)) {
      const number = document.querySelector(`[data-filter=${name}] b`);
      if (number) number.textContent = rows().filter(test).length;
    }
  }
  function show() {
    const test = tests[filter] || (() => true);
    let any = false;
    for (const branch of tree.querySelectorAll(".lvl-1")) {
      const found = [...branch.querySelectorAll(".leaf")].filter((row) => { row.hidden = !test(row); return !row.hidden; });
      for (const group of branch.querySelectorAll(".group")) group.hidden = filter !== "";
      branch.hidden = !found.length;
      if (found.length && filter) branch.open = true;
      any ||= found.length > 0;
    }
    document.querySelector("[data-none]").hidden = any;
    const note = document.querySelector("[data-returned-note]");
    if (note) note.hidden = filter !== "returned";
  }
  document.addEventListener("click", (event) => {
    const chip = event.target.closest("[data-filter]");
    if (chip) {
      filter = chip.dataset.filter;
      for (const other of document.querySelectorAll("[data-filter]")) other.toggleAttribute("aria-current", other === chip);
      chip.setAttribute("aria-current", "true");
      count();
      show();
    } else if (event.target.closest("[data-next-unfinished]")) goToUnfinished();
  });
  function goToUnfinished() {
    const all = rows();
    const here = all.findIndex((row) => row.classList.contains("here"));
    const ordered = [...all.slice(here + 1), ...all.slice(0, here + 1)];
    const next = ordered.find((row) => tests.unfinished(row));
    if (next) goTo(next);
    else window.toast(said.allDone);
  }
  function goTo(row) {
    row.hidden = false;
    row.closest("details").open = true;
    row.scrollIntoView({ block: "center" });
    (row.querySelector("fieldset input:checked, fieldset input, .figures input, [data-points]") || row).focus({ preventScroll: true });
  }
  tree.addEventListener("focusin", (event) => {
    const row = event.target.closest(".leaf");
    if (!row) return;
    for (const other of tree.querySelectorAll(".here")) other.classList.remove("here");
    row.classList.add("here");
  });

  document.addEventListener("htmx:afterSettle", count);
  document.addEventListener("sheet:files", (event) => {
    markChanged(event.target);
    count();
  });
  for (const row of tree.querySelectorAll("form[data-row]")) {
    dress(row);
    restoreDraft(row);
  }
  count();
  if (location.hash.startsWith("#row-")) {
    const row = document.getElementById(location.hash.slice(1));
    // The browser takes the focus away when it comes to the anchor itself.
    if (row) window.addEventListener("load", () => setTimeout(() => goTo(row)));
  }
})();
