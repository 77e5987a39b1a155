"""The page of vrkn report and vrkn watch as a reader meets it: in a browser. Skipped where there is none."""
import json
import re
import shutil
import subprocess
import sys

import browser
from synthetic_runs import record, write_calibration, write_run
from vrkn_cli import CliTest, main, vrkn
from watch import Watch

TASKS = ("cheetah_run", "walker_walk")
MODELS = ("rssm", "vrkn")
STEPS = (0, 100_000, 200_000)

# How many pixels of a chart have a colour of the style sheet, or nearly.
PAINTED = """(key, name) => {
  const css = getComputedStyle(document.documentElement).getPropertyValue("--" + name).trim();
  const wanted = [1, 3, 5].map((at) => parseInt(css.slice(at, at + 2), 16));
  const canvas = document.querySelector(`[data-chart="${key}"] canvas`);
  const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext("2d", { willReadFrequently: true });
  copy.drawImage(canvas, 0, 0);
  const { data } = copy.getImageData(0, 0, canvas.width, canvas.height);
  let count = 0;
  for (let i = 0; i < data.length; i += 4) {
    if (data[i + 3] > 200 && wanted.every((value, c) => Math.abs(data[i + c] - value) < 14)) count += 1;
  }
  return count;
}"""
# A picture of one pixel.
PNG = bytes.fromhex("89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c4944415408d763f8cfc000000301"
                    "0100c9fe92ef0000000049454e44ae426082")


