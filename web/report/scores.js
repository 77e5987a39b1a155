// Final scores: by task beside what was published, over all tasks, and every two models against each other.

const shownGroups = (data) => data.groups.map((_, i) => i).filter((i) => !hidden.groups.has(i));
const shownTasks = (data) => data.tasks.filter((task) => !hidden.tasks.has(task.name));

/** The published scores nearest to a step, and the last ones. */
function publishedText(result, step) {
  const nearest = result.scores.reduce((best, score) => (Math.abs(Math.log(score.step / step)) < Math.abs(Math.log(best.step / step)) ? score : best));
  const shown = [...new Set([nearest, result.scores.at(-1)])];
  const text = (score) => `${score.low === score.high ? number(score.low) : `${number(score.low)} to ${number(score.high)}`} at ${shortSteps(score.step)}`;
  return shown.map(text).join(", ");
}

function scoreCell(result, best) {
  if (!result || result.mean.value === null) return element("td", { class: "number", text: kNothing });
  const detail = result.mean.low === null ? count(result.scores.length, "run") : `${interval(result.mean)} · ${count(result.scores.length, "run")}`;
  return element("td", { class: best ? "number best" : "number" }, number(result.mean.value), element("small", { text: detail }));
}

/** Statistics over the common tasks, below the scores of each. */
function overallFoot(data, groups, published) {
  const kinds = [
    ["interquartile_mean", "Interquartile mean"],
    ["mean", "Mean over tasks"],
    ["median", "Median over tasks"],
  ];
  const rows = kinds.map(([name, title]) => {
    const cells = groups.map((group) => {
      const estimate = data.overall.find((result) => result.group === group)?.[name];
      if (!estimate) return element("td", { class: "number", text: kNothing });
      return element("td", { class: "number" }, number(estimate.value), estimate.low === null ? null : element("small", { text: interval(estimate) }));
    });
    return element("tr", {}, element("th", { scope: "row", text: title }), element("td"), ...cells, published ? element("td") : null);
  });
  return element("tfoot", {}, ...rows);
}

function taskTable(data) {
  const groups = shownGroups(data);
  const published = data.tasks.some((task) => task.published.length > 0);
  const head = element(
    "tr",
    {},
    element("th", { scope: "col", text: "Task" }),
    element("th", { scope: "col", class: "number", text: "At step" }),
    ...groups.map((group) => element("th", { scope: "col", class: "number" }, groupMark(data.groups, group))),
    published ? element("th", { scope: "col", text: "Published" }) : null,
  );
  const rows = shownTasks(data).map((task) => {
    const results = groups.map((group) => task.groups.find((result) => result.group === group));
    const means = results.map((result) => result?.mean.value ?? null);
    const top = means.filter((mean) => mean !== null).length > 1 ? Math.max(...means.filter((mean) => mean !== null)) : null;
    return element(
      "tr",
      {},
      element("th", { scope: "row", text: readable(task.name) }),
      element("td", { class: "number", text: shortSteps(task.score_step) }),
      ...results.map((result, i) => scoreCell(result, top !== null && means[i] === top)),
      published
        ? element("td", {}, ...task.published.map((result) => element("small", { text: `${result.name}: ${publishedText(result, task.score_step)}` })), task.published.length === 0 ? kNothing : null)
        : null,
    );
  });
  const table = element("table", { class: "data" }, element("thead", {}, head), element("tbody", {}, ...rows));
  if (data.common_tasks.length > 1) table.append(overallFoot(data, groups, published));
  return scrollable(table, "Scores by task");
}

/** A value with its interval on a scale from low to high. */
function intervalRow(label, estimate, colourName, [low, high], { text = number, mark } = {}) {
  const place = (value) => `${(100 * Math.min(1, Math.max(0, (value - low) / (high - low)))).toFixed(3)}%`;
  const track = element("div", { class: "track", "aria-hidden": "true" });
  track.style.color = `var(--${colourName})`;
  if (mark !== undefined) {
    const line = element("span", { class: "mark" });
    line.style.left = place(mark);
    track.append(line);
  }
  if (estimate.low !== null) {
    const reach = element("span", { class: "reach" });
    reach.style.left = place(estimate.low);
    reach.style.right = `${(100 - parseFloat(place(estimate.high))).toFixed(3)}%`;
    track.append(reach);
  }
  const value = element("span", { class: "value" });
  value.style.left = place(estimate.value);
  track.append(value);
  const range = estimate.low === null ? [] : [element("small", { text: interval(estimate, text) })];
  return element("div", { class: "interval" }, element("div", { class: "label" }, label), track, element("div", { class: "number" }, text(estimate.value), ...range));
}

