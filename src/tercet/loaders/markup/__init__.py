"""Marked-up text: HTML, Markdown, reStructuredText, AsciiDoc, LaTeX."""
