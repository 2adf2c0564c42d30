"""Honest work of students whose folders have odd names."""

from submissions.broken.kinds import named

NAMES = [
    named("o'neil \"zoë\" smith"),
    named("Łukasz 数学 🙂"),
    named("-rf"),
    named("bob [late] {x} 100%"),
    named("semi;colon & $HOME `id`"),
    named("back\\slash"),
    named("name, with commas"),
    named("a.b.c"),
    named(" blank around "),
    named("tab\tand\nline"),
    named("l\udcf6we"),  # a byte that is no UTF-8, as zip archives leave it
    named("long " + "x" * 150),
    named("\u200fright to left"),
    named("\\u200fright to left"),  # its escape, typed out
    named("\x1b]0;title\x07\x1b[31mred"),
    named("l\\udcf6we"),
    named("\u202e" * 80),
    named("x" * 250),
]
