"""The picture that other sites show beside a link to ours, drawn by the browser: DEEL=renew makes it anew.

DEEL=renew .venv/bin/python -m pytest tests/browser/test_share.py
"""

from __future__ import annotations

from playwright.sync_api import Browser

from catalogue.config import ROOT
from tests.browser.pictures import smaller

FILE = ROOT / "static" / "img" / "deel.png"
# What the large preview cards of social sites show whole.
SIZE = (1200, 630)
MAX_BYTES = 60_000
RUNGS = 6
CHOSEN = 5
HTML = """<!doctype html><html lang="nl"><style>{tokens}
body {{ margin: 0; background: var(--paper); color: var(--ink); font-family: var(--text); }}
main {{ box-sizing: border-box; height: {height}px; padding: 84px 90px 0; }}
main {{ border-top: 26px solid var(--accent); }}
p {{ margin: 0; font-size: 40px; line-height: 1.35; color: var(--ink-soft); max-width: 24em; }}
b {{ color: var(--accent); }}
h1 {{ margin: 0 0 34px; font: 600 86px/1.1 var(--display); letter-spacing: -.01em; }}
svg {{ position: absolute; right: 90px; bottom: 64px; }}
.word {{ position: absolute; left: 90px; bottom: 64px; font: 600 42px/1 var(--display); color: var(--ink); }}
</style><main><h1>Wie kan het doen,<br>hier in de buurt?</h1>
<p>Maatwerk, lokale diensten en arbeidszorg:<br>wat ze doen, waar, en hoe u ze bereikt.</p>
<p class="word">Sociale <b>economie</b></p>{ladder}</main></html>"""


def draw(browser: Browser) -> bytes:
    """The picture as PNG, in the colours and letters of the site."""
    tokens = (ROOT / "static" / "css" / "tokens.css").read_text("utf-8")
    context = browser.new_context(viewport={"width": SIZE[0], "height": SIZE[1]}, color_scheme="light")
    page = context.new_page()
    page.set_content(HTML.format(tokens=tokens, height=SIZE[1], ladder=_ladder()))
    picture = page.screenshot(animations="disabled")
    context.close()
    return smaller(picture)


def _ladder() -> str:
    """The six rungs of the participatieladder, the site's own mark."""
    bars = "".join(
        f'<rect x="{n * 46}" y="{150 - 25 * (n + 1)}" width="36" height="{25 * (n + 1)}" '
        f'fill="var(--{"warm" if n + 1 == CHOSEN else "rung"})"/>'
        for n in range(RUNGS)
    )
    return f'<svg width="{RUNGS * 46 - 10}" height="150">{bars}</svg>'
