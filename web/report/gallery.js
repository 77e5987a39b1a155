// Pictures and videos of the runs.

function mediaFigure(data, item) {
  const group = item.run === null ? null : data.runs[item.run].group;
  const heading = element("h3", {}, group === null ? null : groupMark(data.groups, group), group === null ? item.title : ` · ${item.title}`);
  const words = `${item.title}. ${item.caption}`;
  let shown = null;
  if (item.source === null) {
    shown = element("p", { class: "soft", text: `Too large for the page (${item.size}); it lies in ${item.path}.` });
  } else if (item.kind === "video") {
    shown = element("video", { src: item.source, controls: true, loop: true, muted: true, playsinline: true, preload: "metadata", "aria-label": words });
  } else {
    shown = element("img", { src: item.source, alt: words });
  }
  return element("figure", { class: item.wide ? "wide" : "" }, heading, shown, element("figcaption", { text: item.caption }));
}

function showGallery(data) {
  const old = byId("gallery");
  if (data.media_items.length === 0) return void old?.remove();
  const words = "What the models see, reconstruct and imagine, and what the agents do.";
  const root = section("gallery", "Pictures and videos", element("p", { class: "soft", text: words }));
  root.append(element("div", { class: "gallery" }, ...data.media_items.map((item) => mediaFigure(data, item))));
}
