"""Each screen, at each size of it and of its words, fits, clips nothing and passes axe."""

from __future__ import annotations

import itertools
import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from kiosk.ui.visit import TextSize
from tests.e2e.poses import POSES, posed
from tests.e2e.stage import SIZES, Stage

pytestmark = pytest.mark.browser

LEAST_TOUCH_PX = 81
"""20 mm on a 21.5-inch screen of 1080x1920."""

MEASURE = """() => {
  const seen = element => {
    const box = element.getBoundingClientRect();
    return box.width > 1 && box.height > 1 && getComputedStyle(element).visibility !== "hidden"
      && !element.closest(".visually-hidden");
  };
  const top = document.querySelector("dialog[open]") ?? document.body;
  const problems = [];
  const name = element =>
    `${element.tagName}.${element.className} "${element.textContent.trim().slice(0, 30)}"`;
  const canvas = document.createElement("canvas").getContext("2d");
  const walker = document.createTreeWalker(top, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode;
    const element = node.parentElement;
    if (!node.data.trim() || !seen(element) || element.closest("svg")) continue;
    const style = getComputedStyle(element);
    canvas.font = `${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
    const ink = canvas.measureText(node.data.trim());
    const range = document.createRange();
    range.selectNodeContents(node);
    for (const line of range.getClientRects()) {
      // An inline box is as high as the face's ascent and descent; ink reaches from its baseline.
      const baseline = line.top + line.height * ink.fontBoundingBoxAscent
        / (ink.fontBoundingBoxAscent + ink.fontBoundingBoxDescent);
      const inkTop = baseline - ink.actualBoundingBoxAscent;
      const inkBottom = baseline + ink.actualBoundingBoxDescent;
      for (let box = element; box && box !== document.body; box = box.parentElement) {
        const clips = getComputedStyle(box).overflow !== "visible";
        const framed = box.matches("button, .plate__face, .problem, .code, .key, .choice__key");
        if (!clips && !framed) continue;
        if (box.matches("dialog") && box.scrollHeight <= box.clientHeight) continue;
        const edge = box.getBoundingClientRect();
        if (inkTop < edge.top - 0.5 || inkBottom > edge.bottom + 0.5)
          problems.push(`ink out of ${name(box)}`);
        if (line.left < edge.left - 0.5 || line.right > edge.right + 0.5)
          problems.push(`text wider than ${name(box)}`);
      }
    }
  }
  for (const element of top.querySelectorAll("*")) {
    if (!seen(element)) continue;
    const box = element.getBoundingClientRect();
    if (box.left < -1 || box.right > innerWidth + 1)
      problems.push(`off the screen: ${name(element)}`);
  }
  if (document.documentElement.scrollWidth > innerWidth) problems.push("scrolls sideways");
  const touch = [...top.querySelectorAll("button, input:not([type=hidden]), a")].filter(seen)
    .map(element => [name(element), element.getBoundingClientRect()])
    .map(([text, box]) => [text, Math.round(box.width), Math.round(box.height)]);
  const root = document.documentElement;
  const dialog = document.querySelector("dialog[open]") ?? root;
  const excess = Math.max(
    root.scrollHeight - innerHeight, dialog.scrollHeight - dialog.clientHeight);
  return {problems, touch, excess, shrunk: root.style.getPropertyValue("--scale")};
}"""


def show(page: Page, size: str, text: str = "normal", theme: str = "light") -> None:
    width, height = (int(side) for side in size.split("x"))
    page.set_viewport_size({"width": width, "height": height})
    page.evaluate(
        "([size, theme]) => Object.assign(document.documentElement.dataset, {size, theme})",
        [text, theme],
    )


def misfits(page: Page, name: str) -> list[str]:
    found = []
    for size, text in itertools.product(SIZES, TextSize):
        show(page, size, text)
        seen = page.evaluate(MEASURE)
        found += [f"{name} {size} {text}: {problem}" for problem in seen["problems"]]
        if seen["excess"] > 0:
            found.append(f"{name} {size} {text}: {seen['excess']} px too high")
        if seen["shrunk"]:
            found.append(f"{name} {size} {text}: its words had to shrink to {seen['shrunk']}")
        if size == "1080x1920":
            found += [
                f"{name} {text}: {what} is {width}x{height}"
                for what, width, height in seen["touch"]
                if min(width, height) < LEAST_TOUCH_PX
            ]
    return found


