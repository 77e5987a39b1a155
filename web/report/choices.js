// What is shown: models, tasks and single runs can be switched off. The choices outlast new data.

// Groups are known by their labels, for their numbers may change when new runs come; `groups` holds the numbers of now.
const hidden = { labels: new Set(), groups: new Set(), tasks: new Set() };
let showRuns = false;

/** A model's line and name, as in every legend. */
function modelMark(label, colourName, dash = 0) {
  const swatch = element("span", { class: `swatch dash-${dash}`, "aria-hidden": "true" });
  swatch.style.color = `var(--${colourName})`;
  return element("span", { class: "model" }, swatch, element("span", { text: label }));
}

const groupMark = (groups, index) => modelMark(groups[index].label, seriesColour(index), seriesDash(index));

function chip(content, pressed, toggle, properties = {}) {
  const button = element("button", { type: "button", class: "chip", "aria-pressed": String(pressed), ...properties }, content);
  button.addEventListener("click", () => {
    const on = button.getAttribute("aria-pressed") !== "true";
    button.setAttribute("aria-pressed", String(on));
    toggle(on);
  });
  return button;
}

/** A row of chips, each of which takes its key out of `off` or puts it in. */
function choices(title, entries, off, changed) {
  const chips = entries.map(({ key, content, kind }) =>
    chip(
      content,
      !off.has(key),
      (on) => {
        if (on) off.delete(key);
        else off.add(key);
        changed();
      },
      { [`data-${kind}`]: key },
    ),
  );
  return element("div", { class: "choices", role: "group", "aria-label": title }, element("span", { text: title }), ...chips);
}

/** The bar below the title. `changed` redraws what depends on the choices. */
function showChoices(data, changed) {
  const { groups, tasks } = data;
  const number = () => {
    hidden.groups = new Set(groups.flatMap((group, i) => (hidden.labels.has(group.label) ? [i] : [])));
  };
  const groupsChanged = () => {
    number();
    changed();
  };
  number();
  const rows = [];
  if (groups.length > 0) {
    const entries = groups.map((group, i) => ({ key: group.label, content: groupMark(groups, i), kind: "group" }));
    rows.push(choices("Models", entries, hidden.labels, groupsChanged));
  }
  if (tasks.length > 1) {
    const entries = tasks.map((task) => ({ key: task.name, content: readable(task.name), kind: "task" }));
    rows.push(choices("Tasks", entries, hidden.tasks, changed));
  }
  if (tasks.length > 0) {
    const toggle = (on) => {
      showRuns = on;
      changed();
    };
    rows.push(element("div", { class: "choices" }, chip("Single runs", showRuns, toggle, { id: "single-runs", class: "chip extra" })));
  }
  byId("controls").replaceChildren(...rows);
}
