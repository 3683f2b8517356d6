// Search by keyboard: "/" leads into the box from anywhere, unless its owner has switched it off; arrows walk the hits.
"use strict";

(() => {
  const OFF = "slash-off";
  const box = () => document.getElementById("search") || document.getElementById("side-search");
  const typing = (node) => node.closest("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]");

  document.addEventListener("keydown", (event) => {
    const plain = event.key === "/" && !event.ctrlKey && !event.metaKey && !event.altKey;
    if (!plain || typing(event.target) || localStorage.getItem(OFF) || document.querySelector("dialog[open]")) return;
    const input = box();
    if (!input) return;
    event.preventDefault();
    if (!input.offsetParent) window.location = input.form.action; // on a phone the box has a page of its own
    input.focus();
    input.select();
  });

  document.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const within = event.target.matches("#search") || event.target.matches("[data-hit]");
    if (!step || !within) return;
    const stops = [document.getElementById("search"), ...document.querySelectorAll("[data-hit]")];
    const next = stops[stops.indexOf(event.target) + step];
    if (!next) return;
    event.preventDefault();
    next.focus();
  });

  // What was typed before the page was ready.
  window.addEventListener("load", () => {
    const input = document.getElementById("search");
    if (input && input.value !== input.defaultValue) htmx.trigger(input, "input");
  });

  // The switch on the page of settings: kept on this computer alone.
  const choice = document.querySelector("[data-slash]");
  if (choice) {
    choice.checked = !localStorage.getItem(OFF);
    choice.addEventListener("change", () => {
      if (choice.checked) localStorage.removeItem(OFF);
      else localStorage.setItem(OFF, "1");
    });
  }

  // Help beside a heading closes with Escape, too.
  const help = document.querySelector("details.help");
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !help?.open) return;
    help.open = false;
    help.querySelector("summary").focus();
  });
})();