def violations(page: Page, name: str, theme: str) -> list[str]:
    show(page, "1280x800", theme=theme)
    # Themes differ in colour alone, so only the first is asked about everything else.
    options = {} if theme == "light" else {"runOnly": ["color-contrast"]}
    found = Axe().run(page, options=options).response["violations"]
    return [
        f"{name} {theme}: {each['id']} at {[node['target'] for node in each['nodes']][:3]}"
        for each in found
    ]


@pytest.mark.parametrize("language", ["th", "en"])
@pytest.mark.timeout(400)  # forty screens in nine sizes and three contrasts
def test_every_screen_fits_clips_nothing_and_passes_axe(browser: Browser, language: str) -> None:
    found = []
    with posed(browser, "1080x1920") as stage:
        for name, pose in POSES.items():
            stage.begin_again()
            stage.prefer(language)
            pose(stage)
            stage.settle()
            found += misfits(stage.page, name)
            for theme in ("light", "dark", "yellow") if language == "th" else ("light",):
                found += violations(stage.page, name, theme)
            show(stage.page, "1080x1920")
    assert not found, "\n".join(found)


def test_the_measure_sees_clipped_ink(stage: Stage) -> None:
    stage.start()
    stage.page.get_by_test_id("continue").evaluate(
        "button => Object.assign(button.style, {minHeight: 0, height: '20px', fontSize: '40px'})"
    )
    assert [each for each in stage.page.evaluate(MEASURE)["problems"] if "ink out of" in each]


def test_words_longer_than_the_screen_grow_less_than_was_asked(stage: Stage) -> None:
    stage.prefer(size="largest")
    stage.open(6)
    stage.page.locator(".notice__what dd").first.evaluate(
        "words => words.append(' ' + 'ก า '.repeat(90))"
    )
    stage.page.evaluate("new Promise(requestAnimationFrame)")
    stage.page.evaluate("new Promise(requestAnimationFrame)")
    seen = stage.page.evaluate(MEASURE)
    assert (seen["problems"], seen["excess"] <= 0) == ([], True)
    assert 0.85 <= float(seen["shrunk"]) < 1.2


def test_words_grow_again_once_they_have_room(stage: Stage) -> None:
    stage.open(6)
    stage.page.evaluate("document.querySelector('main').style.paddingBlockEnd = '3000px'")
    page = stage.page.locator("html")
    expect(page).to_have_attribute("style", re.compile("--scale"))
    stage.page.evaluate("document.querySelector('main').style.paddingBlockEnd = ''")
    expect(page).not_to_have_attribute("style", re.compile("--scale"))


def test_axe_sees_pale_words(stage: Stage) -> None:
    stage.start()
    stage.page.get_by_test_id("continue").evaluate(
        "button => Object.assign(button.style, {color: '#bbb', background: '#fff'})"
    )
    assert [each for each in violations(stage.page, "pale", "light") if "color-contrast" in each]


LINES = """() => [...document.querySelectorAll("[data-testid=quoted] .phrase")].map(phrase => {
  const words = document.createRange();
  words.selectNodeContents(phrase);
  const tops = [...words.getClientRects()].map(line => Math.round(line.top));
  return [phrase.textContent, new Set(tops).size];
})"""


def test_central_s_own_words_end_a_line_between_phrases_alone(browser: Browser) -> None:
    for name in ("refused-quoted", "status-quoted"):
        with posed(browser, "1080x1920") as stage:
            POSES[name](stage)
            for size, text in itertools.product(SIZES, TextSize):
                show(stage.page, size, text)
                lines = stage.page.evaluate(LINES)
                assert "ใบรับรองที่สำนักงานขนส่ง" in [words for words, _ in lines]
                assert [words for words, count in lines if count > 1] == [], (name, size, text)
