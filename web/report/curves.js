// The learning curves: one chart per task, and before them the mean over tasks.

const curveCharts = new Map();
const kMeanKey = "mean over tasks";

/** The panel of a chart, made when it is first needed. */
function curvePanel(grid, key, title, wide) {
  let panel = curveCharts.get(key);
  if (!panel) {
    const host = element("div");
    const note = element("span", { class: "soft" });
    const legend = element("ul", { class: "key", hidden: !wide });
    const values = element("details", { class: "small" }, element("summary", { text: "Values as a table" }));
    const root = element("article", { class: wide ? "panel wide" : "panel", "data-chart": key }, element("header", {}, element("h3", { text: title }), note), host, legend, values);
    panel = { root, note, legend, values, height: wide ? 320 : 240, chart: new LineChart(host, `${title}: curves. Use the arrow keys to read values.`) };
    values.addEventListener("toggle", () => fillValues(panel));
    curveCharts.set(key, panel);
  }
  if (panel.root.parentNode !== grid) grid.append(panel.root);
  return panel;
}

/** The numbers behind a chart, made when someone wants them. */
function fillValues(panel) {
  const { values, content } = panel;
  while (values.children.length > 1) values.lastChild.remove();
  if (!values.open) return;
  const lines = content.lines.filter((line) => !line.quiet);
  const head = element("tr", {}, element("th", { scope: "col", text: content.xLabel }), ...lines.map((line) => element("th", { scope: "col", class: "number", text: line.label })));
  const rows = content.x.map((x, i) =>
    element(
      "tr",
      {},
      element("th", { scope: "row", text: steps(x) }),
      ...lines.map((line) => {
        const range = line.low && line.low[i] !== null && line.y[i] !== null ? [element("small", { text: `${number(line.low[i])} to ${number(line.high[i])}` })] : [];
        return element("td", { class: "number" }, number(line.y[i]), ...range);
      }),
    ),
  );
  values.append(scrollable(element("table", { class: "data" }, element("thead", {}, head), element("tbody", {}, ...rows)), "Values of the curves", true));
}

/** Values by step, null where there are none. */
function aligned(x, step, values) {
  const at = new Map(step.map((s, i) => [s, values[i]]));
  return x.map((s) => at.get(s) ?? null);
}

function sortedUnion(lists) {
  return [...new Set(lists.flat())].sort((a, b) => a - b);
}

/** The runs of a group as thin lines. */
function runLines(data, x, groupResult, label) {
  if (!showRuns) return [];
  return groupResult.runs.map((run) => ({
    label: `${label}, ${data.runs[run].name}`,
    colour: seriesColour(groupResult.group),
    dash: 0,
    width: 0.8,
    y: aligned(x, data.runs[run].step, data.runs[run].value),
    low: null,
    high: null,
    group: groupResult.group,
    quiet: true,
  }));
}

function taskContent(data, task) {
  const singles = showRuns ? task.groups.flatMap((result) => result.runs.map((run) => data.runs[run].step)) : [];
  const x = sortedUnion([...task.groups.map((result) => result.curve.step), ...singles]);
  const lines = task.groups.flatMap((result) => {
    const { label } = data.groups[result.group];
    const { curve } = result;
    const several = result.runs.length > 1;
    return [
      ...runLines(data, x, result, label),
      {
        label,
        colour: seriesColour(result.group),
        dash: seriesDash(result.group),
        y: aligned(x, curve.step, curve.median),
        low: several ? aligned(x, curve.step, curve.low) : null,
        high: several ? aligned(x, curve.step, curve.high) : null,
        note: several ? aligned(x, curve.step, curve.runs.map((n) => (n < result.runs.length ? `${n} of ${result.runs.length}` : ""))) : null,
        group: result.group,
      },
    ];
  });
  const first = x[0] ?? 0;
  const last = x.at(-1) ?? 1;
  const whiskers = task.published.flatMap((result) => result.scores.filter((score) => score.step >= first && score.step <= last && score.low !== score.high).map((score) => ({ x: score.step, low: score.low, high: score.high })));
  return { x, lines, whiskers };
}

function meanContent(data) {
  const x = sortedUnion(data.overall.map((result) => result.curve.step));
  const lines = data.overall.map((result) => {
    const banded = result.curve.low.some((value) => value !== null);
    return {
      label: data.groups[result.group].label,
      colour: seriesColour(result.group),
      dash: seriesDash(result.group),
      y: aligned(x, result.curve.step, result.curve.mean),
      low: banded ? aligned(x, result.curve.step, result.curve.low) : null,
      high: banded ? aligned(x, result.curve.step, result.curve.high) : null,
      group: result.group,
    };
  });
  return { x, lines, whiskers: [] };
}

function showPanel(panel, data, content, groups) {
  panel.content = { ...content, xLabel: data.step_name, xText: shortSteps, xLong: (x) => `${steps(x)} ${data.step_name}`, sync: "steps", height: panel.height };
  panel.chart.show(panel.content);
  panel.legend.replaceChildren(
    ...groups.filter((group) => !hidden.groups.has(group)).map((group) => element("li", {}, groupMark(data.groups, group))),
  );
  fillValues(panel);
}

function showCurves(data) {
  const several = data.common_tasks.length > 1;
  const root = byId("curves") ?? section("curves", "Learning curves");
  let grid = root.querySelector(".charts");
  if (!grid) {
    grid = element("div", { class: "charts" });
    root.append(element("p", { class: "soft", id: "curves-words" }), grid);
  }
  const contents = data.tasks.map((task) => taskContent(data, task));
  const whiskers = contents.some((content) => content.whiskers.length > 0);
  byId("curves-words").textContent =
    data.tasks.length === 0
      ? `No run has a value of ${data.metric} yet.`
      : `${data.metric_label} over ${data.step_name}. Line: median over runs; band: 25 to 75 %.` +
        (whiskers ? " Grey whiskers: published scores, range over seeds." : "") +
        (several ? ` Mean over tasks: mean, with a ${Math.round(100 * data.level)} % bootstrap interval.` : "") +
        " Drag to zoom, double-click to see all.";
  const wanted = new Set(data.tasks.map((task) => task.name));
  if (several) wanted.add(kMeanKey);
  for (const [key, panel] of curveCharts) {
    if (wanted.has(key)) continue;
    panel.chart.remove();
    panel.root.remove();
    curveCharts.delete(key);
  }
  if (several) {
    const panel = curvePanel(grid, kMeanKey, `Mean over ${data.common_tasks.length} tasks`, true);
    panel.note.textContent = data.common_tasks.map(readable).join(", ");
    showPanel(panel, data, meanContent(data), data.overall.map((result) => result.group));
  }
  data.tasks.forEach((task, i) => {
    const panel = curvePanel(grid, task.name, readable(task.name), data.tasks.length === 1);
    const runs = task.groups.reduce((sum, result) => sum + result.runs.length, 0);
    panel.note.textContent = count(runs, "run");
    showPanel(panel, data, contents[i], task.groups.map((result) => result.group));
  });
  applyChoicesToCurves();
}

function applyChoicesToCurves() {
  for (const [key, panel] of curveCharts) {
    panel.root.hidden = hidden.tasks.has(key);
    panel.chart.applyHidden();
    if (!panel.root.hidden) {
      panel.chart.fit();
      panel.chart.plot.redraw(false, true);
    }
  }
}

/** Everything once more in other colours. */
function redrawCurves() {
  for (const panel of curveCharts.values()) panel.chart.draw();
}
