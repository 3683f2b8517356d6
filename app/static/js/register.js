// FAB's widgets in Vietnamese, loaded between the widgets and FAB's own start-up script.
"use strict";

(($) => {
  const words = JSON.parse(document.body.dataset.words || "{}");
  const isVietnamese = document.documentElement.lang.startsWith("vi");
  const select2 = $.fn.select2;
  // The drawn box answers to the name of the select that it stands for.
  function named(box) {
    const label = box.labels?.[0]?.textContent.trim();
    if (label) $(box).next(".select2-container").find("[role=textbox], [type=search]").attr("aria-label", label);
  }
  $.fn.select2 = function translated(options, ...rest) {
    if (!options || typeof options !== "object") return select2.call(this, options, ...rest);
    const language = { noResults: () => words.none_found, searching: () => "…" };
    const own = { placeholder: words.choose, language };
    if (this.prop("multiple")) own.allowClear = false; // its cross would stand in a list without being an item
    const made = select2.call(this, { ...options, ...own }, ...rest);
    this.each((_, box) => named(box));
    return made;
  };
  Object.assign($.fn.select2, select2);

  $.fn.datepicker.dates.vi = {
    days: ["Chủ nhật", "Thứ hai", "Thứ ba", "Thứ tư", "Thứ năm", "Thứ sáu", "Thứ bảy"],
    daysShort: ["CN", "T2", "T3", "T4", "T5", "T6", "T7"],
    daysMin: ["CN", "T2", "T3", "T4", "T5", "T6", "T7"],
    months: Array.from({ length: 12 }, (_, month) => `Tháng ${month + 1}`),
    monthsShort: Array.from({ length: 12 }, (_, month) => `Th${month + 1}`),
    today: "Hôm nay", clear: "Xóa", titleFormat: "MM yyyy", weekStart: 1, format: "dd/mm/yyyy",
  };
  const shared = { language: isVietnamese ? "vi" : "en", autoclose: true, todayHighlight: true };
  Object.assign($.fn.datepicker.defaults, shared);
  // FAB's search panel still calls the name of an older widget.
  $.fn.datetimepicker = function older() { return this.datepicker({ format: "yyyy-mm-dd" }); };
  $(() => $("input[data-date]").attr("autocomplete", "off").datepicker({ format: "dd/mm/yyyy", keyboardNavigation: false }));
})(jQuery);
