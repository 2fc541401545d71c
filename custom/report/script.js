"use strict";
const colours = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#e69f00", "#000000", "#999999"];
const data = JSON.parse(document.getElementById("data").textContent);

// Sliders: 0 shows the image, 1 the truth, 2 the prediction; between them one fades into the other.
for (const slider of document.querySelectorAll("figure input")) {
  const [truth, pred] = ["truth", "pred"].map((name) => slider.closest("figure").querySelector("." + name));
  const show = () => {
    const place = Number(slider.value);
    if (truth) truth.style.opacity = Math.max(0, 1 - Math.abs(place - 1));
    if (pred) pred.style.opacity = Math.max(0, place - (truth ? 1 : 0));
  };
  slider.addEventListener("input", show);
  show();
}

// The table: numbers are sorted as numbers, blank cells come last.
const table = document.getElementById("cases");
if (table) {
  const buttons = [...table.querySelectorAll("thead button")];
  const compare = (one, other) => {
    if (one === "" || other === "") return (one === "") - (other === "");
    const difference = Number(one) - Number(other);
    return Number.isNaN(difference) ? null : difference;
  };
  buttons.forEach((button, column) => button.addEventListener("click", () => {
    const order = button.dataset.order === "1" ? -1 : 1;
    buttons.forEach((other) => delete other.dataset.order);
    button.dataset.order = order;
    const text = (row) => row.cells[column].textContent;
    const rows = [...table.tBodies[0].rows].sort((one, other) => {
      const [a, b] = [text(one), text(other)];
      if (a === "" || b === "") return compare(a, b);
      return order * (compare(a, b) ?? a.localeCompare(b, undefined, {numeric: true}));
    });
    table.tBodies[0].append(...rows);
  }));
}

// Charts.
function element(name, attributes, text) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  if (text !== undefined) made.textContent = text;
  return made;
}
const number = (value) => String(Number(value.toPrecision(4)));

function draw(chart) {
  const box = document.createElement("div");
  box.className = "chart";
  box.append(Object.assign(document.createElement("h3"), {textContent: chart.title}));
  const all = chart.series.flatMap((series, index) => series.points.map(([x, y], place) => ({
    x: chart.log_x ? Math.log10(x) : x, y, index, label: series.labels[place] || "", told: x,
  })));
  if (!all.length) return;
  const [width, height, left, bottom] = [460, 280, 48, 34];
  const share = all.every((point) => point.y >= 0 && point.y <= 1) && chart.y !== "loss";
  const range = (values) => {
    const [low, high] = [Math.min(...values), Math.max(...values)];
    return low === high ? [low - 0.5, high + 0.5] : [low, high];
  };
  const [lowX, highX] = chart.diagonal ? [0, 1] : range(all.map((point) => point.x));
  const [lowY, highY] = share ? [0, 1] : range([0, ...all.map((point) => point.y)]);
  const x = (value) => left + (value - lowX) / (highX - lowX) * (width - left - 12);
  const y = (value) => height - bottom - (value - lowY) / (highY - lowY) * (height - bottom - 10);
  const svg = element("svg", {viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": chart.title});
  for (let step = 0; step <= 4; step++) {
    const [valueX, valueY] = [lowX + (highX - lowX) * step / 4, lowY + (highY - lowY) * step / 4];
    svg.append(element("line", {x1: left, x2: width - 12, y1: y(valueY), y2: y(valueY), stroke: "#e4e4e4"}));
    svg.append(element("text", {x: left - 5, y: y(valueY) + 4, "text-anchor": "end"}, number(valueY)));
    const told = number(chart.log_x ? Math.round(10 ** valueX) : valueX);
    svg.append(element("text", {x: x(valueX), y: height - bottom + 14, "text-anchor": step < 4 ? "middle" : "end"}, told));
  }
  svg.append(element("text", {x: (width + left) / 2, y: height - 4, "text-anchor": "middle"}, chart.x));
  if (chart.diagonal) {
    svg.append(element("line", {x1: x(0), y1: y(0), x2: x(1), y2: y(1), stroke: "#888", "stroke-dasharray": "2 3"}));
  }
  const key = Object.assign(document.createElement("div"), {className: "key"});
  chart.series.forEach((series, index) => {
    const colour = colours[index % colours.length];
    const here = all.filter((point) => point.index === index);
    if (chart.lines) {
      const line = element("polyline", {
        points: here.map((point) => `${x(point.x)},${y(point.y)}`).join(" "), fill: "none", stroke: colour, "stroke-width": 1.8,
      });
      if (series.dashed) line.setAttribute("stroke-dasharray", "5 3");
      svg.append(line);
    }
    if (!chart.lines || here.length < 40) {
      for (const point of here) svg.append(element("circle", {cx: x(point.x), cy: y(point.y), r: 2.6, fill: colour}));
    }
    const name = Object.assign(document.createElement("span"), {textContent: "● " + series.name});
    name.style.color = colour;
    key.append(name);
  });
  const tip = Object.assign(document.createElement("div"), {className: "tip", textContent: chart.note || chart.y});
  const mark = element("circle", {r: 6, fill: "none", stroke: "#000", visibility: "hidden"});
  svg.append(mark);
  svg.addEventListener("mousemove", (event) => {
    const place = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
    const distance = (point) => (x(point.x) - place.x) ** 2 + (y(point.y) - place.y) ** 2;
    const nearest = all.reduce((best, point) => distance(point) < distance(best) ? point : best);
    for (const [name, value] of [["cx", x(nearest.x)], ["cy", y(nearest.y)], ["visibility", "visible"]]) mark.setAttribute(name, value);
    const words = `${chart.series[nearest.index].name}: ${chart.x.split(" (")[0]} ${number(nearest.told)}, ${chart.y} ${number(nearest.y)}`;
    tip.textContent = nearest.label ? `${nearest.label} – ${words}` : words;
  });
  box.append(svg, key, tip);
  document.querySelector(".charts").append(box);
}
data.charts.forEach(draw);
