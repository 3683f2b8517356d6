// Charts: [data-chart] holds an ECharts option as JSON. The library is fetched only by pages that have one.
"use strict";

(() => {
  const boxes = [...document.querySelectorAll("[data-chart]")];
  const source = document.currentScript.dataset.echarts;
  const style = {
    color: ["#0b5cad", "#23905a", "#c97c00", "#5a37a0", "#0c6170", "#c93b30"],
    textStyle: { fontFamily: "Be Vietnam Pro, sans-serif" },
    animation: !window.matchMedia("(prefers-reduced-motion: reduce)").matches,
  };

  const PAPER = 680; // CSS pixels between the margins of an A4 page

  const shown = (value) => (typeof value === "number" ? value.toLocaleString("vi") : "–");

  function draw(box) {
    const chart = window.echarts.init(box);
    const option = { ...style, ...JSON.parse(box.dataset.chart) };
    if (option.tooltip) Object.assign(option.tooltip, { valueFormatter: shown, confine: true });
    if (box.clientWidth < 480 && option.yAxis.type === "category") {
      option.yAxis.axisLabel.width = 132;
      option.xAxis.splitNumber = 2;
    }
    chart.setOption(option);
    new ResizeObserver(() => chart.resize()).observe(box);
    window.addEventListener("beforeprint", () => chart.resize({ width: PAPER }));
    window.addEventListener("afterprint", () => chart.resize());
  }

  if (!boxes.length) return;
  const script = document.createElement("script");
  script.src = source;
  script.onload = () => boxes.forEach(draw);
  script.onerror = () => boxes.forEach((box) => {
    box.hidden = true;
    box.parentElement.querySelector("details").open = true;
  });
  document.head.append(script);
})();
