// One chart with lines and bands, drawn by uPlot. What it adds: a tip at the cursor, the arrow keys, and values as a
// table for those who cannot see the curves.

const kDashes = [[], [7, 4], [2, 4]];
const kFont = "12px system-ui, sans-serif";
const kChartHeight = 240;

/** Where an axis begins and ends: all data with a little air, and 0 when the data are not far from it. */
function niceRange(low, high) {
  if (low === null || high === null) return [0, 1];
  const size = high - low || Math.abs(high) || 1;
  const bottom = low >= 0 && low < 0.5 * high ? 0 : low - 0.05 * size;
  return [bottom, high + 0.06 * size];
}

/**
 * What to draw:
 *   x         shared by all lines, growing
 *   lines     {label, colour (a name of the style sheet), dash, width, y, low, high (null: no band), note (per x, text),
 *             group (null: always shown), quiet (not in the tip)}
 *   xLabel, xText, range (of y; optional), diagonal, whiskers ({x, low, high}, behind the lines), sync (a name:
 *   cursors of all charts with it move together)
 */
class LineChart {
  constructor(host, description) {
    this.host = host;
    this.host.className = "chart";
    this.host.tabIndex = 0;
    this.host.setAttribute("role", "img");
    this.host.setAttribute("aria-label", description);
    this.tip = element("div", { class: "tip", hidden: true });
    this.host.addEventListener("keydown", (event) => this.moveByKey(event));
    this.host.addEventListener("blur", () => this.leave());
    this.active = false; // whether mouse or keyboard are here, not at a chart whose cursor this one follows
    this.plot = null;
    this.resizing = new ResizeObserver(() => this.fit());
    this.resizing.observe(host);
  }

  /** Draws anew, or only the new values when the lines are still the same ones. */
  show(content) {
    const shape = JSON.stringify([content.lines.map((line) => [line.label, line.colour, line.dash, line.low !== null]), content.xLabel]);
    const same = this.plot && this.shape === shape;
    this.content = content;
    this.shape = shape;
    if (same) this.plot.setData(this.columns());
    else this.draw();
  }

  columns() {
    const columns = [this.content.x];
    for (const line of this.content.lines) {
      if (line.low !== null) columns.push(line.low, line.high);
      columns.push(line.y);
    }
    return columns;
  }

  draw() {
    this.plot?.destroy();
    this.host.replaceChildren();
    const { content } = this;
    const series = [{}];
    const bands = [];
    this.places = []; // of every line: its columns
    for (const line of content.lines) {
      const css = colour(line.colour);
      const first = series.length;
      if (line.low !== null) {
        const edge = { stroke: "transparent", width: 0, points: { show: false }, spanGaps: true };
        series.push({ ...edge }, { ...edge });
        bands.push({ series: [first + 1, first], fill: transparent(css, 0.16) });
      }
      const single = content.x.length < 2 || line.y.filter((value) => value !== null).length < 2;
      series.push({ stroke: css, width: line.width ?? 2, dash: kDashes[line.dash ?? 0], spanGaps: true, points: { show: single, size: 6, fill: css } });
      this.places.push(Array.from({ length: series.length - first }, (_, i) => first + i));
    }
    const axis = { stroke: colour("soft"), font: kFont, labelFont: kFont, grid: { stroke: colour("grid"), width: 1 }, ticks: { stroke: colour("grid"), width: 1, size: 4 } };
    this.plot = new uPlot(
      {
        width: this.width(),
        height: content.height ?? kChartHeight,
        legend: { show: false },
        padding: [8, 10, 0, 0],
        scales: {
          x: { time: false, range: (_, low, high) => this.roomForTheLast(low, high) },
          y: { range: (_, low, high) => this.content.range ?? this.rangeWithWhiskers(low, high) },
        },
        axes: [
          { ...axis, size: 26, gap: 4, label: content.xLabel, labelSize: 18, labelGap: 0, space: 60, values: (_, ticks) => ticks.map(content.xText) },
          { ...axis, size: (_, texts) => 18 + 7 * Math.max(4, ...(texts ?? []).map((text) => text.length)), gap: 4, values: (_, ticks) => tickTexts(ticks) },
        ],
        series,
        bands,
        cursor: {
          y: false,
          points: { size: 7, width: 2 },
          drag: { x: true, y: false },
          sync: content.sync ? { key: content.sync, setSeries: false, scales: ["x", null] } : undefined,
        },
        hooks: { setCursor: [() => this.updateTip()], drawAxes: [() => this.drawBehind()] },
      },
      this.columns(),
      this.host,
    );
    this.plot.over.addEventListener("mouseenter", () => (this.active = true));
    this.plot.over.addEventListener("mouseleave", () => (this.active = false));
    this.host.append(this.tip);
    this.applyHidden();
  }

  /** A little room to the right of the last value, for a whisker there. */
  roomForTheLast(low, high) {
    if (low === null || low === high) return [(low ?? 0) - 1, (high ?? 0) + 1];
    return [low, high === this.content.x.at(-1) ? high + 0.012 * (high - low) : high];
  }

