// x-editable in our words: loaded with the shell, applied once Flask-Admin has loaded the widget.
"use strict";

jQuery(document).on("adminFormReady", () => {
  prepareCells(jQuery);
  for (const box of document.querySelectorAll(".table-responsive")) box.tabIndex = 0; // it may scroll sideways
});

function prepareCells($) {
  if (!$?.fn.editable) return;
  const words = window.words;
  $.fn.editableutils.tryParseJson = parsed; // its own evaluates text as code, which our policy forbids
  Object.assign($.fn.editable.defaults, {
    mode: "inline",
    emptytext: words.empty_cell,
    onblur: "submit",
    success: (text) => { if (text) window.toast(text); },
    error: (answer) => cellError(answer, words),
  });
  $.fn.editableform.buttons = `<button type="submit" class="btn btn-primary btn-sm editable-submit" aria-label="${words.save}"><i class="fa fa-check" aria-hidden="true"></i></button>`
    + `<button type="button" class="btn btn-default btn-sm editable-cancel" aria-label="${words.cancel}"><i class="fa fa-xmark" aria-hidden="true"></i></button>`;
}

// A cell is sent with the mark of the value that it showed, and keeps the mark of what is there afterwards: when
// somebody else has changed it, saving once more overwrites.
jQuery.ajaxPrefilter((options, own, request) => {
  const sent = own.data;
  const cell = sent?.list_form_pk && [...document.querySelectorAll("a[data-seen]")].find(
    (one) => one.dataset.pk === String(sent.list_form_pk) && one.name in sent);
  if (!cell) return;
  options.data += `&seen=${encodeURIComponent(cell.dataset.seen)}`;
  request.always(() => { cell.dataset.seen = request.getResponseHeader("X-Seen") || cell.dataset.seen; });
});

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

// A refusal comes as plain text; a whole page (session over, server down) does not belong into a cell.
function cellError(answer, words) {
  if (!answer.status) return words.offline;
  const isPage = (answer.getResponseHeader("Content-Type") || "").includes("html") && /<html/i.test(answer.responseText);
  return isPage || !answer.responseText ? words.refused : answer.responseText;
}
