// Draws what the page holds as data. Nothing is fetched, and nothing that a chart says is ever markup: it is a picture.
const data = JSON.parse(document.getElementById("charts").textContent);
const boxes = [...document.querySelectorAll("[data-chart]")];
const DOWN = "path://M0,0H10L5,9Z";
const CROSS = "path://M3,0H7V3H10V7H7V10H3V7H0V3H3Z";
const SIGNS = ["circle", "rect", "triangle", "diamond", DOWN, CROSS, "roundRect", "circle"];
const DASHES = ["solid", "dashed", "dotted", [8, 3, 2, 3], [12, 4], [2, 5], [8, 3, 2, 3, 2, 3], "solid"];
const TOTAL = SIGNS.length - 1;
const PAPER = { width: 690, height: 320 }; // pixels, within the margins of A4
const SLIDER = { type: "slider", showDataShadow: false, bottom: 12, height: 24 };
const SHOWN = 36; // the newest three years; the slider shows the others

// From the style sheets, so that there is one palette; what is printed is printed light.
const coloursNow = () => {
  const style = getComputedStyle(document.documentElement);
  const read = (name) => style.getPropertyValue(`--${name}`).trim();
  return {
    text: read("text"), quiet: read("quiet"), rule: read("line"), page: read("page"), break: read("open"),
    lines: SIGNS.map((_, style) => read(`line-${style}`)),
  };
};

const colours = (isPrinted) => {
  const root = document.documentElement;
  const theme = root.dataset.theme;
  if (isPrinted) root.dataset.theme = "light";
  const found = coloursNow();
  if (theme === undefined) delete root.dataset.theme;
  else root.dataset.theme = theme;
  return found;
};

// One series from every start on: what does not compare is not joined.
const seriesOf = (line, labels, colour) => {
  const style = line.is_total ? TOTAL : line.style % TOTAL;
  const ends = [0, ...line.starts, labels.length];
  const item = (point) => ({
    value: point.value,
    symbolSize: point.mark ? 13 : labels.length <= SHOWN ? 7 : 5,
    itemStyle: point.hollow ? { color: colour.page, borderColor: colour.lines[style], borderWidth: 2 } : undefined,
  });
  return ends.slice(1).map((end, part) => ({
    type: "line", name: line.name, connectNulls: false, showAllSymbol: true, emphasis: { focus: "series" },
    symbol: SIGNS[style], color: colour.lines[style],
    lineStyle: { type: DASHES[style], width: style === TOTAL ? 3 : 2 },
    data: line.points.map((point, place) => (place >= ends[part] && place < end ? item(point) : null)),
  }));
};

const breaksOf = (chart, colour) => ({
  type: "line", data: [], silent: true,
  markLine: {
    symbol: "none", lineStyle: { type: "dashed", color: colour.break },
    data: chart.breaks.map((place) => ({
      xAxis: chart.labels[place],
      label: { show: !chart.breaks.includes(place - 1), formatter: data.break_name, color: colour.break },
    })),
  },
});

const tell = (chart, shown) => {
  if (!shown.length) return "";
  const place = shown[0].dataIndex;
  const named = new Map(shown.map((one) => [one.seriesName, one.marker]));
  const lines = chart.lines.filter((line) => named.has(line.name)).map((line) => {
    const point = line.points[place];
    return `${named.get(line.name)}${line.name}　${point.text}${point.mark && `　${point.mark}`}`;
  });
  return [chart.labels[place], ...lines].join("\n");
};

const optionOf = (chart, box, isPrinted) => {
  const colour = colours(isPrinted);
  const { fontFamily } = getComputedStyle(document.body);
  const text = { color: colour.quiet };
  const rule = { lineStyle: { color: colour.rule } };
  const isLong = chart.labels.length > SHOWN;
  return {
    animation: false,
    aria: { enabled: true, label: { description: box.getAttribute("aria-label") } },
    textStyle: { fontFamily },
    grid: { left: 16, right: 40, top: 64, bottom: isLong && !isPrinted ? 56 : 16, containLabel: true },
    legend: { data: chart.lines.map((line) => line.name), top: 4, textStyle: { color: colour.text }, itemWidth: 34 },
    tooltip: {
      trigger: "axis", renderMode: "richText", confine: true, formatter: (shown) => tell(chart, shown),
      backgroundColor: colour.page, borderColor: colour.rule, textStyle: { color: colour.text },
    },
    xAxis: { type: "category", data: chart.labels, axisLabel: { ...text, showMaxLabel: true, hideOverlap: true }, axisLine: rule },
    yAxis: { type: "value", name: data.unit, nameTextStyle: text, axisLabel: text, splitLine: rule },
    dataZoom: isLong && !isPrinted ? [{ ...SLIDER, startValue: chart.labels.length - SHOWN, textStyle: text }] : [],
    series: [...chart.lines.flatMap((line) => seriesOf(line, chart.labels, colour)), breaksOf(chart, colour)],
  };
};

const drawn = boxes.map((box) => {
  box.hidden = false;
  const one = echarts.init(box);
  box.firstElementChild.lang = "zh-CN"; // chooses the font of tooltips, for which the library has no setting
  return one;
});
const draw = (isPrinted) => drawn.forEach((one, place) => {
  one.resize(isPrinted ? PAPER : { width: "auto", height: "auto" });
  one.setOption(optionOf(data[boxes[place].dataset.chart], boxes[place], isPrinted), { notMerge: true });
});
draw(false);
addEventListener("resize", () => drawn.forEach((one) => one.resize()));
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => draw(false));
addEventListener("beforeprint", () => draw(true));
addEventListener("afterprint", () => draw(false));
