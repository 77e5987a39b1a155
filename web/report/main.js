// Puts the page together from its data, and again when vrkn watch has new ones.

let shownParts = {};

/** Calls `draw` unless this part of the data is what it was. */
function whenChanged(name, part, draw) {
  const text = JSON.stringify(part);
  if (shownParts[name] === text) return;
  shownParts[name] = text;
  draw();
}

function showLede(data) {
  const models = new Set(data.runs.map((run) => run.group)).size;
  const tasks = new Set(data.runs.map((run) => run.task)).size;
  byId("lede").textContent = data.runs.length === 0 ? "No runs here yet." : `${count(data.runs.length, "run")} of ${count(models, "model")} on ${count(tasks, "task")}.`;
}

function show(data) {
  const choicesChanged = () => {
    showCurves(data);
    showScores(data);
  };
  showLede(data);
  whenChanged("choices", [data.groups.map((group) => group.label), data.tasks.map((task) => task.name)], () => showChoices(data, () => current.choicesChanged()));
  current.choicesChanged = choicesChanged;
  whenChanged("results", [data.tasks, data.overall, data.pairs, data.runs], choicesChanged);
  whenChanged("uncertainty", [data.calibrations, data.groups], () => showCalibration(data));
  whenChanged("gallery", [data.media_items, data.groups], () => showGallery(data));
  whenChanged("runs", [data.runs, data.differences, data.skipped], () => showRunsSection(data));
  whenChanged("method", [data.level, data.resamples, data.tasks.map((task) => task.published)], () => showMethod(data));
}

/** What the choices act on now. */
const current = { choicesChanged: () => {} };

function start() {
  const data = JSON.parse(byId("data").textContent);
  startTheme(() => {
    redrawCurves();
    redrawCalibration();
  });
  show(data);
  byId("footer").textContent = `Made by ${data.made_by}${data.made_at ? ` on ${data.made_at}` : ""}.`;
  if (data.live) startLive(show);
}

start();