class PageTest(CliTest):
    def setUp(self):
        super().setUp()
        self.runs = self.folder / "runs"
        for task in TASKS:
            for m, model in enumerate(MODELS):
                for seed in range(3):
                    returns = [100.0 + 200 * m + 10 * seed + step / 500 for step in STEPS]
                    write_run(self.runs / f"{model}-{task}-{seed}", task, model, seed, steps=STEPS, returns=returns)
        # A name that would be markup, were it not always text.
        (self.runs / "vrkn-cheetah_run-0").rename(self.runs / "<img src=x onerror=alert(1)>")
        write_calibration(self.runs / "vrkn-walker_walk-0" / "sure")
        imagined = self.folder / "runs" / "imagined"
        (imagined / "000000").mkdir(parents=True)
        (imagined / "summary.json").write_text(json.dumps({"runs": [{"label": "vrkn"}]}))
        (imagined / "000000" / "image-reconstructions.png").write_bytes(PNG)
        self.has_video = shutil.which("ffmpeg") is not None
        if self.has_video:
            subprocess.run(["ffmpeg", "-loglevel", "error", "-f", "lavfi", "-i", "testsrc=size=64x64:rate=10:duration=1",
                            "-pix_fmt", "yuv420p", imagined / "000000" / "image.mp4"], check=True)

    def painted(self, page, key, colour):
        return page.evaluate(f"({PAINTED})({json.dumps(key)}, {json.dumps(colour)})")

    def check_layout(self, page):
        """Every curve is there, nothing is wider than the page, and the console is silent."""
        keys = page.evaluate("[...document.querySelectorAll('[data-chart]')].map((panel) => panel.dataset.chart)")
        self.assertEqual(keys, ["mean over tasks", *TASKS])
        for key in keys:
            for i in range(len(MODELS)):
                self.assertGreater(self.painted(page, key, f"series-{i}"), 100, (key, i))
            self.assertEqual(self.painted(page, key, "series-3"), 0, key)
        widths = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
        self.assertLessEqual(widths[0], widths[1])
        self.assertEqual(page.complaints(), [])

    def report(self, *arguments):
        vrkn("report", self.runs, "--out", self.folder / "out", *arguments)
        return f"file://{self.folder}/out/index.html"

    def test_from_disk_everything_is_drawn_and_nothing_is_asked_for(self):
        url = self.report()
        with browser.Browser() as chromium:
            for width in (1280, 400):
                for dark in (False, True):
                    with self.subTest(width=width, dark=dark):
                        page = chromium.open(url, width, dark=dark)
                        self.check_layout(page)
                        self.assertEqual(page.requests(), [url])
                        self.assertEqual(page.evaluate("document.documentElement.dataset.theme"),
                                         "dark" if dark else "light")
            titles = page.evaluate("[...document.querySelectorAll('h2')].map((heading) => heading.textContent)")
            self.assertEqual(titles, ["Learning curves", "Scores", "Uncertainty of predictions", "Pictures and videos",
                                      "Runs", "How this was computed"])
            uncertainty = page.evaluate("document.querySelector('#uncertainty').textContent")
            self.assertIn("-30 % (2)", uncertainty)
            warnings = page.evaluate("[...document.querySelectorAll('#uncertainty .warning')].map((p) => p.textContent)")
            self.assertEqual([text[:46] for text in warnings],
                             ["In a gap the model becomes surer of image (vari"[:46], "In a gap the variance of the latent belief fal"])
            self.assertIn("<img src=x onerror=alert(1)>", page.evaluate("document.querySelector('#runs').textContent"))
            page.wait_until("document.querySelector('#gallery img').naturalWidth === 1")
            if self.has_video:
                page.wait_until("document.querySelector('#gallery video').videoWidth === 64")
            self.assertEqual(page.complaints(), [])

    def test_models_tasks_and_runs_can_be_switched(self):
        with browser.Browser() as chromium:
            page = chromium.open(self.report(), 1280)
            before = self.painted(page, TASKS[0], "series-1")
            page.click("[data-group=vrkn]")
            for key in ("mean over tasks", *TASKS):
                self.assertEqual(self.painted(page, key, "series-1"), 0)
                self.assertGreater(self.painted(page, key, "series-0"), 100)
            scores = "[...document.querySelectorAll('#scores thead th')].map((cell) => cell.textContent)"
            self.assertEqual(page.evaluate(scores), ["Task", "At step", "rssm", "Published"])
            page.click("[data-group=vrkn]")
            self.assertEqual(self.painted(page, TASKS[0], "series-1"), before)
            self.assertEqual(page.evaluate(scores), ["Task", "At step", "rssm", "vrkn", "Published"])

            visible = "[...document.querySelectorAll('[data-chart]')].filter((panel) => panel.offsetParent).length"
            page.click(f"[data-task={TASKS[1]}]")
            self.assertEqual(page.evaluate(visible), 2)
            page.click(f"[data-task={TASKS[1]}]")
            self.assertEqual(page.evaluate(visible), 3)

            page.click("#single-runs")
            self.assertGreater(self.painted(page, TASKS[0], "series-1"), before)
            page.click("#single-runs")
            self.assertEqual(self.painted(page, TASKS[0], "series-1"), before)
            self.assertEqual(page.complaints(), [])

    def test_values_are_told_by_mouse_keyboard_and_table(self):
        with browser.Browser() as chromium:
            for width in (1280, 400):
                page = chromium.open(self.report() if width == 1280 else page_url, width)
                page_url = page.evaluate("location.href")
                tip = f"document.querySelector('[data-chart={TASKS[0]}] .tip')"
                self.assertTrue(page.evaluate(f"{tip}.hidden"))
                page.hover(f"[data-chart={TASKS[0]}] .u-over", 0.5)
                text = page.evaluate(f"{tip}.textContent")
                self.assertIn("100,000 environment steps", text)
                self.assertRegex(text, "rssm310305 to 315.*vrkn510505 to 515")
                inside = page.evaluate(f"""(() => {{
                  const tip = {tip}.getBoundingClientRect();
                  return tip.left >= 0 && tip.right <= document.documentElement.clientWidth;
                }})()""")
                self.assertTrue(inside)

            page.evaluate(f"document.querySelector('[data-chart={TASKS[1]}] .chart').focus()")
            page.press("End")
            page.press("ArrowLeft")
            self.assertEqual(page.evaluate("document.querySelector('#spoken').textContent"),
                             "100k: rssm 310, 305 to 315; vrkn 510, 505 to 515")
            page.click(f"[data-chart={TASKS[1]}] summary")
            page.wait_until(f"document.querySelector('[data-chart={TASKS[1]}] table.data') !== null")
            self.assertEqual(page.evaluate(f"document.querySelectorAll('[data-chart={TASKS[1]}] tbody tr').length"), 3)
            self.assertEqual(page.complaints(), [])

    def test_colours_can_be_chosen(self):
        with browser.Browser() as chromium:
            page = chromium.open(self.report(), 1280, dark=True)
            theme = "document.documentElement.dataset.theme"
            page.click("#theme [data-theme=light]")
            self.assertEqual(page.evaluate(theme), "light")
            self.check_layout(page)
            page.click("#theme [data-theme=auto]")
            self.assertEqual(page.evaluate(theme), "dark")
            self.check_layout(page)

    def test_texts_and_curves_have_contrast(self):
        with browser.Browser() as chromium:
            for dark in (False, True):
                page = chromium.open(self.report() if not dark else page_url, 1280, dark=dark)
                page_url = page.evaluate("location.href")
                read = "getComputedStyle(document.documentElement).getPropertyValue('--{}').trim()"
                colours = {name: page.evaluate(read.format(name)) for name in
                           ("page", "panel", "text", "soft", "published", *(f"series-{i}" for i in range(7)))}
                for ground in ("page", "panel"):
                    for name, least in (("text", 7), ("soft", 4.5)):
                        self.assertGreater(contrast(colours[name], colours[ground]), least, (name, ground, dark))
                    for name in ("published", *(f"series-{i}" for i in range(7))):
                        self.assertGreater(contrast(colours[name], colours[ground]), 3, (name, ground, dark))

    def test_watch_shows_what_is_appended_without_a_reload(self):
        with Watch(self.runs) as watch, browser.Browser() as chromium:
            page = chromium.open(watch.url, 1280)
            self.check_layout(page)
            page.evaluate("window.notReloaded = true")
            page.click("[data-group=rssm]")
            with open(self.runs / f"vrkn-{TASKS[1]}-0" / "metrics.jsonl", "a", encoding="utf-8") as file:
                file.write(record("evaluate", 300_000, **{"return": 987.0}))
            page.wait_until("document.querySelector('#runs').textContent.includes('987')")
            page.hover(f"[data-chart={TASKS[1]}] .u-over", 0.99)
            self.assertRegex(page.evaluate(f"document.querySelector('[data-chart={TASKS[1]}] .tip').textContent"),
                             "300,000 environment steps.*vrkn987")
            # A run that begins now, of a new model on a new task; what was switched off stays so.
            write_run(self.runs / "new", "reacher_easy", "ssm", 1, steps=STEPS, returns=[1.0, 2.0, 3.0])
            page.wait_until("document.querySelector('[data-group=ssm]') !== null")
            page.wait_until("document.querySelector('[data-chart=reacher_easy] canvas') !== null")
            self.assertEqual(page.evaluate("document.querySelector('[data-group=rssm]').ariaPressed"), "false")
            self.assertTrue(page.evaluate("window.notReloaded"))
            self.assertEqual(page.complaints(), [])
            for url in page.requests():
                self.assertRegex(url, "^" + re.escape(watch.url) + r"($|data\.json$|media/\d+$)")


def contrast(one, other):
    """The contrast of two colours, as WCAG 2.1 defines it."""
    def luminance(css):
        channels = [int(css[at:at + 2], 16) / 255 for at in (1, 3, 5)]
        linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


if __name__ == "__main__":
    if browser.PROGRAM is None:
        print("skipped: the program chromium is not installed")
        sys.exit(77)
    main()
