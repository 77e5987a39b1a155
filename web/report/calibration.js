// What `vrkn eval --uncertainty` has measured: coverage of predictive intervals, and the two parts of the variance.

const kHorizonColours = ["series-0", "series-2", "series-3"];
const calibrationCharts = [];

/** The first, the middle and the last of the horizons, none twice. */
function chosenHorizons(horizons) {
  const chosen = [0, Math.floor((horizons.length - 1) / 2), horizons.length - 1];
  return [...new Set(chosen)].map((i) => horizons[i]);
}

const ahead = (horizon) => `${count(horizon.steps_ahead, "step")} ahead`;

/** The chart of a panel; it is drawn once its host is in the page and has a width. */
function chartIn(panel, description, content) {
  const host = element("div");
  panel.append(host);
  calibrationCharts.push({ chart: new LineChart(host, description), content });
}

function coveragePanel(name, levels, horizons) {
  const panel = element("article", { class: "panel" }, element("header", {}, element("h3", { text: readable(name) }), element("span", { class: "soft", text: "coverage" })));
  const lines = chosenHorizons(horizons).map((horizon, i) => ({
    label: ahead(horizon),
    colour: kHorizonColours[i],
    y: [0, ...horizon.coverage_curve, 1],
    low: null,
    group: null,
  }));
  chartIn(panel, `${readable(name)}: observed over nominal coverage.`, {
    x: [0, ...levels, 1],
    lines,
    xLabel: "nominal coverage",
    xText: (x) => String(Number(x.toFixed(2))),
    range: [0, 1],
    diagonal: true,
    height: 210,
  });
  panel.append(element("ul", { class: "key" }, ...lines.map((line) => element("li", {}, modelMark(line.label, line.colour)))));
  return panel;
}

function variancePanel(name, horizons) {
  const panel = element("article", { class: "panel" }, element("header", {}, element("h3", { text: readable(name) }), element("span", { class: "soft", text: "variance" })));
  const line = (label, colourName, key) => ({ label, colour: colourName, y: horizons.map((horizon) => horizon[key]), low: null, group: null });
  const lines = [line("aleatoric", "series-0", "aleatoric"), line("epistemic", "series-1", "epistemic")];
  chartIn(panel, `${readable(name)}: aleatoric and epistemic variance over the steps ahead.`, {
    x: horizons.map((horizon) => horizon.steps_ahead),
    lines,
    xLabel: "steps ahead",
    xText: (x) => String(Number(x.toFixed(1))),
    height: 210,
  });
  panel.append(element("ul", { class: "key" }, ...lines.map((entry) => element("li", {}, modelMark(entry.label, entry.colour)))));
  return panel;
}

function calibrationTable(quantities) {
  const head = ["Predicted", "Steps ahead", "In 50 %", "In 80 %", "In 95 %", "Squared error / variance", "NIS"];
  const percent = (value) => (value === null ? kNothing : `${(100 * value).toFixed(1)} %`);
  const rows = quantities.flatMap(({ name, horizons }) =>
    chosenHorizons(horizons).map((horizon) =>
      element(
        "tr",
        {},
        element("th", { scope: "row", text: readable(name) }),
        element("td", { class: "number", text: String(horizon.steps_ahead) }),
        ...["coverage_50", "coverage_80", "coverage_95"].map((key) => element("td", { class: "number", text: percent(horizon[key]) })),
        ...["normalised_squared_error", "normalised_innovation_squared"].map((key) => element("td", { class: "number", text: number(horizon[key]) })),
      ),
    ),
  );
  const cells = head.map((text, i) => element("th", { scope: "col", class: i === 0 ? "" : "number", text }));
  return scrollable(element("table", { class: "data" }, element("thead", {}, element("tr", {}, ...cells)), element("tbody", {}, ...rows)), "Calibration");
}

/** A change with its standard error, in per cent of the mean. */
function changeText({ change, standard_error }) {
  if (change === null) return kNothing;
  const percent = (value) => Math.round(100 * value);
  return `${change > 0 ? "+" : ""}${percent(change)} %${standard_error === null ? "" : ` (${percent(standard_error)})`}`;
}

/** How variances and errors go with the steps after the last reading; nothing where it is not known. */
function gapTable(latent_gap, quantities) {
  const steps = latent_gap.steps_ahead;
  if (steps.length < 2) return null;
  const head = ["In a gap", "Variance", "Squared error"];
  const row = (name, variance, error) =>
    element("tr", {}, element("th", { scope: "row", text: name }), element("td", { class: "number", text: variance }), element("td", { class: "number", text: error }));
  const rows = quantities
    .filter(({ gap }) => gap.episodes > 0)
    .map(({ name, gap }) => row(readable(name), changeText(gap.variance_trend), changeText(gap.error_trend)));
  rows.push(row("latent belief", changeText(latent_gap.variance_trend), kNothing));
  const cells = head.map((text, i) => element("th", { scope: "col", class: i === 0 ? "" : "number", text }));
  const table = element("table", { class: "data" }, element("thead", {}, element("tr", {}, ...cells)), element("tbody", {}, ...rows));
  const words = `Change from ${steps[0]} to ${count(steps[steps.length - 1], "step")} after the last reading, of the mean; in brackets the standard error over ${count(latent_gap.episodes, "episode")}.`;
  return element("div", {}, scrollable(table, "Gaps"), element("p", { class: "soft", text: words }));
}

function showCalibration(data) {
  for (const { chart } of calibrationCharts.splice(0)) chart.remove();
  const old = byId("uncertainty");
  if (data.calibrations.length === 0) return void old?.remove();
  const words =
    "How sure the models are of what comes next, and how right they are to be. Above the dashed line predictive intervals are wider than needed, below it too narrow. Variances are in network units, without the decoders' own.";
  const root = section("uncertainty", "Uncertainty of predictions", element("p", { class: "soft", text: words }));
  for (const { title, run, levels, quantities, latent_gap, gap_warnings } of data.calibrations) {
    const known = quantities.filter(({ horizons }) => horizons.length > 0 && horizons[0].count > 0);
    const group = run === null ? null : data.runs[run].group;
    root.append(element("h3", {}, group === null ? null : groupMark(data.groups, group), group === null ? title : ` · ${title}`), calibrationTable(known));
    const gaps = gapTable(latent_gap, known);
    if (gaps !== null) root.append(gaps, ...gap_warnings.map((text) => element("p", { class: "warning", text })));
    const panels = known.flatMap(({ name, horizons }) => [coveragePanel(name, levels, horizons), ...(horizons.length > 1 ? [variancePanel(name, horizons)] : [])]);
    root.append(element("div", { class: "charts pair" }, ...panels));
  }
  for (const { chart, content } of calibrationCharts) chart.show(content);
}

function redrawCalibration() {
  for (const { chart } of calibrationCharts) chart.draw();
}