  /** Published scores belong into the picture, too. */
  rangeWithWhiskers(low, high) {
    const whiskers = this.content.whiskers ?? [];
    if (low === null || whiskers.length === 0) return niceRange(low, high);
    return niceRange(Math.min(low, ...whiskers.map((whisker) => whisker.low)), Math.max(high, ...whiskers.map((whisker) => whisker.high)));
  }

  /** Whiskers of published scores, and the line of equality. */
  drawBehind() {
    const { ctx } = this.plot;
    const { left, top, width, height } = this.plot.bbox;
    const at = (x, y) => [this.plot.valToPos(x, "x", true), this.plot.valToPos(y, "y", true)];
    ctx.save();
    ctx.beginPath();
    ctx.rect(left, top, width, height);
    ctx.clip();
    ctx.strokeStyle = colour("published");
    ctx.lineWidth = 2 * devicePixelRatio;
    for (const { x, low, high } of this.content.whiskers ?? []) {
      const [px, bottom] = at(x, low);
      const [, upper] = at(x, high);
      ctx.beginPath();
      ctx.moveTo(px, bottom);
      ctx.lineTo(px, upper);
      const half = 4 * devicePixelRatio;
      for (const end of [bottom, upper]) {
        ctx.moveTo(px - half, end);
        ctx.lineTo(px + half, end);
      }
      ctx.stroke();
    }
    if (this.content.diagonal) {
      ctx.lineWidth = devicePixelRatio;
      ctx.setLineDash([4 * devicePixelRatio, 4 * devicePixelRatio]);
      ctx.beginPath();
      ctx.moveTo(...at(0, 0));
      ctx.lineTo(...at(1, 1));
      ctx.stroke();
    }
    ctx.restore();
  }

  width() {
    return Math.max(160, Math.floor(this.host.clientWidth));
  }

  fit() {
    if (this.plot && this.plot.width !== this.width()) {
      this.plot.setSize({ width: this.width(), height: this.plot.height });
    }
  }

  /** Shows the lines of the groups that are switched on. */
  applyHidden() {
    this.content.lines.forEach((line, i) => {
      const show = line.group === null || line.group === undefined || !hidden.groups.has(line.group);
      for (const place of this.places[i]) {
        if (this.plot.series[place].show !== show) this.plot.setSeries(place, { show }, false);
      }
    });
  }

  /** What the lines say at an x, as rows of label, value and range. */
  rows(index) {
    return this.content.lines.flatMap((line, i) => {
      if (line.quiet || !this.plot.series[this.places[i].at(-1)].show) return [];
      const value = line.y[index];
      if (value === null || value === undefined) return [];
      const low = line.low?.[index] ?? null;
      const range = low === null ? "" : `${number(low)} to ${number(line.high[index])}`;
      return [{ line, value: number(value), range, note: line.note?.[index] ?? "" }];
    });
  }

  updateTip() {
    const { idx, left } = this.plot?.cursor ?? {};
    const rows = !this.active || idx === null || idx === undefined || left < 0 ? [] : this.rows(idx);
    this.tip.hidden = rows.length === 0;
    if (rows.length === 0) return;
    const body = rows.map(({ line, value, range, note }) =>
      element(
        "tr",
        {},
        element("td", {}, modelMark(line.label, line.colour, line.dash)),
        element("td", { text: value }),
        element("td", { class: "range", text: [range, note].filter(Boolean).join(" · ") }),
      ),
    );
    const place = `${this.content.xLong ? this.content.xLong(this.content.x[idx]) : this.content.xText(this.content.x[idx])}`;
    this.tip.replaceChildren(element("strong", { text: place }), element("table", {}, ...body));
    // Below the cursor, where it hides no curve of this chart.
    const room = this.host.clientWidth - this.tip.offsetWidth;
    const middle = this.plot.over.offsetLeft + left - 0.5 * this.tip.offsetWidth;
    this.tip.style.left = `${Math.max(0, Math.min(room, middle))}px`;
    this.tip.style.top = `${this.plot.over.offsetTop + this.plot.over.offsetHeight + 22}px`;
  }

  leave() {
    this.active = false;
    this.plot?.setCursor({ left: -10, top: -10 });
  }

  moveByKey(event) {
    const last = this.content.x.length - 1;
    const now = this.plot.cursor.left >= 0 ? this.plot.cursor.idx : null;
    const target = { ArrowRight: now === null ? 0 : Math.min(last, now + 1), ArrowLeft: now === null ? last : Math.max(0, now - 1), Home: 0, End: last }[event.key];
    if (event.key === "Escape") this.leave();
    if (target === undefined) return;
    event.preventDefault();
    this.active = true;
    this.plot.setCursor({ left: this.plot.valToPos(this.content.x[target], "x"), top: 10 });
    const words = this.rows(target).map(({ line, value, range }) => `${line.label} ${value}${range ? `, ${range}` : ""}`);
    byId("spoken").textContent = `${this.content.xText(this.content.x[target])}: ${words.join("; ")}`;
  }

  remove() {
    this.resizing.disconnect();
    this.plot?.destroy();
  }
}
