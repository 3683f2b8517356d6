// Several files to one address: a bar for each, from the start, sent one after another. Used by the sheet and the library.
"use strict";

window.uploads = (() => {
  // A line of the list: the file's name, its bar, how far it is in words.
  function line(list, name) {
    const made = document.createElement("div");
    made.className = "upload";
    made.innerHTML = '<span class="upload-name"></span><progress class="meter" max="100" value="0"></progress><span class="upload-far"></span>';
    const [label, bar, far] = made.children;
    label.textContent = label.title = name;
    bar.setAttribute("aria-label", name);
    far.textContent = words.waiting;
    list.append(made);
    const show = (percent) => { bar.value = percent; far.textContent = `${Math.round(percent)}%`; };
    return { show, remove: () => made.remove() };
  }

  function post(url, file, onProgress) {
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

  // Each answer goes to ``onAnswer(request, file)``; a refused file stops none of the others.
  async function send(url, files, list, onAnswer) {
    const lines = files.map((file) => line(list, file.name));
    for (const [place, file] of files.entries()) {
      const request = await post(url, file, lines[place].show);
      lines[place].remove();
      onAnswer(request, file);
    }
  }

  // Why one file was not taken: its own sentence; what was too large for the server to read has only its name here.
  function refusal(request, file, sentence, otherwise) {
    if (request.status === 413) return `“${file.name}”: ${words.too_big}`;
    return sentence || `${file.name}: ${otherwise}`;
  }

  // What was pasted, unless it is text for the box it was pasted into (a spreadsheet puts a picture beside its text).
  function pasted(event) {
    const files = [...(event.clipboardData?.files || [])];
    const inBox = event.target.matches?.("textarea, input:not([type=checkbox], [type=radio], [type=file])");
    if (inBox && event.clipboardData.getData("text/plain")) return [];
    return files.map(named);
  }

  // A picture of the screen has no name of its own: the time tells one from another.
  function named(file) {
    if (!/^image\.\w+$/.test(file.name)) return file;
    const two = (number) => String(number).padStart(2, "0");
    const at = new Date();
    const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
    const time = [at.getHours(), at.getMinutes(), at.getSeconds()].map(two).join(".");
    return new File([file], `${words.screenshot} ${day} ${time}.${file.name.split(".").pop()}`, { type: file.type });
  }

  return { refusal, send, pasted };
})();
