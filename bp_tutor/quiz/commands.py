"""What can be typed instead of an answer."""

from __future__ import annotations

import unicodedata

PROMPT = "> "
"""What stands before what is typed."""
LONGEST_COMMAND = 20
WORDS = {
    "hint": "hint", "提示": "hint",
    "show": "show", "答案": "show", "显示": "show",
    "skip": "skip", "跳过": "skip",
    "back": "back", "返回": "back", "上一题": "back",
    "why": "why", "为什么": "why",
    "remedy": "remedy", "补救": "remedy", "小题": "remedy",
    "given": "given", "已知": "given",
    "problem": "problem", "题目": "problem",
    "help": "help", "?": "help", "帮助": "help",
    "quit": "quit", "q": "quit", "exit": "quit", "退出": "quit", "结束": "quit",
}  # fmt: skip
"""The commands in either language, whatever is spoken."""
MARKS = ":/"
"""One of these before a command says that it is no name of the exercise."""


def command_in(line: str) -> str:
    """The command that a line is; empty where it is none."""
    if len(line) > LONGEST_COMMAND:
        return ""
    return WORDS.get(unicodedata.normalize("NFKC", line).strip().strip(MARKS).casefold(), "")
