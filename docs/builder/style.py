"""The style of what the program makes for the site; the rest is Material's."""

from __future__ import annotations

from bp_tutor.output.page.still import STYLE as STILL

STYLE = (
    STILL
    + """
.md-typeset math { font-size: 1.05em; }
.md-typeset .bp-tutor { margin: .6em 0; }
.md-typeset .bp-tutor table:not([class]) {
  display: table; border: 0; border-collapse: collapse; background: none; font-size: .8rem;
}
.md-typeset .bp-tutor table:not([class]) td {
  text-align: left; vertical-align: baseline; border: 0; padding: .2em .5em; white-space: nowrap;
}
.md-typeset .bp-tutor .why { margin-left: 0; color: var(--md-default-fg-color--light); }
.md-typeset .bp-tutor .note { font-size: .7rem; margin: .2em 0 1em .5em; }
.md-typeset .bp-tutor .heading { font-weight: bold; margin: .8em 0 .2em; }
.md-typeset img.made { background: #fff; border-radius: .2rem; }
.md-typeset iframe.made {
  width: 100%; height: 36rem; border: 1px solid var(--md-default-fg-color--lightest);
}
"""
)
