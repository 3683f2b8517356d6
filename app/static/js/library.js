// The agency's library: files dropped, chosen or pasted go into it without a criterion; rows to attach to are narrowed.
"use strict";

(() => {
  const drop = document.querySelector("[data-library-upload]");
  const list = document.querySelector("[data-uploads]");
  const url = drop?.dataset.libraryUpload;

  function refuse(words) {
    const text = document.createElement("p");
    text.className = "error-text";
    text.setAttribute("role", "alert");
    text.textContent = words;
    list.append(text);
  }

  async function upload(files) {
    list.replaceChildren();
    await uploads.send(url, files, list, (request, file) => {
      const fragment = new DOMParser().parseFromString(request.responseText, "text/html");
      const refused = fragment.querySelector(".error-text");
      if (request.status !== 200) refuse(uploads.refusal(request, file, refused?.textContent, words.offline));
    });
    drop.value = "";
    htmx.ajax("GET", location.href, { target: "#library", select: "#library", swap: "outerHTML" });
  }

  drop?.addEventListener("change", () => upload([...drop.files]));
  document.addEventListener("paste", (event) => {
    const files = drop ? uploads.pasted(event) : [];
    if (!files.length) return;
    event.preventDefault();
    upload(files);
  });

  // --- which rows to attach to: narrowed without marks, counted
  const bare = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").replace(/đ/gi, "d").toLowerCase();
  const form = document.querySelector("[data-choose-rows]");
  function count() {
    const chosen = form.querySelectorAll("[name=rows]:checked").length;
    form.querySelector("[data-chosen]").textContent = chosen;
    form.querySelector("[data-attach]").disabled = !chosen;
  }
  function narrow() {
    const wanted = bare(form.querySelector("[data-narrow]").value).split(/\s+/);
    for (const row of form.querySelectorAll("[data-choice]")) {
      const text = bare(row.textContent);
      row.hidden = !wanted.every((word) => text.includes(word));
    }
    for (const part of form.querySelectorAll("[data-part]")) part.hidden = !part.querySelector("[data-choice]:not([hidden])");
  }
  form?.addEventListener("input", (event) => (event.target.matches("[data-narrow]") ? narrow() : count()));
  if (form) {
    narrow(); // typed before this script was there, or kept by the browser
    count();
  }
})();
