// Makes elements. Texts from files only ever become text, never markup; styles are set as properties, which a strict
// content security policy allows.

/** An element with properties (`class`, `text`, `on`, any attribute) and children. */
function element(name, properties = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (key === "class") made.className = value;
    else if (key === "text") made.textContent = value;
    else if (key === "on") for (const [event, listener] of Object.entries(value)) made.addEventListener(event, listener);
    else if (value === true) made.setAttribute(key, "");
    else if (value !== false && value !== null && value !== undefined) made.setAttribute(key, value);
  }
  made.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return made;
}

const byId = (id) => document.getElementById(id);

/** The sections of the page, from top to bottom, whenever they come. */
const kSections = ["curves", "scores", "uncertainty", "gallery", "runs", "method"];

/** A section with a heading, or the one that is there already, emptied. */
function section(id, title, ...introduction) {
  let found = byId(id);
  if (!found) {
    found = element("section", { id, "aria-labelledby": `${id}-title` });
    const next = kSections.slice(kSections.indexOf(id) + 1).map(byId).find((later) => later !== null);
    byId("content").insertBefore(found, next ?? null);
  }
  found.replaceChildren(element("h2", { id: `${id}-title`, text: title }), ...introduction);
  return found;
}

/** A table that scrolls by itself where it is too wide, and a `tall` one where it is too long, for the keyboard too. */
function scrollable(table, label, tall = false) {
  return element("div", { class: tall ? "scroll tall" : "scroll", role: "region", tabindex: "0", "aria-label": label }, table);
}

/** A text with something in a fixed-width font: paths, names of settings. */
const code = (text) => element("code", { text });
