// Files of a row: several at once, each with its own bar; dropped, chosen or pasted. And the dialog to use one again.
"use strict";

(() => {
  const said = document.getElementById("sheet-words").dataset;
  const dialog = document.getElementById("pick");
  let pickUrl = "";

  // The answer to the last file shows all of them; refusals stay below.
  async function upload(row, url, files) {
    const refusals = [];
    const list = document.createElement("div");
    list.className = "uploads";
    row.querySelector("[data-files]").after(list);
    await uploads.send(url, files, list, (request, file) => {
      const fragment = new DOMParser().parseFromString(request.responseText, "text/html");
      const fresh = fragment.querySelector("[data-files]");
      if (!fresh) {
        const sentence = fragment.querySelector(".error-text")?.textContent;
        refusals.push(uploads.refusal(request, file, sentence, said.uploadFailed));
        return;
      }
      const refused = fresh.querySelector(".error-text");
      if (refused) refusals.push(refused.textContent);
      refused?.remove();
      row.querySelector("[data-files]").replaceWith(document.adoptNode(fresh));
      htmx.process(fresh);
    });
    list.remove();
    for (const refusal of refusals) {
      const text = document.createElement("p");
      text.className = "error-text";
      text.setAttribute("role", "alert");
      text.textContent = refusal;
      row.querySelector("[data-files]").append(text);
    }
    row.dispatchEvent(new Event("sheet:files", { bubbles: true }));
  }

  document.addEventListener("change", (event) => {
    const input = event.target;
    if (!input.matches?.("[data-upload]") || !input.files.length) return;
    upload(input.closest(".leaf"), input.dataset.upload, [...input.files]);
  });

  // A file dropped anywhere on the row, or pasted while in it.
  const target = (event) => event.target.closest?.("form[data-row]");
  document.addEventListener("dragover", (event) => {
    if (target(event) && event.dataTransfer.types.includes("Files")) event.preventDefault();
  });
  document.addEventListener("drop", (event) => {
    const row = target(event);
    if (!row || event.target.closest("[data-drop]") || !event.dataTransfer.files.length) return;
    event.preventDefault();
    upload(row, row.querySelector("[data-upload]").dataset.upload, [...event.dataTransfer.files]);
  });
  document.addEventListener("paste", (event) => {
    const files = uploads.pasted(event);
    if (!files.length) return;
    const row = target(event) || document.querySelector("form[data-row].here");
    if (!row) {
      toast(said.pasteWhere);
      return;
    }
    event.preventDefault();
    upload(row, row.querySelector("[data-upload]").dataset.upload, files);
  });

  // --- use a file again
  const list = () => dialog.querySelector("[data-pick-list]");
  async function load(search) {
    const answer = await fetch(`${pickUrl}?${new URLSearchParams({ q: search })}`, { headers: { "HX-Request": "true" } });
    list().innerHTML = await answer.text();
    htmx.process(list());
  }
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-pick]");
    if (!opener) return;
    pickUrl = opener.dataset.pick;
    dialog.querySelector("[data-pick-search]").value = "";
    list().replaceChildren();
    dialog.showModal();
    load("");
  });
  let waiting = 0;
  dialog.querySelector("[data-pick-search]").addEventListener("input", (event) => {
    clearTimeout(waiting);
    waiting = setTimeout(() => load(event.target.value), 250);
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    const { elt, successful } = event.detail;
    if (elt.matches("[data-picked]") && successful) dialog.close();
    if (elt.matches("[data-again]") && successful) elt.parentElement.remove();
  });
})();
