// Rows that save themselves. A row is <form data-row hx-post="…" hx-trigger="save" hx-target="find .row-result">.
// data-state on the row: dirty → saving → saved, or conflict (409), invalid (422), failed (no answer).
"use strict";

(() => {
  const STATES = { 409: "conflict", 422: "invalid" };
  const rowOf = (node) => node?.closest?.("[data-row]");
  const rows = () => [...document.querySelectorAll("[data-row]")].filter((row) => row.offsetParent);

  function setState(row, state) {
    row.dataset.state = state;
    const mark = row.querySelector("[data-mark]");
    if (mark) mark.textContent = words[state] || "";
  }

  function save(row) {
    if (row.dataset.state === "dirty" || row.dataset.state === "failed") htmx.trigger(row, "save");
  }

  function edited(row) {
    row.edits = (row.edits || 0) + 1;
    setState(row, "dirty");
  }

  document.addEventListener("input", (event) => {
    const row = rowOf(event.target);
    if (row && event.target.type !== "file") edited(row);
  });
  document.addEventListener("focusout", (event) => {
    const row = rowOf(event.target);
    if (row && rowOf(event.relatedTarget) !== row) save(row);
  });
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) rows().forEach(save);
  });
  document.addEventListener("submit", (event) => {
    if (!event.target.matches("[data-row]")) return;
    event.preventDefault();
    save(event.target);
  });

  document.addEventListener("htmx:beforeRequest", (event) => {
    const row = event.detail.elt;
    if (!row.matches("[data-row]")) return;
    row.sent = row.edits;
    setState(row, "saving");
  });
  // After settling: the answer may have replaced the mark itself.
  document.addEventListener("htmx:afterRequest", (event) => {
    const row = event.detail.elt;
    if (!row.matches("[data-row]")) return;
    if (!event.detail.successful) setState(row, STATES[event.detail.xhr.status] || "failed");
    else if (row.edits === row.sent) setState(row, "saved");
    else edited(row);
    if (row.dataset.state === "dirty" && !row.contains(document.activeElement)) save(row);
  });
  // A save asked for while one is under way is dropped by htmx; "dirty" above sends it afterwards.

  document.addEventListener("click", (event) => {
    const take = event.target.closest("[data-take]");
    if (!take) return;
    const row = rowOf(take);
    const input = row.querySelector("[data-points]");
    input.value = take.dataset.take;
    edited(row);
    input.focus();
  });

  // A number with two meanings was asked back: the meaning chosen is typed so that it has one, and kept.
  document.addEventListener("click", (event) => {
    const chosen = event.target.closest("[data-choose]");
    const row = rowOf(chosen);
    if (!row) return;
    const box = row.querySelector(`[name="${chosen.dataset.choose}"]`);
    box.value = chosen.dataset.value;
    box.dispatchEvent(new Event("input", { bubbles: true }));
    save(row);
    box.focus();
  });

  // Where a row begins: the option chosen or the first one, else the first figure, else the points.
  const BOXES = ["[name=option]:checked", "[name=option]", "[name=a]", "[name=b]", "[name=n]", "[data-points]", "input:not([type=hidden])", "select", "textarea"];
  function firstBox(row) {
    for (const boxes of BOXES) {
      const found = row.querySelector(`${boxes}:enabled`);
      if (found) return found;
    }
    return null;
  }
  function go(row, step) {
    const all = rows();
    const next = all[all.indexOf(row) + step];
    const input = next && firstBox(next);
    if (input) {
      input.focus();
      if (input.type !== "radio") input.select?.();
    } else {
      save(row);
    }
  }
  document.addEventListener("keydown", (event) => {
    const row = rowOf(event.target);
    if (!row) return;
    const inBox = event.target.matches("textarea");
    const onward = event.key === "Enter" && (event.ctrlKey || (event.target.matches("input:not([type=file])") && !event.shiftKey));
    if (onward) go(row, 1);
    else if (event.altKey && event.key === "ArrowDown") go(row, 1);
    else if (event.altKey && event.key === "ArrowUp") go(row, -1);
    else if (event.key === "Enter" && event.shiftKey && !inBox) go(row, -1);
    else return;
    event.preventDefault();
  });

  window.addEventListener("beforeunload", (event) => {
    const pending = document.querySelector("[data-row]:is([data-state=dirty], [data-state=saving], [data-state=failed], [data-state=conflict], [data-state=invalid])");
    if (!pending) return;
    save(pending);
    event.preventDefault();
  });
})();
