// Light and dark: as the system says, or as chosen here. The choice stays for this page where the browser keeps it.

const kThemes = ["auto", "light", "dark"];
const kThemeKey = "vrkn-theme";
const kSeriesColours = 7;
const systemDark = matchMedia("(prefers-color-scheme: dark)");
let theme = "auto";

function storedTheme() {
  try {
    const stored = localStorage.getItem(kThemeKey);
    return kThemes.includes(stored) ? stored : "auto";
  } catch {
    return "auto"; // pages from disk may have no storage
  }
}

function applyTheme(chosen) {
  theme = chosen;
  const dark = theme === "dark" || (theme === "auto" && systemDark.matches);
  document.documentElement.dataset.theme = dark ? "dark" : "light";
  for (const button of byId("theme").children) {
    button.setAttribute("aria-pressed", String(button.dataset.theme === theme));
  }
}

/** Sets up the switch; `changed` is called after every change of colours. */
function startTheme(changed) {
  for (const name of kThemes) {
    const choose = () => {
      applyTheme(name);
      try {
        localStorage.setItem(kThemeKey, name);
      } catch {
        // then it holds for this visit
      }
      changed();
    };
    const text = name[0].toUpperCase() + name.slice(1);
    byId("theme").append(element("button", { type: "button", "data-theme": name, text, on: { click: choose } }));
  }
  applyTheme(storedTheme());
  systemDark.addEventListener("change", () => {
    applyTheme(theme);
    changed();
  });
}

/** A colour of the style sheet as it is now. */
const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();

/** The name of a group's colour; from the eighth group on they come again, dashed. */
const seriesColour = (index) => `series-${index % kSeriesColours}`;
const seriesDash = (index) => Math.floor(index / kSeriesColours) % 3;

/** A colour with an opacity, for bands. */
function transparent(css, opacity) {
  const channels = [1, 3, 5].map((at) => parseInt(css.slice(at, at + 2), 16));
  return `rgba(${channels.join(", ")}, ${opacity})`;
}
