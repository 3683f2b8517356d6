// The appraiser's desk: "=" takes the unit's points, "not applicable" closes the points, a collision is settled.
"use strict";

(() => {
  const rowOf = (node) => node.closest("[data-row]");
  const told = (row) => row.dispatchEvent(new Event("input", { bubbles: true }));

  document.addEventListener("keydown", (event) => {
    if (event.key !== "=" || !event.target.matches("[data-row] [data-points]")) return;
    event.preventDefault();
    rowOf(event.target).querySelector("[data-take]")?.click();
  });

  function close(row) {
    row.querySelector("[data-points]").disabled = row.querySelector("[data-not-applicable]").checked;
  }
  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-not-applicable]")) close(rowOf(event.target));
  });

  function takeStored(row, { storedPoints, storedNa, storedReason }) {
    row.querySelector("[data-points]").value = storedPoints;
    row.querySelector("[data-not-applicable]").checked = storedNa === "1";
    row.querySelector("[name=reason]").value = storedReason;
    close(row);
  }
  document.addEventListener("click", (event) => {
    const stored = event.target.closest("[data-keep-stored]");
    if (!stored && !event.target.closest("[data-keep-mine]")) return;
    const row = rowOf(event.target);
    if (stored) takeStored(row, stored.closest(".collision").dataset);
    told(row.querySelector("[name=reason]"));
    htmx.trigger(row, "save");
  });

  // The next row without points on this page; when there is none the link leads to another page.
  const isOpen = (row) => !row.querySelector("[data-points]").value.trim() && !row.querySelector("[data-not-applicable]").checked;
  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-next-open]")) return;
    const next = [...document.querySelectorAll("[data-row]")].find(isOpen);
    if (!next) return;
    event.preventDefault();
    next.scrollIntoView({ block: "center" });
    next.querySelector("[data-points]").focus({ preventScroll: true });
  });

  // A take on a row that does not apply says that it does after all.
  document.addEventListener("click", (event) => {
    const take = event.target.closest("[data-take]");
    if (!take) return;
    const row = rowOf(take);
    row.querySelector("[data-not-applicable]").checked = false;
    close(row);
    row.querySelector("[data-points]").focus();
  });
})();
