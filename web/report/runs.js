// The runs themselves, what sets the models apart, and how the numbers were made.

function runsTable(data) {
  const head = ["Run", "Model", "Task", "Seed", "Steps", `Last ${data.metric_label.toLowerCase()}`, "Started (UTC)", "Commit"];
  const numbers = new Set([3, 4, 5]);
  const rows = data.runs.map((run) =>
    element(
      "tr",
      {},
      element("th", { scope: "row" }, code(run.name)),
      element("td", {}, groupMark(data.groups, run.group)),
      element("td", { text: readable(run.task) }),
      element("td", { class: "number", text: run.seed }),
      element("td", { class: "number", text: steps(run.last_step) }),
      element("td", { class: "number", text: number(run.value.at(-1)) }),
      element("td", { text: run.started.replace("T", " ").replace(/(:\d\d)?Z$/, "") || kNothing }),
      element("td", {}, run.commit ? code(run.commit) : kNothing),
    ),
  );
  const cells = head.map((text, i) => element("th", { scope: "col", class: numbers.has(i) ? "number" : "", text }));
  return scrollable(element("table", { class: "data" }, element("thead", {}, element("tr", {}, ...cells)), element("tbody", {}, ...rows)), "Runs", true);
}

function differencesTable(data) {
  const head = element("tr", {}, element("th", { scope: "col", text: "Setting" }), ...data.groups.map((_, i) => element("th", { scope: "col" }, groupMark(data.groups, i))));
  const rows = data.differences.map(({ key, values }) => element("tr", {}, element("th", { scope: "row" }, code(key)), ...values.map((value) => element("td", { class: "text", text: value || kNothing }))));
  return scrollable(element("table", { class: "data" }, element("thead", {}, head), element("tbody", {}, ...rows)), "Settings", true);
}

function skippedList(data) {
  if (data.skipped.length === 0) return [];
  const items = data.skipped.map(({ path, reason }) => element("li", {}, code(path), `: ${reason}`));
  return [element("p", {}, `${count(data.skipped.length, "folder or file", "folders or files")} left out:`), element("ul", { class: "soft", id: "skipped" }, ...items)];
}

function showRunsSection(data) {
  const root = section("runs", "Runs", ...skippedList(data));
  if (data.runs.length > 0) root.append(runsTable(data));
  if (data.differences.length > 0) {
    root.append(element("details", {}, element("summary", { text: `What sets the models apart: ${count(data.differences.length, "setting")}` }), differencesTable(data)));
  }
}

function showMethod(data) {
  const percent = `${Math.round(100 * data.level)} %`;
  const sources = new Map(data.tasks.flatMap((task) => task.published.map((result) => [result.name, result.source])));
  const entries = [
    ["Models", "Runs that differ only in seed, task and settings that do not change what is learned are one model, unless the command said what to group by."],
    ["Curves", "The steps are all at which a run of the task has a value. Between two of them a run's value is linear; nothing is extrapolated. Quartiles are over the runs that reach a step; the tip says when these are not all."],
    ["Mean over tasks", `At each step the mean over tasks of the mean over runs. The band is the ${percent} interval of a bootstrap that draws runs anew within each task.`],
    ["Scores", `Means over runs, medians over tasks of these means, and the mean of the middle half of all runs on all tasks (interquartile mean). Intervals: stratified bootstrap, ${data.resamples.toLocaleString("en-US")} resamples, percentiles.`],
    ["Improvement", "The share of pairs of runs in which the first model scores higher, ties counted half, averaged over tasks."],
    ["Source", "R. Agarwal et al., Deep Reinforcement Learning at the Edge of the Statistical Precipice, 2021."],
    ...[...sources].map(([name, source]) => [name, source]),
  ];
  const root = section("method", "How this was computed");
  root.append(element("dl", { class: "method" }, ...entries.flatMap(([term, text]) => [element("dt", { text: term }), element("dd", { text })])));
}
