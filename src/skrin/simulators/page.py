"""How the control page looks: plain, readable, and in step with the device."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

from .switches import Switch, Value

if TYPE_CHECKING:
    from .control_page import Simulator

CSS = """
:root { --ink: #1d2430; --quiet: #566072; --line: #d5dae2; --surface: #f4f5f7; --raised: #fff;
  --accent: #1f5fae; --warn: #8a4b00; --warn-surface: #fff3dd; }
@media (prefers-color-scheme: dark) { :root { --ink: #e8ebf0; --quiet: #a3adbd; --line: #363e4b;
  --surface: #14181f; --raised: #1d232c; --accent: #7db4ff; --warn: #ffc46b;
  --warn-surface: #3a2c12; } }
* { box-sizing: border-box; }
body { margin: 0; font: 16px/1.5 system-ui, sans-serif; color: var(--ink);
  background: var(--surface); }
header, main { max-width: 1280px; margin: 0 auto; padding: 16px 24px; }
header p { margin: 0; color: var(--quiet); }
h1 { margin: 0; font-size: 28px; line-height: 1.2; } h2 { font-size: 20px; margin: 0 0 8px; }
main { display: grid; gap: 24px; grid-template-columns: minmax(0, 1fr); }
@media (min-width: 960px) { main { grid-template-columns: 400px minmax(0, 1fr); } }
section { background: var(--raised); border: 1px solid var(--line); border-radius: 8px;
  padding: 16px; }
form { display: flex; flex-wrap: wrap; gap: 8px; align-items: center; padding: 8px 0;
  border-top: 1px solid var(--line); }
form .name { flex: 1 1 120px; } form .name b { font-weight: 600; }
form small { color: var(--quiet); display: block; }
form.on { background: var(--warn-surface); margin: 0 -16px; padding: 8px 16px; }
form.on .name b::after { content: " (on)"; color: var(--warn); }
input, select, button { font: inherit; color: inherit; min-height: 44px; padding: 0 12px;
  border: 1px solid var(--line); border-radius: 6px; background: var(--surface); }
input.times { width: 76px; } input.value { width: 96px; }
select { max-width: 176px; }
table.heard { table-layout: fixed; } .heard th:first-child { width: 128px; }
summary { cursor: pointer; min-height: 28px; }
button { cursor: pointer; border-color: var(--accent); color: var(--accent); font-weight: 600; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { text-align: left; vertical-align: top; padding: 6px 8px; border-top: 1px solid
  var(--line); } td.number { text-align: right; white-space: nowrap; }
td code { font: 14px/1.4 ui-monospace, "DejaVu Sans Mono", monospace; overflow-wrap: anywhere;
  white-space: pre-wrap; }
.scroll { overflow-x: auto; } td.when { white-space: nowrap; color: var(--quiet); }
.column { display: grid; gap: 24px; align-content: start; }
.slips { display: flex; flex-wrap: wrap; gap: 16px; align-items: flex-start; }
.slips figure { margin: 0; max-width: 100%; } .slips img { max-width: 100%; height: auto; }
.slips figcaption { color: var(--quiet); } pre { overflow-x: auto; }
"""

JS = """
"use strict";
const live = document.getElementById("live");
let shown = "";
async function look() {
  try {
    const answer = await fetch("/live", { signal: AbortSignal.timeout(3000) });
    const fresh = await answer.text();
    if (fresh !== shown && !live.contains(document.activeElement)) {
      const open = [...live.querySelectorAll("details[open]")].map((one) => one.id);
      live.innerHTML = fresh;
      open.forEach((id) => document.getElementById(id)?.setAttribute("open", ""));
      shown = fresh;
    }
    document.getElementById("away").hidden = true;
  } catch {
    document.getElementById("away").hidden = false;
  }
  setTimeout(look, 1000);
}
look();
"""


def whole(device: Simulator) -> str:
    """The page."""
    title = escape(device.title)
    switches = device.switches.as_json()
    forms = "".join(_switch_form(one, switches[one.name]) for one in device.switches.known)
    return f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title} · simulator</title><link rel="stylesheet" href="/page.css">
<script src="/page.js" defer></script></head><body>
<header><h1>{title}</h1><p>A simulated device on port {device.port} of this machine.</p>
<p id="away" role="status" hidden>The simulator does not answer; it may have been stopped.</p>
</header><main>
<section aria-labelledby="switches"><h2 id="switches">Switches</h2>{forms}
<form method="post" action="/set"><input type="hidden" name="name" value="reset">
<button>Reset switches and list</button></form></section>
<div class="column" id="live">{live(device)}</div>
</main></body></html>
"""


def live(device: Simulator) -> str:
    """The part that changes by itself: slips or the like, counters, what was heard."""
    rows = "".join(
        f'<tr><td class="when">{escape(one.at[11:23])}</td>'
        f"<td>{_said(one.request, f'request-{one.number}')}</td>"
        f"<td>{_said(one.answer, f'answer-{one.number}')}</td></tr>"
        for one in device.heard.newest_first()
    )
    counters = "".join(
        f'<tr><td>{escape(words)}</td><td class="number">{escape(figure)}</td></tr>'
        for words, figure in _flat(device.counters(), "")
    )
    if not rows:
        rows = '<tr><td colspan="3">Nothing yet.</td></tr>'
    return f"""{device.extra_html()}
<section aria-labelledby="counters"><h2 id="counters">Counters</h2>
<div class="scroll"><table><tbody>{counters}</tbody></table></div></section>
<section aria-labelledby="heard"><h2 id="heard">Heard, newest first</h2>
<div class="scroll"><table class="heard">
<thead><tr><th>Time</th><th>Request</th><th>Answer</th></tr></thead>
<tbody>{rows}</tbody></table></div></section>"""


def _said(words: str, identity: str) -> str:
    """What was said; a long message shows its first line and opens."""
    first, _, rest = words.partition("\n")
    if not rest:
        return f"<code>{escape(first)}</code>"
    return (
        f'<details id="{identity}"><summary>{escape(first)}</summary>'
        f"<code>{escape(rest)}</code></details>"
    )


def _flat(counters: dict[str, Any], before: str) -> list[tuple[str, str]]:
    """Counters within counters as rows; amounts in minor units get their decimals."""
    rows: list[tuple[str, str]] = []
    for name, figure in counters.items():
        words = f"{before} · {name}" if before else name
        if isinstance(figure, dict):
            rows += _flat(figure, words)
        elif isinstance(figure, int) and "_minor" in words:
            sign = "-" if figure < 0 else ""
            rows.append(
                (words.replace("_minor", ""), f"{sign}{abs(figure) // 100}.{abs(figure) % 100:02d}")
            )
        else:
            rows.append((words, str(figure)))
    return rows


def _switch_form(switch: Switch, stands: object) -> str:
    """One switch as a form: its words, its value, and how many times."""
    value, times = stands, ""
    if isinstance(stands, dict):
        value, times = stands["value"], str(stands["times"])
    name = escape(switch.name)
    counted = ""
    if switch.countable:
        counted = (
            f'<input class="times" name="times" inputmode="numeric" value="{times}" '
            f'placeholder="times" aria-label="{name}: how many times, empty for always">'
        )
    changed = ' class="on"' if value != switch.default else ""
    return (
        f'<form method="post" action="/set"{changed}><span class="name"><b>{name}</b>'
        f"<small>{escape(switch.words)}</small></span>"
        f'<input type="hidden" name="name" value="{name}">'
        f"{_value_input(switch, value)}{counted}<button>Set</button></form>"
    )


def _value_input(switch: Switch, value: object) -> str:
    label = f'aria-label="{escape(switch.name)}"'
    if isinstance(switch.default, bool):
        return _choices(label, ("off", "on"), "on" if value else "off")
    if isinstance(switch.default, int):
        return (
            f'<input class="value" name="value" inputmode="numeric" value="{value}" '
            f"required {label}>"
        )
    return _choices(label, switch.choices, value)


def _choices(label: str, choices: tuple[str, ...], chosen: Value | object) -> str:
    options = "".join(
        f"<option{' selected' if one == chosen else ''}>{escape(one)}</option>" for one in choices
    )
    return f'<select name="value" {label}>{options}</select>'
