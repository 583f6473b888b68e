// What an eye, a finger and a screen reader meet on the page that is open; every finding a sentence.
window.looks = {
  shifted: [],

  // axe-core: all its rules, or only those `only` names; `rules` switches single ones.
  async axe(only, rules) {
    if (only?.length === 0) return [];
    const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
    const runOnly = only ? { type: "rule", values: only } : { type: "tag", values: tags };
    const options = { runOnly, rules, resultTypes: ["violations"], preload: false, iframes: false };
    // Rows and cards that repeat are looked at once and again: their colours take axe the longest.
    const exclude = ["tr:nth-of-type(n+4)", "article:nth-of-type(n+4)", "li:nth-of-type(n+9)"];
    const found = await axe.run({ exclude }, options);
    return found.violations.flatMap(({ id, nodes }) =>
      nodes.map((node) => `axe ${id}: ${node.html.slice(0, 120)}`));
  },

  seen: (node) => node.checkVisibility({ visibilityProperty: true }) && !node.closest(".vh"),
  named: (node) => `<${node.localName} class="${node.className}"> ${node.textContent.trim().slice(0, 20)}`,
  // WCAG 2.5.8 lets links within a sentence be as high as its line.
  inSentence(node) {
    const letters = (one) => one.textContent.replace(/\s/g, "").length;
    const inline = node.localName === "a" && getComputedStyle(node).display === "inline";
    return inline && letters(node.parentElement) > letters(node);
  },

  fingers(least) {
    const tapped = "main :is(a[href], button, input:not([type=hidden]), select, textarea, summary)";
    const wrong = new Set();
    for (const node of document.querySelectorAll(tapped)) {
      if (!this.seen(node) || this.inSentence(node)) continue;
      const whole = node.closest("label") ?? node.querySelector("img") ?? node;
      if (whole.complete === false) continue; // a picture further down, which was not fetched yet
      const { width, height } = whole.getBoundingClientRect();
      const size = `${width.toFixed(0)} × ${height.toFixed(0)} px`;
      if (Math.min(width, height) < least - 0.5) wrong.add(`${size} to tap: ${this.named(node)}`);
    }
    return [...wrong];
  },

  letters(least) {
    const wrong = new Set();
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const node = walker.currentNode.parentElement;
      const drawn = node.closest("svg, script, option");
      if (!walker.currentNode.data.trim() || drawn || !this.seen(node)) continue;
      const size = parseFloat(getComputedStyle(node).fontSize);
      if (size < least - 0.1) wrong.add(`text of ${size} px: ${this.named(node)}`);
    }
    return [...wrong];
  },

  // What a quality check of browsers asks of every page.
  sound() {
    const wrong = [];
    if (document.compatMode !== "CSS1Compat") wrong.push("no doctype");
    if (document.characterSet !== "UTF-8") wrong.push(`characters of ${document.characterSet}`);
    for (const image of document.images) {
      const { width, height } = image.getBoundingClientRect();
      if (!image.naturalWidth || !width || getComputedStyle(image).objectFit !== "fill") continue;
      const stretched = (width / height) / (image.naturalWidth / image.naturalHeight);
      if (Math.abs(stretched - 1) > 0.05) wrong.push(`stretched: ${image.outerHTML.slice(0, 120)}`);
    }
    return wrong;
  },

  // Words that are cut off, or run out of their box over what stands below.
  clipped() {
    const out = (node) => {
      const half = parseFloat(getComputedStyle(node).fontSize) / 2; // a tight line is no loss
      return node.scrollHeight > node.clientHeight + half || node.scrollWidth > node.clientWidth + half;
    };
    const words = (node) => [...node.childNodes].some((one) => one.nodeType === 3 && one.data.trim());
    return [...document.querySelectorAll("body *")]
      .filter((node) => node.clientHeight && words(node) && out(node) && this.seen(node))
      .filter((node) => !node.closest("select, textarea, thead, .wide, svg"))
      .map((node) => `cut off: ${this.named(node)}`);
  },

  // Whether the page scrolls sideways, with the root's letters of `text` or as they are.
  sideways(text = "") {
    const root = document.documentElement;
    root.style.fontSize = text;
    const most = root.clientWidth, over = root.scrollWidth - most;
    const out = (node) => node.getBoundingClientRect().right > most + 1 && !node.closest(".wide, .vh");
    const cut = text ? this.clipped() : [];
    const first = over > 0 && [...document.body.querySelectorAll("*")].find(out);
    root.style.fontSize = "";
    const when = `${innerWidth} px${text && " and letters of " + text}`;
    if (over > 0) cut.push(`${over} px too wide at ${when}: ${first ? first.outerHTML.slice(0, 120) : ""}`);
    return cut;
  },
};

new PerformanceObserver((list) => {
  for (const { value, sources } of list.getEntries())
    for (const { node } of sources)
      looks.shifted.push(`shifts by ${value}: ${(node?.outerHTML ?? node?.data ?? "").slice(0, 120)}`);
}).observe({ type: "layout-shift", buffered: true });
