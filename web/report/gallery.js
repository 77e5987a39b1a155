// Pictures and videos of the runs.

function exhibitFigure(data, exhibit) {
  const group = exhibit.run === null ? null : data.runs[exhibit.run].group;
  const heading = element("h3", {}, group === null ? null : groupMark(data.groups, group), group === null ? exhibit.title : ` · ${exhibit.title}`);
  const words = `${exhibit.title}. ${exhibit.caption}`;
  let shown = null;
  if (exhibit.source === null) {
    shown = element("p", { class: "soft", text: `Too large for the page (${exhibit.size}); it lies in ${exhibit.path}.` });
  } else if (exhibit.kind === "video") {
    shown = element("video", { src: exhibit.source, controls: true, loop: true, muted: true, playsinline: true, preload: "metadata", "aria-label": words });
  } else {
    shown = element("img", { src: exhibit.source, alt: words });
  }
  return element("figure", { class: exhibit.wide ? "wide" : "" }, heading, shown, element("figcaption", { text: exhibit.caption }));
}

function showGallery(data) {
  const old = byId("gallery");
  if (data.exhibits.length === 0) return void old?.remove();
  const words = "What the models see, reconstruct and imagine, and what the agents do.";
  const root = section("gallery", "Pictures and videos", element("p", { class: "soft", text: words }));
  root.append(element("div", { class: "gallery" }, ...data.exhibits.map((exhibit) => exhibitFigure(data, exhibit))));
}
