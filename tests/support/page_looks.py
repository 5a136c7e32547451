"""What a page shows, as a script inside of it finds out: for tests in a browser."""

TABLES = """() => Object.fromEntries([...document.querySelectorAll("details[data-part]")].map((card) => [
  card.dataset.part,
  {
    caption: card.querySelector(".caption").textContent,
    hidden: card.hidden,
    headings: [...card.querySelectorAll("th:not([hidden])")].slice(1).map((each) => each.textContent),
    rows: [...card.querySelectorAll("tbody tr:not(.gone)")].map(
      (row) => [...row.children].slice(1).map((cell) => cell.textContent)),
  },
]))"""
"""The tables by their ids: captions, headings, rows without those that are gone."""
CONTRAST = """() => {
  const channel = (value) => (value /= 255) <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  const light = ([r, g, b]) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
  const parsed = (color) => color.match(/[\\d.]+/g).map(Number);
  const ratio = (one, other) => {
    const [low, high] = [light(one), light(other)].sort((a, b) => a - b);
    return (high + 0.05) / (low + 0.05);
  };
  const behind = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const found = parsed(getComputedStyle(at).backgroundColor);
      if (found.length < 4 || found[3] === 1) return found;
    }
    return [255, 255, 255];
  };
  const poor = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || !element.checkVisibility()) continue;
    if (element.closest(".vh, .skip, script, svg, :disabled")) continue;
    const found = ratio(parsed(getComputedStyle(element).color), behind(element));
    if (found < 4.5) poor.push([walker.currentNode.data.slice(0, 40), found]);
  }
  for (const text of document.querySelectorAll("#map text:not(.a)")) {
    for (const rect of text.parentElement.querySelectorAll("rect:not(.frame)")) {
      const found = ratio(parsed(getComputedStyle(text).fill), parsed(getComputedStyle(rect).fill));
      if (found < 4.5) poor.push([text.textContent, rect.getAttribute("class"), found]);
    }
  }
  return poor;
}"""
"""The words that can hardly be read: their contrast with what is behind them is below WCAG's 4.5 (AA)."""
NAMELESS = """() => [...document.querySelectorAll(
  "button, input, select, summary, [role]:not(.answer), section, nav, dialog")]
  .filter((each) => !(each.getAttribute("aria-label") || each.textContent.trim()
    || document.getElementById(each.getAttribute("aria-labelledby"))?.textContent))
  .map((each) => each.outerHTML.slice(0, 80))"""
"""What can be used or is a part of the page, and has no name for somebody who does not see it."""