function scaleRow(values, low, high, text) {
  const scale = element("div", { class: "scale", "aria-hidden": "true" });
  for (const value of values) {
    const tick = element("span", { text: text(value) });
    tick.style.left = `${(100 * (value - low)) / (high - low)}%`;
    scale.append(tick);
  }
  return element("div", { class: "interval" }, scale);
}

/** A scale that holds all estimates: from 0 where they are not far from it, to a round number. */
function scaleOf(estimates) {
  const values = estimates.flatMap((estimate) => [estimate.value, estimate.low, estimate.high]).filter((value) => value !== null);
  const [low, high] = niceRange(Math.min(...values), Math.max(...values));
  const size = 10 ** Math.floor(Math.log10(high - low));
  return [Math.floor(low / size) * size, Math.ceil((2 * high) / size) * (size / 2)];
}

function overallPanel(data) {
  const results = data.overall.filter((result) => !hidden.groups.has(result.group));
  if (data.common_tasks.length < 2 || results.length === 0) return null;
  const [low, high] = scaleOf(data.overall.map((result) => result.interquartile_mean));
  const rows = results.map((result) => intervalRow(groupMark(data.groups, result.group), result.interquartile_mean, seriesColour(result.group), [low, high]));
  return element(
    "article",
    { class: "panel" },
    element("header", {}, element("h3", { text: "Interquartile mean" }), element("span", { class: "soft", text: "of all runs on all tasks" })),
    ...rows,
    scaleRow([low, (low + high) / 2, high], low, high, number),
  );
}

function pairsPanel(data) {
  const pairs = data.pairs.filter((pair) => !hidden.groups.has(pair.first) && !hidden.groups.has(pair.second));
  if (pairs.length === 0) return null;
  const rows = pairs.map((pair) => {
    const label = element("span", {}, data.groups[pair.first].label, element("span", { class: "versus", text: " over " }), data.groups[pair.second].label);
    return intervalRow(label, pair.probability, seriesColour(pair.first), [0, 1], { text: share, mark: 0.5 });
  });
  return element(
    "article",
    { class: "panel" },
    element("header", {}, element("h3", { text: "Probability of improvement" }), element("span", { class: "soft", text: "a run of the first scores higher" })),
    ...rows,
    scaleRow([0, 0.5, 1], 0, 1, (value) => value.toString()),
  );
}

/** Below this many runs of a group on a task, intervals say little. */
const kFewRuns = 5;

function scoreWords(data) {
  const percent = `${Math.round(100 * data.level)} %`;
  const scored = data.tasks.flatMap((task) => task.groups.map((result) => result.scores.length)).filter((n) => n > 0);
  const fewest = Math.min(...scored);
  const over = data.common_tasks.length > 1 ? ` Statistics over tasks are over ${listing(data.common_tasks.map(readable))}, stratified by task.` : "";
  const caution = fewest < 2 ? " A group with one run has no interval." : "";
  const rough = fewest >= 2 && fewest < kFewRuns ? ` With ${fewest} runs of a group on a task, intervals are rough.` : "";
  return `Mean of the runs' scores, with a ${percent} bootstrap interval. Scores are taken at the last step that every run of the task has reached, or where the command said.${over}${caution}${rough}`;
}

function showScores(data) {
  const old = byId("scores");
  if (data.tasks.every((task) => task.groups.every((result) => result.scores.length === 0))) return void old?.remove();
  const root = section("scores", "Scores", element("p", { class: "soft", text: scoreWords(data) }), taskTable(data));
  const panels = [overallPanel(data), pairsPanel(data)].filter((panel) => panel !== null);
  if (panels.length > 0) root.append(element("div", { class: "charts pair" }, ...panels));
}
