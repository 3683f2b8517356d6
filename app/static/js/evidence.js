// Files of a row: several at once, each with its own bar; dropped, chosen or pasted. And the dialog to use one again.
"use strict";

(() => {
  const said = document.getElementById("sheet-words").dataset;
  const dialog = document.getElementById("pick");
  let pickUrl = "";

  function line(box, name) {
    const made = document.createElement("div");
    made.className = "upload";
    made.innerHTML = '<span class="upload-name"></span><progress class="meter" max="100" value="0"></progress>';
    made.firstElementChild.textContent = name;
    made.lastElementChild.setAttribute("aria-label", name);
    box.append(made);
    return made;
  }

  function send(url, file, onProgress) {
    return new Promise((resolve) => {
      const request = new XMLHttpRequest();
      const body = new FormData();
      body.append("files", file, file.name);
      request.open("POST", url);
      request.setRequestHeader("X-CSRFToken", document.querySelector("meta[name=csrf-token]").content);
      request.setRequestHeader("HX-Request", "true");
      request.upload.addEventListener("progress", (event) => onProgress((100 * event.loaded) / event.total));
      request.addEventListener("loadend", () => resolve(request));
      request.send(body);
    });
  }

  // One after another: the answer to the last shows all of them, and a refused file stops none of the others.
  async function upload(row, url, files) {
    const refusals = [];
    for (const file of files) {
      const box = row.querySelector("[data-files]");
      const bar = line(box, file.name);
      const request = await send(url, file, (percent) => { bar.lastElementChild.value = percent; });
      bar.remove();
      const fragment = new DOMParser().parseFromString(request.responseText, "text/html");
      const fresh = fragment.querySelector("[data-files]");
      if (fresh) {
        const refused = fresh.querySelector(".error-text");
        if (refused) refusals.push(refused.textContent);
        refused?.remove();
        row.querySelector("[data-files]").replaceWith(document.adoptNode(fresh));
        htmx.process(fresh);
      } else {
        refusals.push(fragment.querySelector(".error-text")?.textContent || `${file.name}: ${said.uploadFailed}`);
      }
    }
    for (const refusal of refusals) {
      const text = document.createElement("p");
      text.className = "error-text";
      text.setAttribute("role", "alert");
      text.textContent = refusal;
      row.querySelector("[data-files]").append(text);
    }
    document.dispatchEvent(new Event("sheet:files"));
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
    const row = target(event);
    const files = [...(event.clipboardData?.files || [])];
    if (!row || !files.length) return;
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
    if (event.detail.elt.matches("[data-picked]") && event.detail.successful) dialog.close();
  });
})();
