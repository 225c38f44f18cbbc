"""Templates of our own, in the styles of those of well-known models: tests/jinja/templates/NAME.jinja."""

NAMES = ["chatml", "header", "turns", "brackets", "thinking", "channels", "cut"]
